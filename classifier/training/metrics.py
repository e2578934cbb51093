"""Metrics of scores against labels, each with a 95% bootstrap interval over groups of related texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from ..policy.load import Thresholds

ROUNDS = 200
SEED = 7
Floats = NDArray[np.float64]
Metric = Callable[[Floats, Floats], float]


@dataclass(frozen=True)
class Figure:
    """A value with its interval; NaN where it is not defined (one class only)."""

    name: str
    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def auc(labels: Floats, scores: Floats) -> float:
    """Violating against compliant; borderline left out (POLICY 3.1)."""
    kept = labels != 0.5
    return _defined(roc_auc_score, labels[kept], scores[kept])


def average_precision(labels: Floats, scores: Floats) -> float:
    kept = labels != 0.5
    return _defined(average_precision_score, labels[kept], scores[kept])


def brier(labels: Floats, scores: Floats) -> float:
    """On all, a borderline label counting half on each side."""
    if not len(labels):
        return float("nan")
    return float(np.mean(labels * (scores - 1) ** 2 + (1 - labels) * scores**2))


def calibration_error(labels: Floats, scores: Floats, bins: int = 10) -> float:
    """ECE over ten equal bins, on soft labels."""
    at = np.minimum((scores * bins).astype(int), bins - 1)
    total = sum(abs(float(np.mean(labels[at == b]) - np.mean(scores[at == b]))) * int((at == b).sum()) for b in set(at.tolist()))
    return total / max(1, len(labels))


def _defined(metric: Callable[..., float], labels: Floats, scores: Floats) -> float:
    return float(metric(labels == 1, scores)) if len(set((labels == 1).tolist())) == 2 else float("nan")


def bands(scores: Floats, thresholds: Thresholds) -> Floats:
    """0, 0.5 or 1 by the two thresholds."""
    return np.where(scores >= thresholds.violating, 1.0, np.where(scores >= thresholds.borderline, 0.5, 0.0))


def band_metrics(thresholds: Thresholds) -> dict[str, Metric]:
    """Metrics of the bands."""

    def right(labels: Floats, scores: Floats) -> float:
        return float(np.mean(bands(scores, thresholds) == labels)) if len(labels) else float("nan")

    def two_steps(labels: Floats, scores: Floats) -> float:
        return float(np.mean(np.abs(bands(scores, thresholds) - labels) == 1)) if len(labels) else float("nan")

    def recall(labels: Floats, scores: Floats) -> float:
        return float(np.mean(bands(scores, thresholds)[labels == 1] == 1)) if (labels == 1).any() else float("nan")

    def false_alarms(labels: Floats, scores: Floats) -> float:
        return float(np.mean(bands(scores, thresholds)[labels == 0] == 1)) if (labels == 0).any() else float("nan")

    return {"band right": right, "two steps off": two_steps, "violating found": recall, "compliant flagged": false_alarms}


def figures(labels: Floats, scores: Floats, groups: Sequence[str], thresholds: Thresholds) -> list[Figure]:
    """All metrics with intervals."""
    metrics: dict[str, Metric] = {
        "AUC": auc, "average precision": average_precision, "Brier": brier, "ECE": calibration_error, **band_metrics(thresholds),
    }  # fmt: skip
    samples = list(resamples(groups))
    return [figure(name, metric, labels, scores, samples) for name, metric in metrics.items()]


def figure(name: str, metric: Metric, labels: Floats, scores: Floats, samples: Sequence[NDArray[np.int64]]) -> Figure:
    """A metric of all rows, with its interval over `samples` of row numbers (`resamples`)."""
    values = sorted(v for v in (metric(labels[s], scores[s]) for s in samples) if not np.isnan(v))
    low, high = (values[int(0.025 * len(values))], values[int(0.975 * len(values)) - 1]) if len(values) > 20 else (float("nan"),) * 2
    return Figure(name, metric(labels, scores), low, high, len(labels))


def resamples(groups: Sequence[str], rounds: int = ROUNDS) -> list[NDArray[np.int64]]:
    """Bootstrap samples of row numbers, drawn by group."""
    members: dict[str, list[int]] = defaultdict(list)
    for i, g in enumerate(groups):
        members[g].append(i)
    keys = sorted(members)
    draw = np.random.default_rng(SEED)
    picks = [draw.integers(0, len(keys), len(keys)) for _ in range(rounds)]
    return [np.array([i for k in pick for i in members[keys[k]]], dtype=np.int64) for pick in picks]


__all__ = ["Figure", "Floats", "Metric", "auc", "average_precision", "bands", "figure", "figures", "resamples"]
