"""Cutting a text at its highlights."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from classifier.records import Place, Span
from classifier.report.pieces import Highlight, cut, highlights, runs
from classifier.text.offsets import converter

KINDS = {"disease_claim": "claim", "side_effects": "caveat"}
texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("a\u0301😀\r\n\ufeff "), min_size=1, max_size=40)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, str, list[Span]]:
    """A text, a unit, and spans of it in that unit."""
    text, unit = draw(texts), draw(st.sampled_from(["code_point", "utf16", "utf8"]))
    table = converter(text, unit)
    spans = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        signal = draw(st.sampled_from(sorted(KINDS)))
        spans.append(Span(Place("text", table[start], table[end]), text[start:end], "p", signal, 0.5, 1.0, ()))
    return text, unit, spans


@given(marked())
def test_pieces_are_the_text_and_each_knows_what_covers_it(case: tuple[str, str, list[Span]]) -> None:
    text, unit, spans = case
    marks = highlights(spans, {"title": "", "text": text}, unit, KINDS)
    pieces = cut(text, marks)
    assert "".join(p.text for p in pieces) == text
    assert all(text[m.start : m.end] == m.text for m in marks)
    at = 0
    for piece in pieces:
        covering = {m.number for m in marks if m.start <= at and at + len(piece.text) <= m.end}
        assert {h.number for h in piece.highlights} == covering
        at += len(piece.text)
        assert {h.number for h in piece.closing} == {m.number for m in marks if m.end == at}


@given(marked())
def test_runs_join_what_touches_and_lose_nothing(case: tuple[str, str, list[Span]]) -> None:
    text, unit, spans = case
    marks = highlights(spans, {"title": "", "text": text}, unit, KINDS)
    joined = list(runs(cut(text, marks)))
    assert "".join(p.text for p in joined) == text
    assert {h.number for p in joined for h in p.highlights} == {m.number for m in marks}
    assert not any(a.highlights and b.highlights for a, b in pairwise(joined))


def test_a_caveats_two_spans_are_one_highlight() -> None:
    text = "It may cause nausea."
    place = Place("text", 3, 19)
    spans = [Span(place, text[3:19], p, "side_effects", 0.9, w, ()) for p, w in (("claims", -0.2), ("caveats", -0.7))]
    (mark,) = highlights(spans, {"text": text}, "code_point", KINDS)
    assert isinstance(mark, Highlight)
    assert (mark.number, mark.kind, mark.most, len(mark.spans)) == (1, "caveat", 0.7, 2)


def test_overlap_of_a_claim_and_a_caveat_is_both() -> None:
    text = "one two three"
    spans = [
        Span(Place("text", 0, 7), "one two", "p", "disease_claim", 0.9, 1.0, ()),
        Span(Place("text", 4, 13), "two three", "p", "side_effects", 0.9, -1.0, ()),
    ]
    pieces = cut(text, highlights(spans, {"text": text}, "code_point", KINDS))
    assert [(p.text, p.kind) for p in pieces] == [("one ", "claim"), ("two", "both"), (" three", "caveat")]
