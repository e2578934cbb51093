"""Marked words: what people marked in a sentence for a signal, and what Caveat paints there, as sets of words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from classifier import Classifier, Document, Problem
from classifier.training.corpus import MARKERS, AnnotatedSentence, DocumentRow, read_rows

from .articles import words_of

FIRST, SECOND = MARKERS


class Place(NamedTuple):
    """A signal in a sentence of a document."""

    document: str
    field: str
    start: int
    signal: str


@dataclass
class Marked:
    """A sentence of `words` words; by marker the numbers of the words marked, and of those that Caveat paints (none where
    it did not find the signal there)."""

    words: int
    by: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    found: set[int] = field(default_factory=set)

    @property
    def both(self) -> bool:
        return all(self.by.get(m) for m in MARKERS)


Marks = dict[Place, Marked]


def read_marks(documents: Sequence[DocumentRow], raw: Mapping[str, Path]) -> tuple[Marks, list[Problem]]:
    """The marks of the corpus, and of `raw` files by marker: JSONL rows of doc, signal, sentence and quote. Rows whose
    words do not stand in a labelled sentence of that document are problems."""
    marks: Marks = {}
    for d in documents:
        for span in d.spans:
            for sentence in _over(d, span.field, span.start, span.end):
                _mark(marks, d, sentence, span.signal, span.marker, span.start, span.end)
    problems: list[Problem] = []
    by_id = {d.id: d for d in documents}
    for marker, path in raw.items():
        for number, row in read_rows(path, problems):
            document = by_id.get(str(row.get("doc")))
            if document is None or not _quoted(marks, document, marker, row):
                problems.append(Problem(str(path), number, "no labelled sentence of the corpus holds this quote"))
    return marks, problems


def _quoted(marks: Marks, document: DocumentRow, marker: str, row: Mapping[str, str]) -> bool:
    for sentence in document.sentences:
        whole = _field(document, sentence.field)[sentence.start : sentence.end]
        at = whole.find(row["quote"])
        if at >= 0 and whole.strip() == row["sentence"].strip():
            start = sentence.start + at
            _mark(marks, document, sentence, row["signal"], marker, start, start + len(row["quote"]))
            return True
    return False


def _field(document: DocumentRow, name: str) -> str:
    return document.title if name == "title" else document.text


def _over(document: DocumentRow, name: str, start: int, end: int) -> list[AnnotatedSentence]:
    return [s for s in document.sentences if s.field == name and s.start < end and s.end > start]


def _mark(marks: Marks, document: DocumentRow, sentence: AnnotatedSentence, signal: str, marker: str, start: int, end: int) -> None:
    covered, count = _covered(document, sentence, start, end)
    if covered:
        place = Place(document.id, sentence.field, sentence.start, signal)
        marks.setdefault(place, Marked(count)).by[marker] |= covered


def _covered(document: DocumentRow, sentence: AnnotatedSentence, start: int, end: int) -> tuple[set[int], int]:
    """(the words of a sentence that [start, end) covers, its words)."""
    words = words_of(_field(document, sentence.field)[sentence.start : sentence.end])
    inside = {i for i, w in enumerate(words) if sentence.start + w.start < end and sentence.start + w.end > start}
    return inside, len(words)


def paint(classifier: Classifier, documents: Iterable[DocumentRow], marks: Marks) -> None:
    """Puts Caveat's spans into `found`, as it shows them with the facts that it detects."""
    for d in documents:
        for span in classifier.score_document(Document(text=d.text, title=d.title)).spans:
            place = span.place
            for sentence in _over(d, place.field, place.start, place.end):
                key = Place(d.id, sentence.field, sentence.start, span.signal)
                if key in marks:
                    marks[key].found |= _covered(d, sentence, place.start, place.end)[0]
