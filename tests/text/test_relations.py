"""Relations: one token says who does what to what, and in which mood."""

from __future__ import annotations

import pytest

from classifier.text.classes import Classes
from classifier.text.fold import build_table
from classifier.text.streams import streams
from classifier.text.tokens import read

TABLE, CLASSES = build_table(), Classes.shipped()


def _names(text: str) -> set[str]:
    return {r.name for s in read(text, TABLE) for r in streams(s, CLASSES).relations}


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Nettle tea cures gout.", "plain"),
        ("Nettle tea does not cure gout.", "not"),
        ("Does nettle tea cure gout?", "ask"),
        ("Sellers say nettle tea cures gout.", "said"),
        ("If nettle tea cured gout, every clinic would pour it.", "if"),
        ("Nettle tea may cure gout.", "may"),
    ],
)
def test_the_mood_of_one_and_the_same_relation(text: str, mood: str) -> None:
    found = {n for n in _names(text) if n.endswith(":heal>ill") and n.count(":") == 1}
    assert found == {f"{mood}:heal>ill"}


def test_subject_and_object_are_kept_apart() -> None:
    assert "thing:plain:cause>hurt" in _names("Kava can cause vomiting and jaundice.")
    assert "ill:plain:cause>hurt" in _names("Malaria can cause vomiting and jaundice.")
    assert "not.SIDE_EFFECT" in _names("The drops come without any adverse reactions.") or "not.ADVERSE" in _names(
        "It comes without any nausea."
    )


def test_every_relation_rests_on_words_of_its_sentence() -> None:
    for sentence in read("It halts asthma, but doctors warn that the powder causes seizures; it never cures shingles.", TABLE):
        for relation in streams(sentence, CLASSES).relations:
            assert relation.tokens
            assert all(0 <= t < len(sentence.tokens) for t in relation.tokens)
