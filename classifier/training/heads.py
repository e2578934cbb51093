"""Sentence and document heads: scikit-learn's logistic regression over the streams, and their tables for scoring.

Weights are rounded to float32 and put back into the estimators, so that what a notebook opens and what Caveat scores
with agree. Sentence heads are fitted with balanced classes, which heads with 2% positives need, and the shift that
balancing brings is taken off the intercept again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression

from ..policy.load import CAVEATS_POLICY, CLAIMS_POLICY, Policy
from ..policy.rules import SPIN, decide
from ..scoring.analyse import DOCUMENT_HEADS
from ..scoring.combine import CLAIMS, OPINION
from ..scoring.facts import FACT_HEADS, GENRE_HEAD
from ..scoring.tables import DocumentTable, SentenceTable
from ..text.streams import Streams
from .corpus import DocumentRow
from .features import CHAR_WEIGHT, document_vectorizer, render, render_documents, scale, sentence_vectorizer
from .units import Units

SENTENCE_C = 0.06
DOCUMENT_C = 0.3
POLICY_C = 0.1
OPINION_C = 0.02
GENRE_WEIGHT = 3.0
PRUNE = 1e-4  # weights of a feature that is below this in every head are 0: safe without an L2 norm (DESIGN 2)
HEALTH_HEAD = "health"
_ITERATIONS = 300
_TOLERANCE = 1e-4  # 1e-3 saves a third of the time and costs .01 of average precision (docs/experiments.md)
_DOCUMENT_TOLERANCE = 1e-3


@dataclass
class SentenceHeads:
    """Fitted sentence heads: the stock estimators and the table made of them."""

    vectorizer: ColumnTransformer
    estimators: list[LogisticRegression]
    table: SentenceTable

    def raw(self, units: Units) -> NDArray[np.float64]:
        """Logits (units, heads) by scikit-learn, before gates."""
        matrix = scale(self.vectorizer.transform(render(units.streams)), units.words)
        return np.column_stack([e.decision_function(matrix) for e in self.estimators])


def _fit_one(matrix: sp.csr_matrix, target: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
    """Coefficients and intercept of one head, its balancing shift taken off."""
    share = float(target.mean())
    if share in (0.0, 1.0):
        return np.zeros(matrix.shape[1]), -8.0 if share == 0 else 8.0
    fitted = LogisticRegression(C=SENTENCE_C, class_weight="balanced", max_iter=_ITERATIONS, tol=_TOLERANCE).fit(matrix, target)
    return fitted.coef_[0].astype(np.float64), float(fitted.intercept_[0] - np.log((1 - share) / share))


def fit_sentence_heads(units: Units, jobs: int) -> SentenceHeads:
    """All sentence heads on these units."""
    vectorizer = sentence_vectorizer()
    matrix = scale(vectorizer.fit_transform(render(units.streams)), units.words)
    single = matrix.astype(np.float32)  # half the memory traffic; the coefficients agree to four digits
    fits = Parallel(n_jobs=jobs)(delayed(_fit_one)(single, units.targets[:, h]) for h in range(len(units.heads)))
    coefficients = np.column_stack([c for c, _ in fits])
    intercepts = np.array([b for _, b in fits])
    return rebuild(vectorizer, units.heads, coefficients, intercepts)


def rebuild(
    vectorizer: ColumnTransformer, heads: tuple[str, ...], coefficients: NDArray[np.float64], intercepts: NDArray[np.float64]
) -> SentenceHeads:
    """The table for scoring from coefficients (features, heads), and estimators that agree with it to the bit."""
    idf, vocabulary = _idf(vectorizer, {"char": CHAR_WEIGHT})
    weights = (coefficients * idf[:, None]).astype(np.float32)
    weights[np.abs(weights).max(axis=1) < PRUNE] = 0.0
    coefficients = weights.astype(np.float64) / idf[:, None]
    estimators = [_stock(coefficients[:, h], float(intercepts[h])) for h in range(len(heads))]
    ordered, order = _sorted_streams(vocabulary)
    return SentenceHeads(vectorizer, estimators, SentenceTable(heads, ordered, weights[order], intercepts))


def _stock(coefficients: NDArray[np.float64], intercept: float) -> LogisticRegression:
    estimator = LogisticRegression(C=SENTENCE_C, class_weight="balanced", max_iter=_ITERATIONS, tol=_TOLERANCE)
    estimator.classes_ = np.array([0, 1])
    estimator.coef_ = coefficients[None, :].copy()
    estimator.intercept_ = np.array([intercept])
    estimator.n_features_in_ = coefficients.shape[0]
    return estimator


def _idf(vectorizer: ColumnTransformer, weights: Mapping[str, float]) -> tuple[NDArray[np.float64], dict[str, list[str]]]:
    """(idf × stream weight by column, features by stream), in the vectoriser's column order."""
    parts, vocabulary = [], {}
    for name, fitted, _ in vectorizer.transformers_:
        if name != "remainder":
            parts.append(fitted.idf_ * weights.get(name, 1.0))
            vocabulary[name] = list(fitted.get_feature_names_out())
    return np.concatenate(parts), vocabulary


