"""Fits the two fact models: scikit-learn's logistic regression on standardised features, the scaling folded in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ..policy.load import BOOLEAN_FACTS, Policy
from ..scoring.facts import GENRE, TIER, FactModel, fact_outputs
from .corpus import DocumentRow

FACT_C = 0.02
_ITERATIONS = 1_000
_NEVER = -20.0

Floats = NDArray[np.float64]


def fit_facts(features: Floats, documents: Sequence[DocumentRow], policy: Policy) -> FactModel:
    """A fact model on out-of-fold features (documents, features). What the documents never are is never told."""
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    scaled = (features - mean) / spread
    known = np.array([d.facts["tier"] != "R0" for d in documents])
    found: dict[str, tuple[Floats, float]] = {}
    found |= _classes(scaled, [GENRE + d.facts["genre"] for d in documents])
    found |= _classes(scaled[known], [TIER + d.facts["tier"] for d in documents if d.facts["tier"] != "R0"])
    for name in BOOLEAN_FACTS:
        found |= _flag(scaled, np.array([bool(d.facts[name]) for d in documents]), name)
    outputs = fact_outputs(policy)
    rows = [found.get(name, (np.zeros(features.shape[1]), _NEVER)) for name in outputs]
    weights = np.array([w for w, _ in rows]) / spread
    return FactModel(outputs, weights, np.array([b for _, b in rows]) - weights @ mean)


def _classes(features: Floats, target: Sequence[str]) -> Mapping[str, tuple[Floats, float]]:
    names = sorted(set(target))
    if len(names) < 2:
        return {name: (np.zeros(features.shape[1]), 0.0) for name in names}
    fitted = LogisticRegression(C=FACT_C, max_iter=_ITERATIONS).fit(features, np.array(target))
    weights, bias = fitted.coef_, fitted.intercept_
    if len(names) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.array([-weights[0], weights[0]]) / 2, np.array([-bias[0], bias[0]]) / 2
    return {str(name): (weights[i], float(bias[i])) for i, name in enumerate(fitted.classes_)}


def _flag(features: Floats, target: NDArray[np.bool_], name: str) -> Mapping[str, tuple[Floats, float]]:
    if target.all() or not target.any():
        return {name: (np.zeros(features.shape[1]), -_NEVER if target.all() else _NEVER)}
    fitted = LogisticRegression(C=FACT_C, max_iter=_ITERATIONS).fit(features, target)
    return {name: (fitted.coef_[0], float(fitted.intercept_[0]))}
