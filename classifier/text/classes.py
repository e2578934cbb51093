"""Word classes: the hand-written lexicon behind the class stream (`lexicon/classes.toml`).

A term is a word or a phrase of folded words; a final * matches any ending, a leading * any beginning. The longest
phrase wins, then the exact word, then the longest stem; of two classes that claim the same term the first in the
file has it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .fold import build_table, fold
from .tokens import NUMBER, PERCENT, Token, read

LEXICON = Path(__file__).resolve().parent / "lexicon" / "classes.toml"
_UNITS = frozenset(
    [
        "mg",
        "mcg",
        "µg",
        "g",
        "kg",
        "ml",
        "l",
        "iu",
        "gram",
        "grams",
        "milligram",
        "milligrams",
        "microgram",
        "micrograms",
        "units",
        "tablets",
        "capsules",
        "drops",
        "puffs",
    ]
)
_TIMES = frozenset(["day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minute", "minutes"])
_SHORTEST_STEM = 3
_PLAIN = re.compile("[a-z]+( [a-z]+)*")  # terms that need no reading: fifteen thousand of them load ten times faster


@dataclass(frozen=True, slots=True)
class Classed:
    """A class found at tokens [first, last]."""

    name: str
    first: int
    last: int


class Classes:
    """The lexicon, compiled for look-up by token."""

    def __init__(self, terms: Mapping[str, Sequence[str]]) -> None:
        self.terms = {name: tuple(words) for name, words in terms.items()}
        self._exact: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        self._endings: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], bool, str]]] = {}
        table = build_table()
        for name, words in self.terms.items():
            for term in words:
                self._add(name, term, table)
        for options in self._phrases.values():
            options.sort(key=lambda o: -len(o[0]))
        self._cache: dict[str, str | None] = {}

    def _add(self, name: str, term: str, table: Mapping[int, str]) -> None:
        open_end = term.endswith("*")
        if term.startswith("*"):
            self._endings.setdefault(term[1:], name)
            return
        plain = term.rstrip("*").strip()
        words = plain.split(" ") if _PLAIN.fullmatch(plain) else [t.raw for s in read(plain, table) for t in s.tokens]
        if not words:
            return
        if len(words) > 1:
            self._phrases.setdefault(words[0], []).append((tuple(words[1:]), open_end, name))
        elif open_end:
            self._stems.setdefault(words[0], name)
        else:
            self._exact.setdefault(words[0], name)

    @classmethod
    def shipped(cls) -> Classes:
        """The lexicon that ships with Caveat."""
        with LEXICON.open("rb") as handle:
            return cls(tomllib.load(handle))

    def of_word(self, raw: str) -> str | None:
        """The class of one folded word, or None."""
        try:
            return self._cache[raw]
        except KeyError:
            if len(self._cache) > 200_000:
                self._cache.clear()  # another thread may do this at any time, so nothing is read twice
            found = self._cache[raw] = self._look_up(raw)
            return found

    def _look_up(self, raw: str) -> str | None:
        word = raw.removesuffix("'s") or raw
        for form in (raw, word):
            if form in self._exact:
                return self._exact[form]
        for size in range(len(word), _SHORTEST_STEM - 1, -1):
            if word[:size] in self._stems:
                return self._stems[word[:size]]
        return next((name for ending, name in self._endings.items() if word.endswith(ending)), None)

    def find(self, tokens: Sequence[Token]) -> list[Classed]:
        """The classes of a sentence, in order; a phrase covers its words. Numbers have classes by what follows."""
        found: list[Classed] = []
        i = 0
        while i < len(tokens):
            phrase = self._phrase(tokens, i)
            if phrase is not None:
                found.append(phrase)
                i = phrase.last + 1
                continue
            name = _number(tokens, i) if tokens[i].form in (NUMBER, PERCENT) else self.of_word(tokens[i].raw)
            if name is not None:
                found.append(Classed(name, i, i))
            i += 1
        return found

    def _phrase(self, tokens: Sequence[Token], i: int) -> Classed | None:
        for rest, open_end, name in self._phrases.get(tokens[i].raw, ()):
            stop = i + len(rest)
            if stop >= len(tokens):
                continue
            words = [t.raw for t in tokens[i + 1 : stop + 1]]
            same = words[-1].startswith(rest[-1]) if open_end else words[-1] == rest[-1]
            if same and tuple(words[:-1]) == rest[:-1]:
                return Classed(name, i, stop)
        return None


def _number(tokens: Sequence[Token], i: int) -> str:
    following = tokens[i + 1].raw if i + 1 < len(tokens) else ""
    if tokens[i].form == PERCENT or following in ("percent", "per", "pc"):
        return "NUM_PERCENT"
    if following in _UNITS:
        return "NUM_DOSE"
    if following in _TIMES:
        return "NUM_TIME"
    raw = tokens[i].raw
    return "NUM_YEAR" if len(raw) == 4 and raw[:2] in ("19", "20") else "NUM"


def fold_term(term: str) -> list[str]:
    """A term's folded words, as tokens would read them."""
    return [t.raw for s in read(term, build_table()) for t in s.tokens] or fold(term, build_table()).text.split()
