"""The word list: claim words against caveat words, nothing fitted. What a moderation queue often starts with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from classifier.policy.load import CAVEATS_POLICY, CLAIMS_POLICY, POLICIES
from classifier.text.classes import Classes
from classifier.text.fold import build_table
from classifier.text.tokens import Sentence, read
from classifier.training.corpus import DocumentRow

from .scorers import Scorer, cpu_seconds

# Classes of the lexicon, by what the policy asks for: chosen by reading their terms, not by trying them on the corpus.
CLAIM_WORDS = ("CURE", "TREAT", "PREVENT", "HYPE", "ABSOLUTE", "SAFE", "PROOF", "REPLACE", "TESTIMONY", "PRESSURE")
_HARMS = ("ADVERSE", "HARM", "SIDE_EFFECT", "RISK", "CONSULT")
CAVEAT_WORDS = {
    CLAIMS_POLICY: (*_HARMS, "LIMIT", "MOREWORK", "STATUS"),
    CAVEATS_POLICY: (*_HARMS, "AVOID", "COMBINE", "PREGNANCY", "OVERDOSE", "DEPENDENCE", "MONITOR"),
}


def word_list() -> Callable[[DocumentRow], dict[str, float]]:
    """One document's scores by policy: log((1 + claim words) / (1 + caveat words))."""
    classes, table = Classes.shipped(), build_table()

    def score(document: DocumentRow) -> dict[str, float]:
        found = [c.name for s in sentences_of(document, table) for c in classes.find(s.tokens)]
        claims = sum(name in CLAIM_WORDS for name in found)
        return {p: math.log((1 + claims) / (1 + sum(name in CAVEAT_WORDS[p] for name in found))) for p in POLICIES}

    return score


def word_list_scorer(documents: Sequence[DocumentRow]) -> Scorer:
    """It needs no folds."""
    score = word_list()
    found = [score(d) for d in documents]
    return Scorer(
        "Word list",
        "log((1 + claim words) / (1 + caveat words)) by classes of Caveat's lexicon, thousands of words and phrases; nothing is fitted.",
        {p: np.array([f[p] for f in found]) for p in POLICIES},
        lambda timed: cpu_seconds(score, timed),
    )


def sentences_of(document: DocumentRow, table: Mapping[int, str]) -> list[Sentence]:
    """Its sentences as Caveat cuts them, title first."""
    return [*read(document.title, table, "title"), *read(document.text, table)]
