"""What is left unjudged, and what that buys: scope cases, and error against coverage (Geifman and El-Yaniv 2017).

Scope cases say of a text only whether it should be assessed at all. A risk-coverage curve orders texts by how sure one
may be of them, and gives the share of wrong bands among the surest part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..classifier import Classifier, Document
from ..errors import CorpusError, Problem
from ..policy.load import POLICIES, Policy, Thresholds
from .corpus import read_rows
from .fit import OutOfFold
from .metrics import Floats, bands

COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)
MARGIN, KNOWN = "distance from the thresholds", "share of known words"
NOT_JUDGED = "non_health"  # texts of that genre get no band, so they belong to scope and not to the curve


@dataclass(frozen=True)
class CoverageRow:
    """The share of wrong bands among the surest `documents`, `coverage` (0..1) of all, in the order `by`."""

    policy: str
    by: str
    coverage: float
    documents: int
    error: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def risk_coverage(seen: OutOfFold, policy: Policy) -> list[CoverageRow]:
    """The curve of both policies out of fold, on texts about health, by the margin and by the words known."""
    kept = [i for i, d in enumerate(seen.documents) if d.facts["genre"] != NOT_JUDGED]
    known = known_words(seen)[kept]
    out = []
    for name in POLICIES:
        labels, scores = np.array([seen.documents[i].labels[name] for i in kept]), seen.scores[name][kept]
        wrong = bands(scores, policy.thresholds[name]) != labels
        out += _curve(name, MARGIN, wrong, distance(scores, policy.thresholds[name]))
        out += _curve(name, KNOWN, wrong, known)
    return out


def _curve(policy: str, by: str, wrong: Any, sure: Floats) -> list[CoverageRow]:
    """Surest first; of equally sure ones those that come first."""
    ordered = wrong[np.argsort(-sure, kind="stable")]
    sizes = [(c, max(1, round(c * len(ordered)))) for c in COVERAGES if len(ordered)]
    return [CoverageRow(policy, by, c, n, float(np.mean(ordered[:n]))) for c, n in sizes]


def distance(scores: Floats, thresholds: Thresholds) -> Floats:
    """How far each score lies from the nearer threshold, in log-odds."""
    margins = _logit(scores)
    cuts = _logit(np.array([thresholds.borderline, thresholds.violating]))
    return np.asarray(np.abs(margins[:, None] - cuts[None, :]).min(axis=1), dtype=np.float64)


def _logit(p: Floats) -> Floats:
    inside = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(inside) - np.log1p(-inside), dtype=np.float64)


def known_words(seen: OutOfFold) -> Floats:
    """The share of each document's words that labelled sentences outside its fold hold (documents,)."""
    everywhere: Counter[str] = Counter()
    by_fold: dict[int, Counter[str]] = defaultdict(Counter)
    for one, fold in zip(seen.units.streams, seen.unit_folds.tolist(), strict=True):
        forms = {t.form for t in one.tokens}
        everywhere.update(forms)
        by_fold[fold].update(forms)
    out = []
    for analysis, fold in zip(seen.analyses, seen.document_folds.tolist(), strict=True):
        words = [t.form for s in analysis.scores.sentences for t in s.tokens if t.form.replace("'", "").isalpha()]
        own = by_fold[fold]
        out.append(sum(everywhere[w] > own[w] for w in words) / max(1, len(words)))
    return np.array(out)


def coverage_table(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> list[str]:
    """Markdown lines: a curve a line. `rows` as `CoverageRow.to_dict` gives them, `titles` by policy."""
    curves: dict[tuple[str, str], dict[float, float]] = defaultdict(dict)
    for r in rows:
        curves[r["policy"], r["by"]][r["coverage"]] = r["error"]
    shares = sorted({r["coverage"] for r in rows}, reverse=True)
    head = " | ".join(f"{c:.0%}" for c in shares)
    lines = [f"| wrong bands among the surest, by | {head} |", f"|---|{'---|' * len(shares)}"]
    for (policy, by), errors in curves.items():
        lines.append(f"| {titles[policy]}: {by} | {' | '.join(f'{errors[c]:.3f}' for c in shares)} |")
    return lines


# ---------------------------------------------------------------- scope


@dataclass(frozen=True)
class ScopeCase:
    """A text that should be assessed or not. `kind` is what it is: `health: news`, `language: Greek`, `code` …"""

    id: str
    kind: str
    assess: bool
    text: str
    title: str = ""


@dataclass(frozen=True)
class ScopeRow:
    """How many texts of a kind were assessed as they should be (`right`), and which were not."""

    kind: str
    assess: bool
    texts: int
    right: int
    wrong: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.right / self.texts


def read_scope(path: Path) -> list[ScopeCase]:
    """The cases of a JSONL file. Raises `CorpusError` with every row that is none."""
    problems: list[Problem] = []
    cases = []
    for number, row in read_rows(path, problems):
        named = all(isinstance(row.get(name), str) for name in ("id", "kind", "text")) and isinstance(row.get("title", ""), str)
        if not named or not isinstance(row.get("assess"), bool):
            problems.append(Problem(str(path), number, "expected id, kind and text, and assess true or false"))
            continue
        cases.append(ScopeCase(row["id"], row["kind"], row["assess"], row["text"], row.get("title", "")))
    if problems or not cases:
        raise CorpusError(f"{path}: no scope cases, or not all of them", problems)
    return cases


def evaluate_scope(classifier: Classifier, cases: Sequence[ScopeCase]) -> list[ScopeRow]:
    """By the part of a kind before its colon, those to be assessed first; then both sides whole (kind `all`)."""
    found: dict[tuple[bool, str], list[tuple[str, bool]]] = defaultdict(list)
    for case in cases:
        result = classifier.score_document(Document(text=case.text, title=case.title or None, explain="none"))
        right = bool(result.document.not_assessed) != case.assess
        kind = case.kind if case.assess else case.kind.partition(":")[0]
        for name in (kind, "all"):
            found[case.assess, name].append((case.id, right))
    order = sorted(found, key=lambda k: (not k[0], k[1] == "all", k[1]))
    return [
        ScopeRow(kind, assess, len(rows), sum(r for _, r in rows), tuple(i for i, r in rows if not r))
        for assess, kind in order
        for rows in [found[assess, kind]]
    ]
