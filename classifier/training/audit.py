"""Audits: what every head listens to, and what could be told without reading (genre, length, writer).

A label that the genre alone predicts teaches the genre. The figure is the AUC of a guess from that one thing, each row
guessed from rows of other folds; .5 tells nothing, and from SHORTCUT on a person should look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..policy.load import POLICIES, Policy
from ..scoring.tables import SentenceTable
from .corpus import Corpus
from .metrics import auc
from .units import sentence_heads

SHORTCUT = 0.70
STRONGEST = 30
_FOLDS = 5
_PRIOR = 5.0  # rows at the overall share that every value's share is mixed with


@dataclass(frozen=True)
class Shortcut:
    """How well one thing alone tells a label: AUC, 0.5 to 1."""

    label: str
    rows: int
    genre: float
    length: float
    writer: float

    @property
    def found(self) -> bool:
        return max(self.genre, self.length, self.writer) >= SHORTCUT


def strongest(table: SentenceTable, count: int = STRONGEST) -> dict[str, list[tuple[str, str, float]]]:
    """By head, the features that raise it most: (stream, feature, weight in log-odds before √words)."""
    names = [(stream, feature) for stream in sorted(table.vocabulary) for feature in table.vocabulary[stream]]
    out = {}
    for column, head in enumerate(table.heads):
        order = np.argsort(-table.weights[:, column], kind="stable")[:count]
        out[head] = [(*names[int(i)], float(table.weights[int(i), column])) for i in order]
    return out


def shortcuts(corpus: Corpus, policy: Policy) -> list[Shortcut]:
    """Both policies over documents (violating against compliant), then every head over isolated sentences."""
    out = []
    for name in POLICIES:
        rows = [d for d in corpus.documents if d.labels[name] in (0.0, 1.0)]
        target = np.array([d.labels[name] == 1.0 for d in rows])
        out.append(_shortcut(name, target, [str(d.facts["genre"]) for d in rows], [len(d.text) for d in rows], [d.author for d in rows]))
    sentences = corpus.sentences
    for head in sentence_heads(policy):
        target = np.array([s.labelled.has(head) for s in sentences])
        out.append(_shortcut(head, target, [s.genre for s in sentences], [len(s.text) for s in sentences], [s.author for s in sentences]))
    return out


def _shortcut(label: str, target: NDArray[np.bool_], genres: Sequence[str], lengths: Sequence[int], writers: Sequence[str]) -> Shortcut:
    if target.all() or not target.any():
        return Shortcut(label, len(target), 0.5, 0.5, 0.5)
    labels = target.astype(np.float64)
    length = auc(labels, np.array(lengths, dtype=np.float64))
    return Shortcut(label, len(target), _told_by(target, genres), max(length, 1.0 - length), _told_by(target, writers))


def _told_by(target: NDArray[np.bool_], values: Sequence[str]) -> float:
    """AUC of the share of positives among other folds' rows of the same value."""
    fold = np.arange(len(target)) % _FOLDS
    guess = np.zeros(len(target))
    for k in range(_FOLDS):
        seen: dict[str, list[bool]] = defaultdict(list)
        for i in np.flatnonzero(fold != k):
            seen[values[int(i)]].append(bool(target[i]))
        share = float(target[fold != k].mean())
        for i in np.flatnonzero(fold == k):
            own = seen[values[int(i)]]
            guess[i] = (sum(own) + _PRIOR * share) / (len(own) + _PRIOR)
    return auc(target.astype(np.float64), guess)
