"""What the behaviour suite is made of: texts that no training reads, and the edits that are made to them.

`behaviour/` of the corpus folder: articles (sentence by sentence, caveats marked), product labels, caveats with twins that
earn no credit, claims that are violating by themselves with twins that assert nothing, claims in five voices, texts in and
out of scope, and what is put in or swapped.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHERE = ("start", "middle", "end")
TWINS = ("denied", "denounced", "counterfactual", "questioned")


@dataclass(frozen=True)
class Line:
    """A sentence, and the caveat group that it alone serves."""

    text: str
    group: str | None = None


@dataclass(frozen=True)
class Article:
    """A text by paragraph and sentence. `balanced`: it violates neither policy. `thing`: what it promotes."""

    id: str
    title: str
    genre: str
    tier: str
    balanced: bool
    habit_forming: bool
    thing: str
    paragraphs: tuple[tuple[Line, ...], ...]

    @property
    def text(self) -> str:
        return _joined(self.paragraphs)

    @property
    def lines(self) -> list[Line]:
        return [line for p in self.paragraphs for line in p]

    def said(self, sentence: str) -> str:
        """The sentence about this article's product."""
        return sentence.replace("{thing}", self.thing).replace("{Thing}", self.thing[0].upper() + self.thing[1:])

    def without(self, gone: Sequence[Line]) -> str:
        """The text without those lines."""
        return _joined([[line for line in p if not any(line is g for g in gone)] for p in self.paragraphs])

    def with_sentence(self, sentence: str, where: str) -> tuple[str, int, int]:
        """The text with a sentence more, and where it stands."""
        said = self.said(sentence)
        paragraphs = [list(p) for p in self.paragraphs]
        middle = paragraphs[len(paragraphs) // 2]
        new = Line(said)
        if where == "start":
            paragraphs[0].insert(0, new)
        elif where == "middle":
            middle.insert((len(middle) + 1) // 2, new)
        else:
            paragraphs[-1].append(new)
        text = _joined(paragraphs)
        start = text.index(said)
        return text, start, start + len(said)

    def among(self, more: Sequence[str]) -> str:
        """The text with paragraphs of something else between its own, and the rest of them after it."""
        own = [" ".join(line.text for line in p) for p in self.paragraphs]
        out = []
        for i, paragraph in enumerate(own):
            out += [paragraph, *more[i : i + 1]]
        return "\n\n".join([*out, *more[len(own) :]])


def _joined(paragraphs: Sequence[Sequence[Line]]) -> str:
    return "\n\n".join(" ".join(line.text for line in p) for p in paragraphs if p)


@dataclass(frozen=True)
class Label:
    """A product label, a statement a line."""

    id: str
    title: str
    statements: tuple[Line, ...]

    def without(self, *groups: str) -> str:
        return "\n".join(s.text for s in self.statements if s.group not in groups)

    @property
    def groups(self) -> list[str]:
        return [s.group for s in self.statements if s.group is not None]


@dataclass(frozen=True)
class Material:
    """All of it. `caveats`, `per_se`, `claims` and `scope` are rows as they stand in the files."""

    articles: tuple[Article, ...]
    labels: tuple[Label, ...]
    caveats: tuple[Mapping[str, str], ...]
    per_se: tuple[Mapping[str, str], ...]
    claims: tuple[Mapping[str, Any], ...]
    scope: tuple[Mapping[str, Any], ...]
    more: Mapping[str, Any]

    @property
    def balanced(self) -> list[Article]:
        return [a for a in self.articles if a.balanced]

    @property
    def open(self) -> list[Article]:
        """Those that lack most caveats."""
        return [a for a in self.articles if not a.balanced]


def read_material(corpus_root: Path) -> Material:
    """The files of `behaviour/`."""
    folder = corpus_root / "behaviour"
    articles = tuple(
        Article(**{**row, "paragraphs": tuple(tuple(Line(**line) for line in p) for p in row["paragraphs"])})
        for row in _rows(folder / "articles.jsonl")
    )
    labels = tuple(Label(r["id"], r["title"], tuple(Line(**s) for s in r["statements"])) for r in _rows(folder / "labels.jsonl"))
    more = json.loads((folder / "material.json").read_text(encoding="utf-8"))
    caveats, per_se, claims, scope = (tuple(_rows(folder / f"{n}.jsonl")) for n in ("caveats", "per_se", "claims", "scope"))
    return Material(articles, labels, caveats, per_se, claims, scope, more)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


# ---------------------------------------------------------------- letter disguises


_HOMOGLYPHS = str.maketrans("aceiopxyACEHOPTX", "асеіорхуАСЕНОРТХ")
_LEET = str.maketrans("aeiost", "431057")
_LONG = re.compile(r"[A-Za-z]{5,}")  # disguises that a reader can see are for the words that matter


def _long_words(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: _LONG.sub(lambda m: change(m[0]), text)


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


DISGUISES: Mapping[str, Callable[[str], str]] = {
    "zero-width": lambda text: "\u200b".join(text),
    "homoglyph": lambda text: text.translate(_HOMOGLYPHS),
    "full-width": _full_width,
    "spaced": _long_words(" ".join),
    "dotted": _long_words(".".join),
    "leet": _long_words(lambda word: word.translate(_LEET)),
}
UNSEEN = ("zero-width", "homoglyph", "full-width")  # those that leave a whole text readable


def disordered(text: str, seed: str) -> str:
    """The text with the letters of each word in disorder; the same for the same seed."""
    chance = random.Random(seed)

    def shuffled(match: re.Match[str]) -> str:
        letters = list(match[0])
        chance.shuffle(letters)
        return "".join(letters)

    return re.sub(r"[A-Za-z]{2,}", shuffled, text)


def swapped(text: str, old: str, new: str) -> str:
    """The text with one word for another, whole words only."""
    return re.sub(rf"\b{re.escape(old)}\b", new, text)
