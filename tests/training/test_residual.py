"""A user's labels: what they teach, what they leave alone, what is refused."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from classifier import CLAIMS_POLICY, Classifier, LabelError, Policy, TrainingError
from classifier.training.labels import LabelledDocument, read_labelled
from classifier.training.metrics import auc
from classifier.training.residual import fit_residuals

_FILLER = [
    "the",
    "shop",
    "opened",
    "early",
    "and",
    "people",
    "came",
    "by",
    "to",
    "look",
    "at",
    "new",
    "boxes",
    "while",
    "the",
    "rain",
    "went",
    "on",
    "and",
    "the",
    "radio",
    "played",
    "old",
    "songs",
    "in",
    "the",
    "back",
    "room",
]


def _document(draw: random.Random, bad: bool) -> LabelledDocument:
    words = draw.sample(_FILLER, 18)
    words[draw.randrange(18)] = draw.choice(("zorvex", "plimble", "quandry")) if bad else draw.choice(("meltro", "dwindar", "sorrel"))
    words[draw.randrange(18)] = draw.choice(("zorvex", "plimble")) if bad else draw.choice(("meltro", "dwindar"))
    return LabelledDocument(" ".join(words).capitalize() + ".", {CLAIMS_POLICY: 1.0 if bad else 0.0})


def test_words_the_corpus_never_saw_are_learned(classifier: Classifier) -> None:
    draw = random.Random(3)
    train = [_document(draw, i % 2 == 0) for i in range(200)]
    test = [_document(draw, i % 2 == 0) for i in range(100)]
    fitted = fit_residuals(classifier, train)[CLAIMS_POLICY]
    at = dict(zip(fitted.features, fitted.weights, strict=True))

    def margin(d: LabelledDocument) -> float:
        words = d.text.lower().rstrip(".").split()
        base = classifier.score(d.text, explain="none").scores[CLAIMS_POLICY].margin
        return float(fitted.scale * base + sum(at.get(w, 0.0) for w in words) / np.sqrt(len(words)))

    labels = np.array([d.labels[CLAIMS_POLICY] for d in test])
    assert auc(labels, np.array([margin(d) for d in test])) >= 0.9
    assert abs(fitted.scale - 1) < 0.5
    assert not set(at) & {"the", "and"}


def test_too_few_labels_are_refused_and_say_why(classifier: Classifier) -> None:
    draw = random.Random(1)
    with pytest.raises(TrainingError, match="at least 50"):
        fit_residuals(classifier, [_document(draw, i % 2 == 0) for i in range(49)])
    with pytest.raises(TrainingError, match="10 of each class"):
        fit_residuals(classifier, [_document(draw, i < 9) for i in range(80)])


def test_every_bad_row_is_reported(policy: Policy, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"text": "fine", "labels": {"unbalanced_therapeutic_claims": 1}}\n'
        '{"text": "two", "labels": {"unbalanced_therapeutic_claims": 2}}\n'
        "not json\n"
        '{"text": "x", "labels": {"nope": 1}}\n'
        '{"text": "span", "labels": {"unbalanced_therapeutic_claims": "violating"}, "spans": [{"start": 0, "end": 2, "text": "zz", "signal": "disease_claim"}]}\n',
        encoding="utf-8",
    )
    with pytest.raises(LabelError) as caught:
        read_labelled([path], policy)
    assert [p.line for p in caught.value.problems] == [2, 3, 4, 5]
    assert "0, 0.5, 1" in caught.value.problems[0].message
    rows, problems = read_labelled([path], policy, skip_bad_rows=True)
    assert len(rows) == 1
    assert len(problems) == 4