def _sorted_streams(vocabulary: Mapping[str, list[str]]) -> tuple[dict[str, dict[str, int]], NDArray[np.int64]]:
    """Vocabularies in the artifact's row order (streams by name), and the columns in that order."""
    starts, at = {}, 0
    for name, features in vocabulary.items():
        starts[name] = at
        at += len(features)
    out: dict[str, dict[str, int]] = {}
    order: list[int] = []
    for name in sorted(vocabulary):
        out[name] = {f: len(order) + i for i, f in enumerate(vocabulary[name])}
        order += range(starts[name], starts[name] + len(vocabulary[name]))
    return out, np.array(order, dtype=np.int64)


def document_heads(policy: Policy) -> tuple[str, ...]:
    """The document heads in order: both policies, each caveat group and claims, health, ten genres, the facts."""
    return (
        DOCUMENT_HEADS[CLAIMS_POLICY],
        DOCUMENT_HEADS[CAVEATS_POLICY],
        *(OPINION + name for name in (*policy.groups, CLAIMS)),
        HEALTH_HEAD,
        *(GENRE_HEAD + g for g in policy.genres),
        *FACT_HEADS,
    )


@dataclass
class DocumentHeads:
    """Fitted document heads."""

    vectorizer: ColumnTransformer
    estimators: dict[str, LogisticRegression]
    table: DocumentTable


def fit_document_heads(documents: Sequence[DocumentRow], found: Sequence[Sequence[Streams]], policy: Policy, jobs: int) -> DocumentHeads:
    """All document heads. Policies on soft targets: a borderline document enters on both sides (POLICY 3.1)."""
    vectorizer = document_vectorizer()
    words = [sum(len(s.tokens) for s in sentences) for sentences in found]
    matrix = scale(vectorizer.fit_transform(render_documents(found)), words)
    genre = _genre_columns(documents, policy)
    single = [h for h in document_heads(policy) if not h.startswith(GENRE_HEAD)]
    fitted = Parallel(n_jobs=jobs)(delayed(_fit_head)(h, matrix, _targets(documents, h, policy), genre) for h in single)
    estimators = dict(zip(single, fitted, strict=True))
    genres = LogisticRegression(C=DOCUMENT_C, class_weight="balanced", max_iter=_ITERATIONS, tol=_DOCUMENT_TOLERANCE)
    genres.fit(matrix, np.array([d.facts["genre"] for d in documents]))
    estimators["genre"] = genres
    columns, biases = [], []
    for head in document_heads(policy):
        coefficients, bias = _column(estimators, head, matrix.shape[1])
        columns.append(coefficients)
        biases.append(bias)
    idf, vocabulary = _idf(vectorizer, {})
    ordered, order = _sorted_streams(vocabulary)
    weights = (np.column_stack(columns) * idf[:, None]).astype(np.float32)[order]
    return DocumentHeads(vectorizer, estimators, DocumentTable(document_heads(policy), ordered, weights, np.array(biases)))


