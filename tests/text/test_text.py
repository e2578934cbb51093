"""Fold, sentences, tokens, classes, streams, language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.text.classes import Classes
from classifier.text.fold import build_table, fold, table_arrays, table_from_arrays
from classifier.text.language import language_of
from classifier.text.segment import sentences
from classifier.text.streams import streams
from classifier.text.tokens import read

TABLE = build_table()
CLASSES = Classes.shipped()


@given(st.text())
@settings(deadline=None)
def test_folding_is_translate_and_the_way_back_is_exact(text: str) -> None:
    folded = fold(text, TABLE)
    assert folded.text == text.translate(TABLE)
    assert len(folded.origin) == len(folded.text)
    assert all(folded.text[i] in text[folded.origin[i]].translate(TABLE) for i in range(len(folded.text)))
    assert fold(folded.text, TABLE).text == folded.text


@pytest.mark.parametrize(
    ("raw", "plain"), [("ｃｕｒｅ", "cure"), ("сurе", "cure"), ("c\u200bu\u0301re", "cure"), ("İ", "i"), ("don’t", "don't"), ("ﬁx", "fix")]
)
def test_disguises_fold_to_plain_words(raw: str, plain: str) -> None:
    assert fold(raw, TABLE).text == plain


def test_the_table_survives_its_arrays() -> None:
    assert table_from_arrays(*table_arrays(TABLE).values()) == dict(TABLE)


@given(st.text())
@settings(deadline=None)
def test_sentences_cover_all_but_white_space_and_never_overlap(text: str) -> None:
    last = 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        last = end
    spans = [t for s in read(text, TABLE) for t in s.tokens]
    assert all(0 <= t.start < t.end <= len(text) for t in spans)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Smith said so. It works.", 2),
        ("It costs 3.5 mg vs. placebo.", 1),
        ("it sucks. i gained 20 lbs. never again", 3),
        ("A heading\n\nA sentence that\ngoes on here.", 2),
        ("- one\n- two\n- three", 3),
        ("Really?! Yes… Fine.", 3),
    ],
)
def test_the_sentence_rule(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize("unit", ["a", "a.", ". ", "\n", "\u0301", "e\u0301", "-", "1,", "((", "no "])
def test_reading_is_linear(unit: str) -> None:
    """Work, not time: the words read from a text twice as long are at most twice as many, and it ends."""
    small, large = (sum(len(s.tokens) for s in read(unit * n, TABLE)) for n in (20_000, 40_000))
    assert large <= 2 * small + 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It c u r e s   H I V.", ["it", "cures", "hiv"]),
        ("r.e.v.e.r.s.e.s c.u.r.3.s", ["reverses", "cures"]),
        ("It h3als C0PD for g00d: c@ncer", ["it", "heals", "copd", "for", "good", "cancer"]),
        ("сurе ｃｕｒｅ cu\u200bre truѕт", ["cure", "cure", "cure", "trust"]),
        ("Plan A, B or C. H1N1, B12, 5 mg, p 0.001", ["plan", "a", "b", "or", "c", "h1n1", "b12", "5", "mg", "p", "0.001"]),
    ],
)
def test_disguised_letters_are_read_and_plain_ones_left(text: str, words: list[str]) -> None:
    found = [t for s in read(text, TABLE) for t in s.tokens]
    assert [t.raw for t in found] == words
    assert all(text[t.start : t.end].strip() == text[t.start : t.end] for t in found)


def test_negation_and_rival_scopes() -> None:
    crosses = {c.name for s in read("It does not cure gout. It is safer than aspirin.", TABLE) for c in streams(s, CLASSES).crosses}
    assert {"not~cure", "not~CURE", "vs~aspirin"} <= crosses


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("This medicine can make you drowsy and should not be taken with alcohol.", "en"),
        ("Dieses Arzneimittel kann Sie schläfrig machen und sollte nicht mit Alkohol eingenommen werden.", "und"),
        ("Este medicamento puede causar sueño y no debe tomarse con alcohol ni otros sedantes.", "und"),
        ("", "und"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language
