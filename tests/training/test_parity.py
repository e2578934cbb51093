"""The scorer agrees with scikit-learn: sentence heads from the notebook file against the model's own tables."""

from __future__ import annotations

import joblib
import numpy as np
import pytest

from classifier import Classifier
from classifier.home import resolve_model
from classifier.scoring.sentences import score_sentences
from classifier.text.classes import Classes
from classifier.text.streams import streams
from classifier.text.tokens import read
from classifier.training.features import render, scale

TEXTS = [
    "Brelva drops cure diabetes in 7 days, and 95% of users agree!",
    "It may cause nausea; do not take it with warfarin or alcohol.",
    "Straße ﬁne İstanbul ｃｕｒｅｓ e\u0301\u0301 naïve T\u200breats pain",
    "the the the the the",
    "Unlike harsh pills it isn't addictive, said Dr. Smith?",
    "x",
]


@pytest.mark.parametrize("text", TEXTS)
def test_sentence_heads_agree_with_predict_proba(classifier: Classifier, text: str) -> None:
    path = resolve_model() / "estimators.joblib"
    if not path.is_file():
        pytest.skip("the model was installed without its notebook file; run `caveat train`")
    bundle = joblib.load(path)
    classes: Classes = classifier.model.classes
    sentences = read(text, classifier.model.fold_table)
    found = [streams(s, classes) for s in sentences]
    own = score_sentences(
        sentences, found, classifier.model.sentences, classifier.model.gates, np.zeros(len(classifier.model.sentences.heads))
    ).raw
    matrix = scale(bundle["sentence_vectorizer"].transform(render(found)), [len(s.tokens) for s in sentences])
    for h, (_, estimator) in enumerate(bundle["sentence_heads"].items()):
        theirs = estimator.predict_proba(matrix)[:, 1]
        assert np.allclose(1 / (1 + np.exp(-own[:, h])), theirs, atol=PARITY)


PARITY = 1e-6