def _column(estimators: Mapping[str, LogisticRegression], head: str, features: int) -> tuple[NDArray[np.float64], float]:
    if not head.startswith(GENRE_HEAD):
        return estimators[head].coef_[0], float(estimators[head].intercept_[0])
    genres = estimators["genre"]
    at = np.flatnonzero(genres.classes_ == head.removeprefix(GENRE_HEAD))
    if not at.size:  # a genre that the corpus does not hold can never win
        return np.zeros(features), -20.0
    return genres.coef_[at[0]], float(genres.intercept_[at[0]])


def _targets(documents: Sequence[DocumentRow], head: str, policy: Policy) -> NDArray[np.float64]:
    policies = {name: p for p, name in DOCUMENT_HEADS.items()}
    if head in policies:
        return np.array([d.labels.get(policies[head], np.nan) for d in documents])
    if head == OPINION + CLAIMS:
        return np.array([float(_claims(d)) for d in documents])
    if head.startswith(OPINION):
        return np.array([float(satisfies(d, head.removeprefix(OPINION), policy)) for d in documents])
    if head == HEALTH_HEAD:
        return np.array([float(d.facts["genre"] != "non_health") for d in documents])
    if head.startswith("tier:"):
        return np.array([float(d.facts["tier"] == head[5:]) for d in documents])
    return np.array([float(d.facts[head]) for d in documents])


def _fit_head(head: str, matrix: sp.csr_matrix, target: NDArray[np.float64], genre: sp.csr_matrix) -> LogisticRegression:
    if head == DOCUMENT_HEADS[CLAIMS_POLICY]:
        return _fit_beside_genre(matrix, target, genre, POLICY_C)
    return _fit_beside_genre(matrix, target, genre, OPINION_C) if head.startswith(OPINION) else _fit_document(matrix, target, DOCUMENT_C)


def satisfies(document: DocumentRow, group: str, policy: Policy) -> bool:
    """Whether a document's annotation satisfies a group of caveats."""
    return decide(document.fact_values(), document.judged(), policy).groups[group].status == "present"


def _claims(document: DocumentRow) -> bool:
    """Whether anything in it is a strong claim: what spin in an abstract is made of (POLICY 3.4)."""
    return any(f.signal in SPIN for s in document.sentences for f in s.labelled.findings)


def _genre_columns(documents: Sequence[DocumentRow], policy: Policy) -> sp.csr_matrix:
    """Documents × genres, GENRE_WEIGHT where a document is of that genre."""
    found = np.array([[d.facts["genre"] == g for g in policy.genres] for d in documents], dtype=np.float64)
    return sp.csr_matrix(GENRE_WEIGHT * found)


def _fit_beside_genre(matrix: sp.csr_matrix, target: NDArray[np.float64], genre: sp.csr_matrix, strength: float) -> LogisticRegression:
    """A head with the genre beside the words while it is fitted, and without it afterwards.

    The combiner knows the genre; a head that had to tell shops from leaflets by their words would spend its weights on
    that, and inside a genre, where it is needed, it would rank worse.
    """
    both = _fit_document(sp.hstack([matrix, genre]).tocsr(), target, strength)
    words = matrix.shape[1]
    shift = float(np.mean(genre @ both.coef_[0][words:])) if genre.shape[0] else 0.0
    return _stock(both.coef_[0][:words], float(both.intercept_[0]) + shift)


def _fit_document(matrix: sp.csr_matrix, target: NDArray[np.float64], strength: float) -> LogisticRegression:
    """One document head on targets 0..1, a target between them as two weighted rows."""
    kept = np.flatnonzero(~np.isnan(target))
    matrix, target = matrix[kept], target[kept]
    if len(set(target)) < 2:
        return _stock(np.zeros(matrix.shape[1]), -8.0 if target.max(initial=0) == 0 else 8.0)
    both = sp.vstack([matrix, matrix]).tocsr()
    labels = np.concatenate([np.ones(len(target)), np.zeros(len(target))])
    weights = np.concatenate([target, 1 - target])
    used = np.flatnonzero(weights > 0)
    estimator: Any = LogisticRegression(C=strength, class_weight="balanced", max_iter=_ITERATIONS, tol=_DOCUMENT_TOLERANCE)
    return estimator.fit(both[used], labels[used], sample_weight=weights[used])
