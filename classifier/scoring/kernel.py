"""The arithmetic of a score: plain functions over arrays, in a fixed order, so that the same source can be compiled.

Nothing here knows words or the policy. No dense matrix product, no reduction whose order is left to a library: a sum
is a loop, and two machines give the same bits.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLOOR = -3.0  # what a sentence that says nothing of a signal is worth, in log-odds (see `soft_floor`)
TOP = 3  # sentences that a text's evidence for a signal is averaged over
TOP_WEIGHTS = (0.5, 0.3, 0.2)


def accumulate(out: Floats, table: NDArray[np.float32] | Floats, rows: Ints, owners: Ints, parts: Ints) -> None:
    """Adds table[rows[k]] / parts[k] to out[owners[k]], k in order. Shapes: out (tokens, heads), table (features, heads)."""
    for k in range(rows.shape[0]):
        out[owners[k]] += table[rows[k]].astype(np.float64) / parts[k]


def sentence_sums(shares: Floats, ends: Ints, bias: Floats) -> Floats:
    """Logits by sentence: bias plus the shares of its tokens, in order. `ends` are exclusive token ends."""
    out = np.empty((ends.shape[0], bias.shape[0]))
    start = 0
    for s in range(ends.shape[0]):
        row = bias.copy()
        for t in range(start, int(ends[s])):
            row += shares[t]
        out[s] = row
        start = int(ends[s])
    return out


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x), without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def softplus(x: float) -> float:
    """log(1 + e^x), without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def soft_floor(z: float) -> float:
    """z where it is well above FLOOR, bending to FLOOR below it: silence is silence, however deep."""
    return FLOOR + softplus(z - FLOOR)


def top_sentences(logits: Floats) -> list[int]:
    """The indices of the TOP largest, largest first; ties go to the earlier sentence."""
    order = sorted(range(logits.shape[0]), key=lambda s: (-float(logits[s]), s))
    return order[:TOP]


def top_mean(logits: Floats) -> float:
    """The weighted mean of the TOP largest soft-floored logits; a text with fewer sentences is filled with FLOOR."""
    total = 0.0
    best = top_sentences(logits)
    for place in range(TOP):
        total += TOP_WEIGHTS[place] * (soft_floor(float(logits[best[place]])) if place < len(best) else FLOOR)
    return total
