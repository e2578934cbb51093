"""Near-duplicates: content-word containment and 3-gram Jaccard, found through rare shingles, not all pairs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w+")
JACCARD = 0.5
COMMON = 60  # a shingle that more texts share than this identifies nothing


def shingles(text: str) -> frozenset[str]:
    """Word 3-grams, or the words themselves where there are fewer than five."""
    words = _WORD.findall(text.casefold())
    if len(words) < 5:
        return frozenset(words)
    return frozenset(" ".join(words[i : i + 3]) for i in range(len(words) - 2))


def near_duplicates(texts: Sequence[str], threshold: float = JACCARD) -> Iterator[tuple[int, int, float]]:
    """Pairs i < j whose 3-gram Jaccard reaches `threshold`. Texts under five words must be equal."""
    sets = [shingles(t) for t in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, s in enumerate(sets):
        for shingle in s:
            holders[shingle].append(i)
    for i, s in enumerate(sets):
        shared: dict[int, int] = defaultdict(int)
        for shingle in s:
            if len(holders[shingle]) <= COMMON:
                for j in holders[shingle]:
                    if j > i:
                        shared[j] += 1
        for j in sorted(shared):
            score = shared[j] / len(s | sets[j])
            if score >= (threshold if len(_WORD.findall(texts[i])) >= 5 else 1.0):
                yield i, j, score


def containment(text: str, sentences: dict[str, list[int]], sets: Sequence[frozenset[str]]) -> tuple[int, float]:
    """(which, share): the foreign text that holds the largest share of this one's 3-grams; (-1, 0) for none."""
    own = shingles(text)
    shared: dict[int, int] = defaultdict(int)
    for shingle in own:
        for j in sentences.get(shingle, ()):
            shared[j] += 1
    if not shared:
        return -1, 0.0
    best = min(shared, key=lambda j: (-shared[j], j))
    return best, shared[best] / len(own)
