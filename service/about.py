"""What the service says of its policy and its model."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from classifier import Classifier, FactValues, Policy

TIERS = ("R0", "R1", "R2", "R3")


def policy_document(policy: Policy) -> dict[str, Any]:
    """The effective policy: thresholds, signals, groups, genres, facts and clauses, as `schemas.PolicyOut`."""
    return {
        "name": policy.name,
        "version": policy.version,
        "profile": policy.profile,
        "sha256": policy.sha256,
        "policies": {name: _policy(policy, name) for name in policy.titles},
        "signals": {
            s.id: {"kind": s.kind, "title": s.title, "definition": s.definition, "clauses": list(policy.signal_clauses(s.id))}
            for s in policy.signals.values()
        },
        "groups": {
            g.id: {"title": g.title, "ask": g.ask, "signals": list(g.signals), "clauses": list(policy.cited(g.clauses))}
            for g in policy.groups.values()
        },
        "genres": {g.id: g.title for g in policy.genres.values()},
        "facts": _facts(policy),
        "clauses": {
            c.id: {
                "citation": c.citation, "paraphrase": c.paraphrase, "jurisdiction": c.jurisdiction, "kind": c.kind,
                "status": c.status, "citable": c.citable, "house_name": c.house_name,
            }
            for c in policy.clauses.values()
        },
    }  # fmt: skip


def _policy(policy: Policy, name: str) -> dict[str, Any]:
    title, description = policy.titles[name]
    at = policy.thresholds[name]
    return {"title": title, "description": description, "thresholds": {"borderline": at.borderline, "violating": at.violating}}


def _facts(policy: Policy) -> dict[str, Any]:
    """The facts a caller may tell and their values: the true-or-false ones are those that `FactValues` calls so."""
    told = {"genre": list(policy.genres), "tier": list(TIERS)}
    yes_or_no = [f.name for f in fields(FactValues) if f.default is False and f.name != "has_link"]
    return {name: {"values": values} for name, values in {**told, **{n: [True, False] for n in yes_or_no}}.items()}


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
