"""Sentence logits with the exact share of every word, and what the gates take off them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..text.streams import Streams
from ..text.tokens import Sentence
from .kernel import Floats, accumulate, sentence_sums, softplus
from .owner import not_its_own
from .tables import SentenceTable, feature_rows

GATES = ("not_asserted", "not_health", "boilerplate")
NOT_ITS_OWN = -6.0  # the logit that is left of a caveat whose harm belongs to something else
CUE_HEADS = ("exempt", "instructs", "neutralises")


@dataclass(frozen=True)
class SentenceScores:
    """`shares` (tokens × heads) and `raw` (sentences × heads) before gates; `gated` after gates and voice; `penalty` what these and the owner of a harm took.

    raw[s] == bias + Σ shares of its tokens, exactly as summed; gated == raw - penalty, column by column.
    """

    sentences: tuple[Sentence, ...]
    streams: tuple[Streams, ...]
    firsts: tuple[int, ...]
    shares: Floats
    raw: Floats
    gated: Floats
    penalty: Floats

    def tokens_of(self, s: int) -> range:
        return range(self.firsts[s], self.firsts[s] + len(self.sentences[s].tokens))


def score_sentences(
    sentences: Sequence[Sentence], streams: Sequence[Streams], table: SentenceTable, gates: Floats, shift: Floats
) -> SentenceScores:
    """All heads over all sentences. `gates` is (3, heads) ≥ 0: how much of each gate's softplus a head loses; `shift`
    (heads,) what the voice of the text adds (`voice`).
    """
    count = sum(len(s.tokens) for s in sentences)
    shares = np.zeros((count, len(table.heads)))
    rows: list[int] = []
    owners: list[int] = []
    parts: list[int] = []
    firsts: list[int] = []
    scale = np.ones(count)
    first = 0
    for sentence, stream in zip(sentences, streams, strict=True):
        firsts.append(first)
        scale[first : first + len(sentence.tokens)] = 1.0 / np.sqrt(len(sentence.tokens))
        for i, token in enumerate(sentence.tokens):
            shares[first + i] = table.form_row(token.form)
        found = feature_rows(stream, table, first)
        rows += found[0]
        owners += found[1]
        parts += found[2]
        first += len(sentence.tokens)
    as_ints = [np.array(x, dtype=np.int64) for x in (rows, owners, parts)]
    accumulate(shares, table.weights, as_ints[0], as_ints[1], as_ints[2])
    shares *= scale[:, None]
    ends = np.array([f + len(s.tokens) for f, s in zip(firsts, sentences, strict=True)], dtype=np.int64)
    raw = sentence_sums(shares, ends, table.bias)
    penalty = _penalty(raw, table, gates) - shift
    for s, signals in not_its_own(streams, 1 + sum(s.field == "title" for s in sentences)):
        for column in (table.column[name] for name in signals):
            penalty[s, column] = max(float(penalty[s, column]), float(raw[s, column]) - NOT_ITS_OWN)
    return SentenceScores(tuple(sentences), tuple(streams), tuple(firsts), shares, raw, raw - penalty, penalty)


def _penalty(raw: Floats, table: SentenceTable, gates: Floats) -> Floats:
    out = np.zeros_like(raw)
    for g, gate in enumerate(GATES):
        column = table.column[gate]
        for s in range(raw.shape[0]):
            out[s] += gates[g] * softplus(float(raw[s, column]))
    return out
