"""Band cut points, fitted for every scorer in the same way: on the folds that a document does not stand in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def best_cuts(labels: Floats, scores: Floats) -> tuple[float, float]:
    """(borderline from, violating from): the two cut points that put most of `labels` (0, 0.5, 1) into their bands.

    Exact, over all pairs. Equal cut points mean that no score is called borderline. Cuts fall halfway between scores.
    """
    order = np.argsort(scores, kind="stable")
    ordered, truth = scores[order], labels[order]
    below = [np.concatenate([[0], np.cumsum(truth == band)]) for band in (0.0, 0.5, 1.0)]  # of that band among the first k
    at = np.flatnonzero(np.concatenate([[True], np.diff(ordered) > 0, [True]]))  # never between equal scores
    low = (below[0] - below[1])[at]  # what a borderline cut here gains
    high = (below[1] - below[2])[at]  # and a violating one
    best = np.maximum.accumulate(low)
    j = int(np.argmax(best + high))
    i = int(np.argmax(low[: j + 1]))
    return _between(ordered, int(at[i])), _between(ordered, int(at[j]))


def _between(ordered: Floats, k: int) -> float:
    """A cut with the first `k` scores below it."""
    if k == 0:
        return float("-inf")
    return float("inf") if k == len(ordered) else float((ordered[k - 1] + ordered[k]) / 2)


def banded(labels: Floats, scores: Floats, where: NDArray[np.int64]) -> Floats:
    """The band (0, 0.5, 1) of each document, by the cut points that fit the documents of the other folds best."""
    out = np.zeros(len(scores))
    for fold in sorted(set(where.tolist())):
        others, own = where != fold, where == fold
        borderline, violating = best_cuts(labels[others], scores[others])
        out[own] = np.where(scores[own] >= violating, 1.0, np.where(scores[own] >= borderline, 0.5, 0.0))
    return out
