"""Evaluate: metrics of out-of-fold scores on the corpus, and of a finished model on a user's labelled documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..classifier import Classifier, Document
from ..policy.load import FACTS, POLICIES, Policy
from .coverage import CoverageRow, risk_coverage
from .fit import OutOfFold
from .labels import LabelledDocument
from .metrics import Figure, figures


@dataclass(frozen=True)
class Report:
    """What an evaluation found."""

    policies: Mapping[str, list[Figure]]
    heads: Sequence[Mapping[str, Any]] = ()
    facts: Mapping[str, float] | None = None
    coverage: Sequence[CoverageRow] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "policies": {p: [f.to_dict() for f in fs] for p, fs in self.policies.items()},
            "heads": list(self.heads),
            "facts": dict(self.facts or {}),
            "coverage": [row.to_dict() for row in self.coverage],
        }


def evaluate_out_of_fold(seen: OutOfFold, policy: Policy, cutoffs: Mapping[str, float]) -> Report:
    """The corpus as the folds' heads see it: both policies, every head, every fact, and what leaving texts unjudged buys."""
    groups = [d.topic for d in seen.documents]
    policies = {p: figures(np.array([d.labels[p] for d in seen.documents]), seen.scores[p], groups, policy.thresholds[p]) for p in POLICIES}
    facts = {
        f: float(np.mean([getattr(a.facts, f) == d.facts[f] for a, d in zip(seen.analyses, seen.documents, strict=True)])) for f in FACTS
    }
    return Report(policies, _heads(seen, cutoffs), facts, risk_coverage(seen, policy))


def _heads(seen: OutOfFold, cutoffs: Mapping[str, float]) -> list[dict[str, Any]]:
    from sklearn.metrics import average_precision_score, roc_auc_score

    out = []
    for h, head in enumerate(seen.units.heads):
        truth, p = seen.units.targets[:, h] == 1, seen.probabilities[:, h]
        found = p >= cutoffs[head]
        both = int((truth & found).sum())
        two = 0 < truth.sum() < len(truth)
        out.append(
            {
                "head": head,
                "positives": int(truth.sum()),
                "auc": float(roc_auc_score(truth, p)) if two else float("nan"),
                "average_precision": float(average_precision_score(truth, p)) if two else float("nan"),
                "cutoff": cutoffs[head],
                "precision": both / max(1, int(found.sum())),
                "recall": both / max(1, int(truth.sum())),
            }
        )
    return out


def evaluate_model(classifier: Classifier, documents: Sequence[LabelledDocument]) -> Report:
    """A finished model on labelled documents; a policy that no row labels is left out."""
    scores: dict[str, list[float]] = {p: [] for p in POLICIES}
    labels: dict[str, list[float]] = {p: [] for p in POLICIES}
    groups: dict[str, list[str]] = {p: [] for p in POLICIES}
    for number, d in enumerate(documents):
        result = classifier.score_document(Document(text=d.text, title=d.title or None, facts=d.facts or None, explain="none"))
        for p, label in d.labels.items():
            scores[p].append(result.scores[p].score)
            labels[p].append(label)
            groups[p].append(d.split_group or f"row {number}")
    found = {
        p: figures(np.array(labels[p]), np.array(scores[p]), groups[p], classifier.policy.thresholds[p]) for p in POLICIES if labels[p]
    }
    return Report(found)
