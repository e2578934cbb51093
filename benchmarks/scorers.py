"""What a scorer is, and the two that scikit-learn and Caveat make: each with its out-of-fold scores and its CPU time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from classifier import Classifier, Document
from classifier.artifact import load_model
from classifier.policy.load import POLICIES, Policy
from classifier.training.corpus import DocumentRow
from classifier.training.fit import Fitted
from classifier.training.register import model_parts, write_with_golden
from classifier.training.train import CORPUS_VERSION

from .linear import out_of_fold

Floats = NDArray[np.float64]
WARM = 5


@dataclass(frozen=True)
class Scorer:
    """Out-of-fold scores by policy, in the documents' order, on any scale that rises with the violation.

    `seconds` measures: documents → CPU seconds of each, alone, from its text to both scores.
    """

    name: str
    what: str
    scores: Mapping[str, Floats]
    seconds: Callable[[Sequence[DocumentRow]], Floats]


def cpu_seconds(score: Callable[[DocumentRow], object], documents: Sequence[DocumentRow]) -> Floats:
    """CPU seconds of this process for each document, after a few that warm the caches."""
    for document in documents[:WARM]:
        score(document)
    out = []
    for document in documents:
        start = time.process_time()
        score(document)
        out.append(time.process_time() - start)
    return np.array(out)


def targets(documents: Sequence[DocumentRow]) -> dict[str, Floats]:
    """Labels 0, 0.5, 1 by policy."""
    return {p: np.array([d.labels[p] for d in documents]) for p in POLICIES}


def tfidf_scorer(documents: Sequence[DocumentRow], where: NDArray[np.int64]) -> Scorer:
    """Words and pairs of words as scikit-learn's TF-IDF has them, learned anew in each fold."""
    texts = [_whole(d) for d in documents]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)

    def prepare(rows: NDArray[np.int64]) -> object:
        vectorizer.fit([texts[int(i)] for i in rows])
        return vectorizer.transform(texts)

    scores, models = out_of_fold(prepare, targets(documents), where)

    def score(document: DocumentRow) -> object:
        matrix = vectorizer.transform([_whole(document)])
        return [m.predict_proba(matrix) for m in models.values()]

    return Scorer(
        "Document TF-IDF + LR",
        "words and pairs of words of title and text, sublinear TF-IDF, one logistic regression a policy on the documents' labels, its "
        "strength chosen inside the training folds.",
        scores,
        lambda timed: cpu_seconds(score, timed),
    )


def _whole(document: DocumentRow) -> str:
    return f"{document.title}\n{document.text}"


def caveat_scorer(fitted: Fitted, classifier: Classifier) -> Scorer:
    """Caveat's own training, timed on the finished model."""

    def score(document: DocumentRow) -> object:
        return classifier.score_document(Document(text=document.text, title=document.title))

    return Scorer(
        "Caveat",
        "the out-of-fold scores of its own training, timed with facts, spans and checklist. It alone also learns from sentences' labels and "
        "documents' facts; its settings were chosen while it was developed on this corpus, and the few numbers that calibrate its heads "
        "and cut their probabilities are fitted on the out-of-fold scores of all folds at once.",
        fitted.out_of_fold.scores,
        lambda timed: cpu_seconds(score, timed),
    )


def finished(fitted: Fitted, policy: Policy) -> Classifier:
    """The model that `caveat train` registers for this fit."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder, "model")
        write_with_golden(directory, *model_parts(fitted, policy), CORPUS_VERSION, policy)
        return Classifier(load_model(directory), policy)
