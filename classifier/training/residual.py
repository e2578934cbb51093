"""A user's labels as a residual over the shipped model's frozen margin.

margin' = scale · margin + shift + Σ weights of the text's words and pairs. Only words whose presence goes with the
labels beyond what the margin explains, at a false-discovery rate of 5% (Benjamini and Hochberg 1995), enter: so what
a user teaches moves texts of that kind, and texts without those words keep their score. `scale` is pulled to 1 and
cannot turn negative; `shift` is pulled to 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.feature_extraction.text import CountVectorizer

from ..classifier import Classifier, Document
from ..errors import TrainingError
from ..policy.load import POLICIES
from ..scoring.analyse import analyse
from .combiner import bounded_logistic
from .labels import LabelledDocument

LEAST_LABELS = 50
LEAST_OF_A_CLASS = 10
FALSE_DISCOVERY = 0.05
WORD_PENALTY = 0.05
SCALE_PENALTY = 50.0
SHIFT_PENALTY = 20.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A residual for one policy, as the artifact stores it, and how many labels it rests on."""

    features: list[str]
    weights: list[float]
    scale: float
    shift: float
    labels: int

    def to_dict(self) -> dict[str, Any]:
        return {"features": self.features, "weights": self.weights, "scale": self.scale, "shift": self.shift, "labels": self.labels}


def enough(documents: Sequence[LabelledDocument]) -> dict[str, list[LabelledDocument]]:
    """The rows by policy that can be learned from. Raises `TrainingError` where no policy has enough, and says why."""
    usable, why = {}, []
    for name in POLICIES:
        rows = [d for d in documents if name in d.labels]
        bad = sum(d.labels[name] == 1 for d in rows)
        good = sum(d.labels[name] == 0 for d in rows)
        if len(rows) >= LEAST_LABELS and min(bad, good) >= LEAST_OF_A_CLASS:
            usable[name] = rows
        elif rows:
            why.append(f"{name}: {len(rows)} labels, {bad} violating, {good} compliant")
    if not usable:
        raise TrainingError(
            f"too few labels to learn from: at least {LEAST_LABELS} for a policy and {LEAST_OF_A_CLASS} of each class are needed "
            f"({'; '.join(why) or 'none given'}); fewer would teach noise"
        )
    return usable


def fit_residuals(classifier: Classifier, documents: Sequence[LabelledDocument]) -> dict[str, Fit]:
    """A residual for every policy with enough labels."""
    usable = enough(documents)
    out = {}
    for name, rows in usable.items():
        forms, margins = _read(classifier, rows, name)
        labels = np.array([d.labels[name] for d in rows])
        weights = np.array([d.weight for d in rows])
        out[name] = _fit(forms, margins, labels, weights)
    return out


def _read(classifier: Classifier, rows: Sequence[LabelledDocument], name: str) -> tuple[list[list[str]], Floats]:
    """Each text's word forms, and the frozen margin."""
    forms, margins = [], []
    for d in rows:
        result = classifier.score_document(Document(text=d.text, title=d.title or None, facts=d.facts or None, explain="none"))
        analysis = analyse(classifier._reader, classifier.policy, d.title, d.text, dict(d.facts))
        forms.append([t.form for s in analysis.scores.streams for t in s.tokens])
        margins.append(result.scores[name].margin)
    return forms, np.array(margins)


def _fit(forms: Sequence[Sequence[str]], margins: Floats, labels: Floats, weights: Floats) -> Fit:
    counter = CountVectorizer(analyzer=_pairs, min_df=3)
    try:
        counts = counter.fit_transform([list(f) for f in forms]).tocsr()
    except ValueError:
        counts = sp.csr_matrix((len(forms), 0))
    names = list(counter.get_feature_names_out()) if counts.shape[1] else []
    kept = _informative(counts, margins, labels, weights) if names else np.zeros(0, dtype=np.int64)
    sizes = np.sqrt(np.array([max(1, len(f)) for f in forms], dtype=np.float64))
    words = counts[:, kept].astype(np.float64).toarray() if len(kept) else np.zeros((len(forms), 0))
    words = np.where(words > 0, 1.0 + np.log(np.maximum(words, 1.0)), 0.0) / sizes[:, None]
    matrix = np.hstack([margins[:, None], np.ones((len(forms), 1)), words])
    k = words.shape[1]
    fitted = bounded_logistic(
        matrix, labels, lower=[0.0, None, *([None] * k)], weight=weights,
        penalty=np.concatenate([[SCALE_PENALTY, SHIFT_PENALTY], np.full(k, WORD_PENALTY)]),
        centre=np.concatenate([[1.0, 0.0], np.zeros(k)]), start=np.concatenate([[1.0, 0.0], np.zeros(k)]),
    )  # fmt: skip
    return Fit([names[i] for i in kept], [float(w) for w in fitted[2:]], float(fitted[0]), float(fitted[1]), len(labels))


def _pairs(forms: Sequence[str]) -> list[str]:
    return [*forms, *(f"{a} {b}" for a, b in pairwise(forms))]


def _informative(counts: sp.csr_matrix, margins: Floats, labels: Floats, weights: Floats) -> NDArray[np.int64]:
    """Columns whose presence goes with the labels beyond the margin: score tests, Benjamini-Hochberg."""
    base = bounded_logistic(
        np.column_stack([margins, np.ones(len(margins))]), labels, lower=[0.0, None], penalty=np.array([0.1, 0.1]),
        centre=np.array([1.0, 0.0]), weight=weights,
    )  # fmt: skip
    p = 0.5 * (1 + np.tanh(0.5 * (base[0] * margins + base[1])))
    present = (counts > 0).astype(np.float64)
    residual, spread = weights * (labels - p), weights * p * (1 - p) + 1e-3
    share = np.asarray(present.T @ spread).ravel() / spread.sum()
    score = np.asarray(present.T @ residual).ravel() - share * residual.sum()
    variance = np.asarray(present.T @ spread).ravel() * (1 - share)
    z = np.abs(score) / np.sqrt(np.maximum(variance, 1e-9))
    values = 2 * norm.sf(z)
    order = np.argsort(values, kind="stable")
    passed = np.flatnonzero(values[order] <= FALSE_DISCOVERY * (np.arange(len(values)) + 1) / len(values))
    return np.sort(order[: passed[-1] + 1]) if passed.size else np.zeros(0, dtype=np.int64)


def as_settings(fits: Mapping[str, Fit]) -> dict[str, Any]:
    """The residuals as a model's settings hold them."""
    return {name: fit.to_dict() for name, fit in fits.items()}
