"""Cue lists of the policy file, matched on folded words: `Cues(terms).find(tokens)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .classes import fold_term
from .tokens import Token


class Cues:
    """A list of terms; each a word or phrase, any word of it may end in * for any ending."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, bool], ...]]] = {}
        self._stems: list[tuple[tuple[str, bool], ...]] = []
        for term in terms:
            parts = tuple((w, part.endswith("*")) for part in term.split() for w in fold_term(part.rstrip("*")))
            if not parts:
                continue
            if parts[0][1]:
                self._stems.append(parts)
            else:
                self._by_first.setdefault(parts[0][0], []).append(parts)
        self._stem_cache: dict[str, list[tuple[tuple[str, bool], ...]]] = {}

    def _options(self, word: str) -> list[tuple[tuple[str, bool], ...]]:
        options = self._stem_cache.get(word)
        if options is None:
            if len(self._stem_cache) > 100_000:
                self._stem_cache.clear()  # another thread may do this at any time, so nothing is read twice
            options = self._by_first.get(word, []) + [p for p in self._stems if word.startswith(p[0][0])]
            self._stem_cache[word] = options
        return options

    def find(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Token spans [first, last] of every match, at most one for each first token (the longest)."""
        found = []
        for i, token in enumerate(tokens):
            best = max((len(p) for p in self._options(token.raw) if _matches(p, tokens, i)), default=0)
            if best:
                found.append((i, i + best - 1))
        return found

    def any(self, tokens: Sequence[Token]) -> bool:
        return any(_matches(p, tokens, i) for i, t in enumerate(tokens) for p in self._options(t.raw))


def _matches(parts: tuple[tuple[str, bool], ...], tokens: Sequence[Token], i: int) -> bool:
    if i + len(parts) > len(tokens):
        return False
    return all(
        (tokens[i + k].raw.startswith(w) if open_end else tokens[i + k].raw in (w, w + "'s")) for k, (w, open_end) in enumerate(parts)
    )
