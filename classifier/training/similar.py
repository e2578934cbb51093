"""Near-duplicates: content-word containment and 3-gram Jaccard, found through rare shingles, not all pairs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(r"\w+")
JACCARD = 0.5
_SHORT = 5
COMMON = 60  # a shingle that more texts share than this identifies nothing


def shingles(text: str) -> frozenset[str]:
    """Word 3-grams, or the words themselves where there are fewer than five."""
    words = _WORD.findall(text.casefold())
    if len(words) < _SHORT:
        return frozenset(words)
    return frozenset(" ".join(words[i : i + 3]) for i in range(len(words) - 2))


def near_duplicates(texts: Sequence[str], threshold: float = JACCARD) -> Iterator[tuple[int, int, float]]:
    """Pairs i < j whose 3-gram Jaccard reaches `threshold` (at least JACCARD). Texts under five words must be equal."""
    return ((i, j, score) for i, j, score in _pairs(tuple(texts)) if score >= threshold)


@lru_cache(maxsize=2)
def _pairs(texts: tuple[str, ...]) -> tuple[tuple[int, int, float], ...]:
    """All pairs at JACCARD: the check and the folds of one training run ask for the same."""
    sets = [shingles(t) for t in texts]
    least = [JACCARD if len(_WORD.findall(t)) >= _SHORT else 1.0 for t in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, s in enumerate(sets):
        for shingle in s:
            holders[shingle].append(i)
    out = []
    for i, s in enumerate(sets):
        shared = Counter(j for shingle in s if 1 < len(holders[shingle]) <= COMMON for j in holders[shingle] if j > i)
        for j in sorted(shared):
            score = shared[j] / (len(s) + len(sets[j]) - shared[j])
            if score >= least[i] - 1e-12:
                out.append((i, j, score))
    return tuple(out)
