"""The nouns of the contract, frozen. `to_dict` on each gives the JSON shape; key order is the contract's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = "1"


@dataclass(frozen=True, slots=True)
class Place:
    """A passage: [start, end) in the declared unit of `field`. `source` in the markup, for html and markdown."""

    field: str
    start: int
    end: int
    source: tuple[tuple[int, int], ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"field": self.field, "start": self.start, "end": self.end}
        if self.source is not None:
            out["source"] = [list(pair) for pair in self.source]
        return out


@dataclass(frozen=True, slots=True)
class Term:
    """A word or run of words inside a span, with its own share of the weight."""

    start: int
    end: int
    text: str
    weight: float

    def to_dict(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "text": self.text, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Span:
    """The exact words that moved a score. `weight` is the signed share of the policy's margin, in log-odds. `confidence` is
    `low` below the probability from which the signal was right six times in ten out of fold, else `high`."""

    place: Place
    text: str
    policy: str
    signal: str
    probability: float
    weight: float
    clauses: tuple[str, ...]
    terms: tuple[Term, ...] = ()
    confidence: str = "high"

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.place.to_dict(),
            "text": self.text,
            "policy": self.policy,
            "signal": self.signal,
            "probability": self.probability,
            "confidence": self.confidence,
            "weight": self.weight,
            "clauses": list(self.clauses),
            "terms": [t.to_dict() for t in self.terms],
        }


@dataclass(frozen=True, slots=True)
class Fact:
    """What the rules need to know of the text: detected, or told by the caller. `probability` is that of `value`; None
    where it was told, or where a rule put another value in the place of the detected one."""

    name: str
    value: str | bool
    source: str
    probability: float | None

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "value": self.value, "source": self.source, "probability": self.probability}


@dataclass(frozen=True, slots=True)
class Explained:
    """margin == intercept + spans + other, to 1e-9. `items` itemises `other`, under `full`."""

    intercept: float
    spans: float
    other: float
    items: tuple[tuple[str, float], ...] = ()

    def to_dict(self, *, full: bool) -> dict[str, Any]:
        out: dict[str, Any] = {"intercept": self.intercept, "spans": self.spans, "other": self.other}
        if full:
            out["items"] = dict(self.items)
        return out


@dataclass(frozen=True, slots=True)
class PolicyScore:
    """One policy's verdict. `margin` in log-odds, `score` its calibrated probability; higher is worse."""

    score: float
    margin: float
    thresholds: Mapping[str, float]
    band: str
    per_se: tuple[str, ...]
    explained: Explained

    @property
    def flagged(self) -> bool:
        return self.band == "violating"

    def to_dict(self, explain: str) -> dict[str, Any]:
        out: dict[str, Any] = {
            "score": self.score,
            "margin": self.margin,
            "thresholds": dict(self.thresholds),
            "band": self.band,
            "flagged": self.flagged,
            "per_se": list(self.per_se),
        }
        if explain != "none":
            out["explained"] = self.explained.to_dict(full=explain == "full")
        return out


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One caveat group: whether the text needs it, whether it is there, and what adding it would do."""

    group: str
    status: str
    required: bool
    any_of: tuple[str, ...]
    presence: float
    triggers: tuple[Place, ...]
    evidence: tuple[Place, ...]
    clauses: tuple[str, ...]
    score_if_added: float | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "status": self.status,
            "required": self.required,
            "any_of": list(self.any_of),
            "presence": self.presence,
            "triggers": [p.to_dict() for p in self.triggers],
            "evidence": [p.to_dict() for p in self.evidence],
            "clauses": list(self.clauses),
            "score_if_added": self.score_if_added,
        }


@dataclass(frozen=True, slots=True)
class SentenceSignals:
    """A sentence with the probability of all twenty signals."""

    place: Place
    signals: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        return {**self.place.to_dict(), "signals": dict(self.signals)}


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What was scored. `text` only for html and markdown input, where it is the extracted text; `title` only where it
    was found in that markup, because the caller gave none."""

    sha256: str
    length: int
    scored: int
    offset_unit: str
    language: str
    not_assessed: tuple[str, ...]
    health_probability: float
    warnings: tuple[str, ...]
    text: str | None = None
    title: str | None = None

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "sha256": self.sha256,
            "length": self.length,
            "scored": self.scored,
            "offset_unit": self.offset_unit,
            "language": self.language,
            "not_assessed": list(self.not_assessed),
            "health_probability": self.health_probability,
            "warnings": list(self.warnings),
        }
        if self.text is not None:
            out["text"] = self.text
        if self.title is not None:
            out["title"] = self.title
        return out


@dataclass(frozen=True, slots=True)
class Result:
    """Everything Caveat says of one document. `to_dict` leaves out what `explain` does not ask for."""

    id: str | None
    model: Mapping[str, str]
    policy: Mapping[str, str]
    document: DocumentInfo
    facts: tuple[Fact, ...]
    scores: Mapping[str, PolicyScore]
    severity: int
    severity_reasons: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    checklist: tuple[ChecklistLine, ...] = ()
    sentences: tuple[SentenceSignals, ...] = ()
    explain: str = field(default="spans")

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "id": self.id,
            "model": dict(self.model),
            "policy": dict(self.policy),
            "document": self.document.to_dict(),
            "facts": [f.to_dict() for f in self.facts],
            "scores": {name: s.to_dict(self.explain) for name, s in self.scores.items()},
            "severity": self.severity,
            "severity_reasons": list(self.severity_reasons),
        }
        if self.explain != "none":
            out["spans"] = [s.to_dict() for s in self.spans]
            out["checklist"] = [c.to_dict() for c in self.checklist]
        if self.explain == "full":
            out["sentences"] = [s.to_dict() for s in self.sentences]
        return out
