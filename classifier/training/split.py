"""Folds that leak nothing: texts of one topic, one contrast group or one near-duplicate group share a fold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .similar import near_duplicates

FOLDS = 4


class _Union:
    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def find(self, key: str) -> str:
        self.parent.setdefault(key, key)
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def join(self, a: str, b: str) -> None:
        ra, rb = self.find(a), self.find(b)
        if ra != rb:
            self.parent[max(ra, rb)] = min(ra, rb)


def folds(ids: Sequence[str], topics: Sequence[str], groups: Sequence[str], texts: Sequence[str], count: int = FOLDS) -> list[int]:
    """The fold of each text. Groups are dealt out largest first to the emptiest fold: same input, same folds."""
    union = _Union()
    for topic, group in zip(topics, groups, strict=True):
        union.join(f"topic:{topic}", f"group:{group}")
    for i, j, _ in near_duplicates(texts):
        union.join(f"group:{groups[i]}", f"group:{groups[j]}")
    members: dict[str, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        members[union.find(f"group:{group}")].append(i)
    return _deal(members, len(ids), count)


def _deal(members: dict[str, list[int]], total: int, count: int) -> list[int]:
    sizes = [0] * count
    out = [0] * total
    for key in sorted(members, key=lambda k: (-len(members[k]), k)):
        fold = min(range(count), key=lambda f: (sizes[f], f))
        sizes[fold] += len(members[key])
        for i in members[key]:
            out[i] = fold
    return out


def by(values: Iterable[str]) -> list[int]:
    """One fold for each distinct value (leave one writer, one genre out), in sorted order."""
    listed = list(values)
    number = {v: i for i, v in enumerate(sorted(set(listed)))}
    return [number[v] for v in listed]
