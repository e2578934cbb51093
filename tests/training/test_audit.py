"""Audits: a label that one thing alone tells is found; the strongest features of a head are its own."""

from __future__ import annotations

from dataclasses import replace

from classifier import Classifier, load_policy
from classifier.policy.rules import Finding
from classifier.training.audit import shortcuts, strongest
from classifier.training.corpus import Corpus, Labelled, SentenceRow

POLICY = load_policy()
NOTHING = Labelled((), frozenset())
CLAIM = Labelled((Finding("function_claim"),), frozenset())


def row(i: int, *, genre: str, claim: bool) -> SentenceRow:
    return SentenceRow(
        id=str(i), text="x" * (10 + i % 7), labelled=CLAIM if claim else NOTHING, genre=genre, topic="t", author="a", group=str(i)
    )


def test_a_label_that_the_genre_tells_is_found() -> None:
    told = Corpus([row(i, genre="vendor" if i % 2 else "news", claim=bool(i % 2)) for i in range(200)])
    found = next(s for s in shortcuts(told, POLICY) if s.label == "function_claim")
    assert found.genre > 0.95
    assert found.found


def test_a_label_on_both_sides_of_everything_is_not() -> None:
    rows = [row(i, genre="vendor" if i % 2 else "news", claim=i // 2 % 2 == 0) for i in range(400)]
    mixed = Corpus([replace(r, author="ab"[i // 4 % 2]) for i, r in enumerate(rows)])
    found = next(s for s in shortcuts(mixed, POLICY) if s.label == "function_claim")
    assert not found.found


def test_the_strongest_features_raise_their_head(classifier: Classifier) -> None:
    found = strongest(classifier.model.sentences, 5)
    assert set(found) == set(classifier.model.sentences.heads)
    assert all(weight > 0 for features in found.values() for _, _, weight in features)
    assert any("CURE" in feature or "heal>ill" in feature for _, feature, _ in found["disease_claim"])
