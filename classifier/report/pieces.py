"""A text cut where its highlights begin and end. Offsets here are code points, whatever unit the result declares."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..records import Span
from ..text.offsets import converter


@dataclass(frozen=True)
class Highlight:
    """The words of one signal, with its span in each policy it moves. `number` counts in reading order from 1."""

    number: int
    field: str
    start: int
    end: int
    text: str
    signal: str
    kind: str
    probability: float
    spans: tuple[Span, ...]

    @property
    def most(self) -> float:
        """The heavier of its weights, unsigned: what the list of findings is sorted by."""
        return max(abs(s.weight) for s in self.spans)


@dataclass(frozen=True)
class Piece:
    """A run of a text and the highlights that cover all of it, in reading order; `closing` are those that end with it."""

    text: str
    highlights: tuple[Highlight, ...] = ()
    closing: tuple[Highlight, ...] = ()

    @property
    def kind(self) -> str:
        """`claim`, `caveat`, `both`, or empty for plain text."""
        kinds = {h.kind for h in self.highlights}
        return "both" if len(kinds) > 1 else next(iter(kinds), "")


class Positions:
    """Takes the declared unit's offsets of a field back to code points."""

    def __init__(self, text: str, unit: str) -> None:
        self.table = converter(text, unit)

    def __call__(self, offset: int) -> int:
        return bisect_left(self.table, offset)


def highlights(spans: Sequence[Span], texts: dict[str, str], unit: str, kinds: dict[str, str]) -> list[Highlight]:
    """One highlight for each (field, start, end, signal), in reading order, the title first."""
    positions = {name: Positions(text, unit) for name, text in texts.items()}
    found: dict[tuple[int, int, int, str], list[Span]] = {}
    for span in spans:
        at = positions[span.place.field]
        key = (span.place.field != "title", at(span.place.start), at(span.place.end), span.signal)
        found.setdefault(key, []).append(span)
    return [
        Highlight(n, own[0].place.field, start, end, own[0].text, signal, kinds[signal], own[0].probability, tuple(own))
        for n, ((_, start, end, signal), own) in enumerate(sorted(found.items(), key=lambda item: item[0]), 1)
    ]


def cut(text: str, marks: Iterable[Highlight]) -> list[Piece]:
    """The whole of `text` in pieces; joined, their texts are `text`. Linear in text and marks but for the sort."""
    events: dict[int, tuple[list[Highlight], list[Highlight]]] = {}
    for mark in marks:
        events.setdefault(mark.start, ([], []))[0].append(mark)
        events.setdefault(mark.end, ([], []))[1].append(mark)
    pieces, active, at = [], dict[int, Highlight](), 0
    for offset in sorted(events):
        if offset > at:
            covering = tuple(active.values())
            pieces.append(Piece(text[at:offset], covering, tuple(h for h in covering if h.end == offset)))
        begin, end = events[offset]
        for mark in end:
            active.pop(mark.number, None)
        active |= {mark.number: mark for mark in begin}
        at = offset
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces


def runs(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces with touching highlighted ones joined, for a face that cannot show overlap."""
    group: list[Piece] = []
    for piece in pieces:
        if piece.highlights:
            group.append(piece)
            continue
        if group:
            yield _join(group)
            group = []
        yield piece
    if group:
        yield _join(group)


def _join(group: Sequence[Piece]) -> Piece:
    marks = {h.number: h for piece in group for h in piece.highlights}
    covering = tuple(marks[n] for n in sorted(marks))
    return Piece("".join(p.text for p in group), covering, covering)
