"""Agreement between first and second labels: Cohen's κ, PABAK and positive agreement by head (POLICY 5.2).

Labellers of one kind agree with each other more than people would; the datasheet says so beside these figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Problem
from ..policy.load import Policy
from .corpus import labelled_of, read_rows


@dataclass(frozen=True)
class Agreement:
    """Counts and coefficients for one head; `first` and `second` are positives by labeller."""

    head: str
    rows: int
    first: int
    second: int
    kappa: float
    pabak: float
    positive: float


def agreement(head: str, a: Sequence[bool], b: Sequence[bool]) -> Agreement:
    """Two labellers on the same rows."""
    n = len(a)
    observed = sum(x == y for x, y in zip(a, b, strict=True)) / n
    pa, pb = sum(a) / n, sum(b) / n
    expected = pa * pb + (1 - pa) * (1 - pb)
    kappa = (observed - expected) / (1 - expected) if expected < 1 else 1.0
    both = sum(x and y for x, y in zip(a, b, strict=True))
    positive = 2 * both / (sum(a) + sum(b)) if sum(a) + sum(b) else 1.0
    return Agreement(head, n, sum(a), sum(b), kappa, 2 * observed - 1, positive)


def read_labels_of(path: Path) -> dict[Any, dict[str, Any]]:
    """Rows of a label file by (id, field, start)."""
    problems: list[Problem] = []
    out: dict[Any, dict[str, Any]] = {}
    for _, row in read_rows(path, problems):
        for sentence in row.get("sentences", [row]):
            out[row["id"], sentence.get("field"), sentence.get("start")] = sentence
    return out


def all_agreement(root: Path, policy: Policy, heads: Sequence[str]) -> list[Agreement]:
    """Every head's agreement over `second_labels/first.jsonl` and `second_labels/second.jsonl`."""
    first = read_labels_of(root / "second_labels" / "first.jsonl")
    second = read_labels_of(root / "second_labels" / "second.jsonl")
    keys = sorted((k for k in first if k in second), key=str)
    left = [labelled_of(first[k], policy, []) for k in keys]
    right = [labelled_of(second[k], policy, []) for k in keys]
    return [agreement(h, [x.has(h) for x in left], [x.has(h) for x in right]) for h in heads] if keys else []
