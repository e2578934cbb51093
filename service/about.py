"""What the service says of its policy and its model."""

from __future__ import annotations

import json
from typing import Any

from classifier import Classifier, Policy


def policy_document(policy: Policy) -> dict[str, Any]:
    """The effective policy: thresholds, signals, groups, genres, facts and clauses, as `schemas.PolicyOut`."""
    return {
        **policy.identity,
        "policies": policy.policies(),
        "signals": {
            s.id: {"kind": s.kind, "title": s.title, "definition": s.definition, "clauses": list(policy.signal_clauses(s.id))}
            for s in policy.signals.values()
        },
        "groups": {
            g.id: {"title": g.title, "ask": g.ask, "signals": list(g.signals), "clauses": list(policy.cited(g.clauses))}
            for g in policy.groups.values()
        },
        "genres": {g.id: g.title for g in policy.genres.values()},
        "facts": {name: {"values": list(values)} for name, values in policy.fact_values.items()},
        "clauses": {c.id: c.to_dict() for c in policy.clauses.values()},
    }


def model_document(classifier: Classifier) -> dict[str, Any]:
    """The model card's facts, as `schemas.ModelOut`. `evaluation` is null where the model was not evaluated yet."""
    model = classifier.model
    return {"version": model.version, "sha256": model.sha256, "info": dict(model.info), "evaluation": _evaluation(classifier)}


def _evaluation(classifier: Classifier) -> dict[str, Any] | None:
    try:
        value = json.loads((classifier.model.path / "evaluation.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
