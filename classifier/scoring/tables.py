"""What a model knows of words: feature rows and their weights for all sentence heads, and for the document heads.

A word form's unigram and its letters fold into one row, computed once and cached; pairs, classes and scope marks are
rows of their own. Weights already hold idf and stream weight, so a logit is a plain sum (DESIGN 2).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..text.streams import STREAMS, Streams
from .kernel import Floats

CACHE = 50_000
_NGRAMS = range(3, 6)


def char_ngrams(form: str) -> Iterator[str]:
    """The letters of one word as scikit-learn's `char_wb` analyser cuts them, 3 to 5 at a time."""
    padded = f" {form} "
    for size in _NGRAMS:
        if len(padded) <= size:
            yield padded
            return
        for at in range(len(padded) - size + 1):
            yield padded[at : at + size]


@dataclass
class SentenceTable:
    """Rows for the sentence heads. `vocabulary[stream]` maps a feature to its row in `weights` (features × heads)."""

    heads: tuple[str, ...]
    vocabulary: Mapping[str, Mapping[str, int]]
    weights: NDArray[np.float32]
    bias: Floats
    _forms: OrderedDict[str, Floats] = field(default_factory=OrderedDict, repr=False)

    def __post_init__(self) -> None:
        assert set(self.vocabulary) == set(STREAMS)
        self.column = {head: i for i, head in enumerate(self.heads)}

    def form_row(self, form: str) -> Floats:
        """Unigram and letters of a word form, summed in order: (heads,)."""
        row = self._forms.get(form)
        if row is None:
            row = np.zeros(len(self.heads))
            word = self.vocabulary["word"].get(form)
            if word is not None:
                row += self.weights[word]
            chars = self.vocabulary["char"]
            for gram in char_ngrams(form):
                at = chars.get(gram)
                if at is not None:
                    row += self.weights[at]
            self._forms[form] = row
            if len(self._forms) > CACHE:
                self._forms.popitem(last=False)
        return row

    def knows(self, form: str) -> bool:
        return form in self.vocabulary["word"]


def feature_rows(streams: Streams, table: SentenceTable, first: int) -> tuple[list[int], list[int], list[int]]:
    """(rows, owner tokens, parts) of pairs, classes and scope marks; a feature of n words gives 1/n to each.
    `first` is the number of the sentence's first token in the document."""
    rows: list[int] = []
    owners: list[int] = []
    parts: list[int] = []

    def add(row: int | None, tokens: Sequence[int]) -> None:
        if row is not None:
            rows.extend([row] * len(tokens))
            owners.extend(first + t for t in tokens)
            parts.extend([len(tokens)] * len(tokens))

    words, classes, crosses = table.vocabulary["word"], table.vocabulary["class"], table.vocabulary["cross"]
    forms = [t.form for t in streams.tokens]
    for i in range(len(forms) - 1):
        add(words.get(f"{forms[i]} {forms[i + 1]}"), (i, i + 1))
    for found, known, sizes in ((streams.classes, classes, (1, 2, 3)), (streams.mixed, table.vocabulary["mixed"], (2, 3))):
        names = [c.name for c in found]
        at = [c.last for c in found]
        for size in sizes:
            for i in range(len(names) - size + 1):
                add(known.get(" ".join(names[i : i + size])), at[i : i + size])
    for cross in streams.crosses:
        add(crosses.get(cross.name), (cross.token,))
    related = table.vocabulary["relation"]
    for relation in streams.relations:
        add(related.get(relation.name), relation.tokens)
    return rows, owners, parts


@dataclass(frozen=True)
class DocumentTable:
    """Rows for the document heads: word and class 1-2-grams, sublinear counts, divided by √words."""

    heads: tuple[str, ...]
    vocabulary: Mapping[str, Mapping[str, int]]
    weights: NDArray[np.float32]
    bias: Floats

    def logits(self, documents: Sequence[Streams]) -> Floats:
        """(heads,) for one document, given the streams of its sentences."""
        words = [t.form for s in documents for t in s.tokens]
        names = [c.name for s in documents for c in s.classes]
        out = self.bias.copy()
        if not words:
            return out
        total = np.zeros(len(self.heads))
        for stream, tokens in (("word", words), ("class", names)):
            counts: dict[int, int] = {}
            known = self.vocabulary[stream]
            for size in (1, 2):
                for i in range(len(tokens) - size + 1):
                    row = known.get(tokens[i] if size == 1 else f"{tokens[i]} {tokens[i + 1]}")
                    if row is not None:
                        counts[row] = counts.get(row, 0) + 1
            for row, count in counts.items():
                total += self.weights[row] * (1.0 + np.log(count))
        out += total / np.sqrt(len(words))
        return out
