"""Logistic regression over one matrix of documents, out of fold, for the scorers that Caveat is compared with.

They get what Caveat's document heads get: soft labels (a borderline document enters on both sides, half on each), the
same folds, and a strength of regularisation that is chosen without the documents it is judged by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.training.metrics import auc

Floats = NDArray[np.float64]
STRENGTHS = (1.0, 10.0, 100.0)
_ITERATIONS = 1_000

Models = Mapping[str, LogisticRegression]
Prepare = Callable[[NDArray[np.int64]], Any]  # rows to learn features from → the matrix of all documents


def fit_soft(matrix: Any, target: Floats, strength: float) -> LogisticRegression:
    """A logistic regression on targets 0..1, one between them as two weighted rows."""
    rows = np.concatenate([np.flatnonzero(target > 0), np.flatnonzero(target < 1)])
    positive = np.arange(len(rows)) < int((target > 0).sum())
    weights = np.where(positive, target[rows], 1 - target[rows])
    return LogisticRegression(C=strength, max_iter=_ITERATIONS).fit(matrix[rows], positive, sample_weight=weights)


def choose_strength(matrix: Any, target: Floats, rest: NDArray[np.int64], check: NDArray[np.int64]) -> float:
    """Of STRENGTHS the one whose fit on the rows `rest` ranks the rows `check` best."""
    found = [auc(target[check], fit_soft(matrix[rest], target[rest], c).decision_function(matrix[check])) for c in STRENGTHS]
    return STRENGTHS[int(np.argmax(np.nan_to_num(found)))]


def out_of_fold(prepare: Prepare, targets: Mapping[str, Floats], where: NDArray[np.int64]) -> tuple[dict[str, Floats], Models]:
    """(margins by policy of each document by a model that saw none of its fold, the last fold's models).

    A fold's strength is chosen on the next fold, by fits on the rest; the model is then fitted on both together.
    """
    count = int(where.max()) + 1
    margins = {name: np.zeros(len(where)) for name in targets}
    models: dict[str, LogisticRegression] = {}
    for fold in range(count):
        next_one = (fold + 1) % count
        rows, own = np.flatnonzero(where != fold), np.flatnonzero(where == fold)
        rest, check = np.flatnonzero((where != fold) & (where != next_one)), np.flatnonzero(where == next_one)
        matrix = prepare(rows)
        for name, target in targets.items():
            strength = choose_strength(matrix, target, rest, check)
            models[name] = fit_soft(matrix[rows], target[rows], strength)
            if len(own):
                margins[name][own] = models[name].decision_function(matrix[own])
    return margins, models


__all__ = ["Models", "choose_strength", "fit_soft", "out_of_fold"]
