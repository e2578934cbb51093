"""What is fitted on: every labelled sentence as streams, its targets, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..policy.load import Policy
from ..scoring.sentences import CUE_HEADS, GATES
from ..text.classes import Classes
from ..text.fold import build_table
from ..text.streams import Streams, streams
from ..text.tokens import Sentence, read
from .corpus import Corpus, DocumentRow, Labelled


@dataclass(frozen=True)
class Units:
    """Labelled sentences. `targets` is (units, heads) of 0 and 1; `owner` the row that each came from."""

    heads: tuple[str, ...]
    streams: tuple[Streams, ...]
    targets: NDArray[np.int64]
    words: NDArray[np.int64]
    owner: tuple[str, ...]
    author: tuple[str, ...]

    def take(self, mask: NDArray[np.bool_]) -> Units:
        """The units where `mask` holds."""
        at = np.flatnonzero(mask)
        return Units(
            self.heads, tuple(self.streams[i] for i in at), self.targets[at], self.words[at],
            tuple(self.owner[i] for i in at), tuple(self.author[i] for i in at),
        )  # fmt: skip


def sentence_heads(policy: Policy) -> tuple[str, ...]:
    """The sentence heads in order: twenty signals, three gates, three cues."""
    return (*policy.signals, *GATES, *CUE_HEADS)


def as_one(text: str, classes: Classes) -> Streams | None:
    """A labelled line as one sentence, even where the sentence rule would cut it; None without words."""
    parts = read(text, build_table())
    tokens = tuple(t for s in parts for t in s.tokens)
    if not tokens:
        return None
    return streams(Sentence("text", 0, len(text), tokens, parts[-1].question, parts[-1].heading), classes)


def units_of(corpus: Corpus, classes: Classes, policy: Policy) -> Units:
    """Isolated sentences and the sentences of documents, together."""
    heads = sentence_heads(policy)
    found: list[Streams] = []
    labels: list[Labelled] = []
    owner: list[str] = []
    author: list[str] = []

    def add(text: str, labelled: Labelled, row: str, writer: str) -> None:
        one = as_one(text, classes)
        if one is not None:
            found.append(one)
            labels.append(labelled)
            owner.append(row)
            author.append(writer)

    for s in corpus.sentences:
        add(s.text, s.labelled, s.id, s.author)
    for d in corpus.documents:
        for a in d.sentences:
            add((d.title if a.field == "title" else d.text)[a.start : a.end], a.labelled, d.id, d.author)
    targets = np.array([[label.has(h) for h in heads] for label in labels], dtype=np.int64).reshape(len(labels), len(heads))
    words = np.array([len(s.tokens) for s in found], dtype=np.int64)
    return Units(heads, tuple(found), targets, words, tuple(owner), tuple(author))


def document_sentences(documents: Sequence[DocumentRow]) -> list[list[Sentence]]:
    """The sentences of each document, title first, as inference reads them."""
    table = build_table()
    return [[*read(d.title, table, "title"), *read(d.text, table)] for d in documents]


def document_streams(documents: Sequence[Sequence[Sentence]], classes: Classes) -> list[list[Streams]]:
    """The streams of documents' sentences."""
    return [[streams(s, classes) for s in sentences] for sentences in documents]
