"""The figures of each scorer, as the rows that `classifier.training.card.comparison` renders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.policy.load import POLICIES, Policy
from classifier.training.corpus import DocumentRow
from classifier.training.metrics import Floats, Metric, auc, average_precision, figure, resamples

from .cuts import banded
from .scorers import Scorer, targets


def rows_of(
    scorers: Sequence[Scorer], documents: Sequence[DocumentRow], where: NDArray[np.int64], seconds: Mapping[str, Floats], base: str, policy: Policy,
) -> list[dict[str, Any]]:  # fmt: skip
    """A row for each scorer and policy. `seconds` by scorer's name; `base` names the one that times are ratios to."""
    samples = resamples([d.topic for d in documents])
    median = {name: float(np.median(values)) for name, values in seconds.items()}
    out = []
    for scorer in scorers:
        for name, labels in targets(documents).items():
            scores = scorer.scores[name]
            judged: list[tuple[str, Metric, Floats]] = [
                ("auc", auc, scores),
                ("average_precision", average_precision, scores),
                ("band_right", _right, banded(labels, scores, where)),
            ]
            found = {key: figure(key, metric, labels, values, samples).to_dict() for key, metric, values in judged}
            out.append(
                {
                    "scorer": scorer.name,
                    "what": scorer.what,
                    "policy": policy.titles[name][0],
                    "documents": len(documents),
                    "topics": len({d.topic for d in documents}),
                    "commonest_band": max(float(np.mean(labels == band)) for band in (0.0, 0.5, 1.0)),
                    "figures": found,
                    "cpu_ms": 1000 * median[scorer.name],
                    "cpu_ratio": median[scorer.name] / median[base],
                    "timed": len(seconds[scorer.name]),
                }
            )
    return out


def not_run(name: str, why: str, policy: Policy) -> list[dict[str, Any]]:
    """The rows of a scorer that was not run."""
    return [{"scorer": name, "policy": policy.titles[p][0], "not_run": why} for p in POLICIES]


def _right(labels: Floats, bands: Floats) -> float:
    return float(np.mean(bands == labels)) if len(labels) else float("nan")
