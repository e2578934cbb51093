"""Articles as words that can be taken out: what the faithfulness benchmark scores and explains."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import POLICIES, Classifier, Document, Place, Result
from classifier.training.corpus import DocumentRow

FEWEST, MOST = 100, 250  # words of an article
Floats = NDArray[np.float64]
Kept = NDArray[np.bool_]
_WORD = re.compile(r"\d+(?:[.,:]\d+)*%?|[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Article:
    """A document and the places of its words, the title's first, in reading order."""

    id: str
    genre: str
    title: str
    text: str
    words: tuple[Place, ...]

    def keeping(self, kept: Kept) -> tuple[str, str]:
        """(title, text) with the words that are not `kept` (words,) cut out; spaces and punctuation stay."""
        fields = {"title": self.title, "text": self.text}
        parts: dict[str, list[str]] = {name: [] for name in fields}
        done = dict.fromkeys(fields, 0)
        for word, keep in zip(self.words, kept, strict=True):
            parts[word.field].append(fields[word.field][done[word.field] : word.end if keep else word.start])
            done[word.field] = word.end
        title, text = ("".join([*parts[name], whole[done[name] :]]) for name, whole in fields.items())
        return title, text

    def within(self, place: Place) -> list[int]:
        """The words that a place covers, in whole or in part."""
        return [i for i, w in enumerate(self.words) if w.field == place.field and w.start < place.end and w.end > place.start]


def words_of(text: str, field: str = "text") -> list[Place]:
    """The places of the words of a text."""
    return [Place(field, m.start(), m.end()) for m in _WORD.finditer(text)]


def article(row: DocumentRow) -> Article:
    """A document of the corpus as words."""
    return Article(row.id, str(row.facts["genre"]), row.title, row.text, (*words_of(row.title, "title"), *words_of(row.text)))


def sample(rows: Sequence[DocumentRow], count: int, seed: int) -> list[Article]:
    """`count` articles about health of 100 to 250 words, drawn in turn from each genre."""
    pools: dict[str, list[Article]] = defaultdict(list)
    for row in rows:
        found = article(row)
        if found.genre != "non_health" and FEWEST <= len(found.words) <= MOST:
            pools[found.genre].append(found)
    draw = random.Random(seed)
    for name in sorted(pools):
        draw.shuffle(pools[name])
    turns = [
        pools[name][turn] for turn in range(max(map(len, pools.values()), default=0)) for name in sorted(pools) if turn < len(pools[name])
    ]
    return turns[:count]


@dataclass
class Scorer:
    """The model as a black box. Every method asks the same public function, and `calls` counts how often."""

    classifier: Classifier
    fixed: bool = False  # whether an article's facts stay what they were found to be in the whole of it
    calls: int = 0
    _facts: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def result(self, article: Article, explain: str = "none") -> Result:
        """The whole article, scored."""
        return self._score(article, article.title, article.text, explain)

    def margins(self, article: Article, kept: Kept) -> Floats:
        """(rows, policies) margins of the article with the words kept (rows, words)."""
        out = np.zeros((len(kept), len(POLICIES)))
        for i, row in enumerate(kept):
            scores = self._score(article, *article.keeping(row), "none").scores
            out[i] = [scores[p].margin for p in POLICIES]
        return out

    def _score(self, article: Article, title: str, text: str, explain: str) -> Result:
        self.calls += 1
        facts = self._of_whole(article) if self.fixed else None
        return self.classifier.score_document(Document(text=text, title=title, facts=facts, explain=explain))

    def _of_whole(self, article: Article) -> Mapping[str, Any]:
        if article.id not in self._facts:
            whole = self.classifier.score_document(Document(text=article.text, title=article.title, explain="none"))
            self._facts[article.id] = {f.name: f.value for f in whole.facts}
        return self._facts[article.id]
