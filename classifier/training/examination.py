"""The examination: documents by writers whom no training text is by, labelled twice blind, never trained on.

It reads what a moderator would ask of each verdict: both bands, every line of the checklist, genre, tier, severity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..classifier import Classifier, Document
from ..policy.load import POLICIES, Policy
from ..policy.rules import decide
from ..records import Result
from .corpus import DocumentRow
from .metrics import Figure, figure, figures, resamples


@dataclass(frozen=True)
class Examination:
    """Figures by policy, and of what the verdicts rest on: shares of documents, or of checklist lines, that are right."""

    policies: Mapping[str, list[Figure]]
    grounds: list[Figure]


def examine(classifier: Classifier, documents: Sequence[DocumentRow]) -> Examination:
    """Scores every document as a stranger would, with nothing told, and compares. Intervals are over documents."""
    results = [classifier.score_document(Document(text=d.text, title=d.title or None, explain="spans")) for d in documents]
    groups = [d.id for d in documents]
    policies = {}
    for name in POLICIES:
        labels = np.array([d.labels[name] for d in documents])
        scores = np.array([r.scores[name].score for r in results])
        policies[name] = figures(labels, scores, groups, classifier.policy.thresholds[name])
    checks: dict[str, Callable[[DocumentRow, Result, Policy], float]] = {
        "checklist lines right": _lines,
        "genre right": lambda d, r, _: float(_told(r, "genre") == d.facts["genre"]),
        "tier right": lambda d, r, _: float(_told(r, "tier") == d.facts["tier"]),
        "severity within one": lambda d, r, p: float(abs(r.severity - decide(d.fact_values(), d.judged(), p).severity) <= 1),
        "assessed": lambda d, r, _: float(not r.document.not_assessed),
    }
    samples = resamples(groups)
    zeros = np.zeros(len(documents))
    grounds = [
        figure(name, lambda _, v: float(np.mean(v)), zeros, np.array([check(d, r, classifier.policy) for d, r in zip(documents, results, strict=True)]), samples)
        for name, check in checks.items()
    ]  # fmt: skip
    return Examination(policies, grounds)


def _told(result: Result, name: str) -> object:
    return next(f.value for f in result.facts if f.name == name)


def _lines(document: DocumentRow, result: Result, policy: Policy) -> float:
    """The share of the checklist's lines whose presence is told as the labels have it."""
    groups = decide(document.fact_values(), document.judged(), policy).groups
    return float(np.mean([(groups[line.group].status == "present") == (line.status == "present") for line in result.checklist]))
