"""Functional cases: contrast pairs by capability, in HateCheck's manner (Röttger et al. 2021).

A pair is a text that violates a policy and a twin that does not, as alike as its capability allows. `order`: the worse
twin scores strictly higher. `strict`: both stand on their side of the violating threshold.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..classifier import Classifier


@dataclass(frozen=True)
class Capability:
    """Pass rates of one capability under one policy, 0..1, over `pairs` pairs."""

    name: str
    policy: str
    pairs: int
    order: float
    strict: float


def read_cases(corpus_root: Path) -> list[dict[str, Any]]:
    """The pairs of `functional/cases.jsonl`."""
    lines = (corpus_root / "functional" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def judge_case(classifier: Classifier, case: Mapping[str, Any]) -> tuple[bool, bool]:
    """(order, strict) of one pair."""
    name = case["policy"]
    worse, better = (classifier.score(case[k], facts=case["facts"], explain="none").scores[name] for k in ("worse", "better"))
    cut = classifier.policy.thresholds[name].violating
    return worse.margin > better.margin, worse.score >= cut > better.score


def evaluate_functional(classifier: Classifier, cases: Sequence[Mapping[str, Any]]) -> list[Capability]:
    """Every capability, then `all`, by policy."""
    found: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for case in cases:
        passed = judge_case(classifier, case)
        found[case["capability"], case["policy"]].append(passed)
        found["all", case["policy"]].append(passed)
        found["all", "both"].append(passed)
    order = sorted(found, key=lambda k: (k[0] == "all", *k))
    return [
        Capability(name, policy, len(rows), sum(o for o, _ in rows) / len(rows), sum(s for _, s in rows) / len(rows))
        for name, policy in order
        for rows in [found[name, policy]]
    ]
