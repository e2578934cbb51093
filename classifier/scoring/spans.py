"""Spans: the exact words that moved a score, and what each is worth.

A span reaches from the first to the last word with nearly half the best word's share, and on both sides to the next
punctuation, less a leading connective: the clause that says it. On 1,244 sentences that two people marked each for
itself its token F1 is .75, the whole sentence's .72, that of words grown from the best window while they add .64, and
theirs with each other .92 (`python -m benchmarks.span_agreement`). Its weight is Platt's a × the coefficient × the place weight × the slope of the soft floor × its words' shares, so that
weights, intercept and `other` add up to the margin. Switches are shared equally by the spans that caused them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..policy.load import CAVEATS_POLICY, CLAIMS_POLICY, Policy
from ..text.tokens import Token
from .analyse import Analysis
from .combine import REPORTED, Combiner, surely_violating
from .kernel import FLOOR, TOP, TOP_WEIGHTS, Floats, sigmoid, soft_floor, top_sentences

STRONG = 0.45
_CONNECTIVES = frozenset(
    ["and", "but", "so", "because", "then", "also", "however", "yet", "or", "while", "although", "though", "which", "who", "that", "if", "when", "since", "as"]
)  # fmt: skip
MOST_TERMS = 12


@dataclass
class Mark:
    """A span before it has a place: sentence, tokens [first, last] of the document, and its weight so far."""

    sentence: int
    first: int
    last: int
    policy: str
    signal: str
    probability: float
    weight: float
    token_weights: Floats


def grow(share: Floats, tokens: Sequence[Token]) -> tuple[int, int]:
    """[first, last] of the words that carry a sentence's logit, given each word's share: the clause of its strong words."""
    strong = np.flatnonzero(share >= STRONG * max(float(share.max()), 1e-9))
    first, last = (int(strong[0]), int(strong[-1])) if strong.size else (0, share.shape[0] - 1)
    while first > 0 and not tokens[first].pause:
        first -= 1
    while last < share.shape[0] - 1 and not tokens[last + 1].pause:
        last += 1
    while first < last and tokens[first].raw in _CONNECTIVES:
        first += 1
    return first, last


@dataclass(frozen=True)
class Attribution:
    """How a mean of sentence logits came about: by sentence, its factor on token shares; and the constant part."""

    factors: Mapping[int, float]
    base: float
    gates: float


def attribute(analysis: Analysis, columns: Sequence[int], bias: float) -> Attribution:
    """The mean over the best sentences, as factors on token shares.

    soft_floor(z) == soft_floor(z0) + slope · (z - z0) with z0 the logit without its words, so a word's part is exact.
    `base` is what a text of wordless sentences would have, `gates` what gates and missing sentences changed in it.
    """
    scores = analysis.scores
    best_column = [max(columns, key=lambda c: (float(scores.gated[s, c]), -c)) for s in range(scores.gated.shape[0])]
    logits = np.array([float(scores.gated[s, best_column[s]]) for s in range(len(best_column))])
    factors: dict[int, float] = {}
    base = math.fsum(TOP_WEIGHTS) * soft_floor(bias)
    constants = 0.0
    best = top_sentences(logits)
    for place in range(TOP):
        if place >= len(best):
            constants += TOP_WEIGHTS[place] * FLOOR
            continue
        s = best[place]
        z = float(logits[s])
        words = math.fsum(float(scores.shares[t, best_column[s]]) for t in scores.tokens_of(s))
        z0 = z - words
        slope = (soft_floor(z) - soft_floor(z0)) / words if abs(words) > 1e-12 else 0.0
        constants += TOP_WEIGHTS[place] * soft_floor(z0) if abs(words) > 1e-12 else TOP_WEIGHTS[place] * soft_floor(z)
        factors[s] = TOP_WEIGHTS[place] * slope
    return Attribution(factors, base, constants - base)


def find_marks(
    analysis: Analysis, combiners: Mapping[str, Combiner], columns: Mapping[str, int], bias: Floats, policy: Policy
) -> list[Mark]:
    """Every span of both policies with the weight of its words; switches are added by the caller."""
    marks: list[Mark] = []
    claims, caveats = combiners[CLAIMS_POLICY], combiners[CAVEATS_POLICY]
    for signal in policy.claim_signals:
        part = attribute(analysis, [columns[signal]], float(bias[columns[signal]]))
        scale = claims.a * claims.coefficients.get(f"claim:{signal}", 0.0)
        marks += _marks(analysis, signal, columns[signal], CLAIMS_POLICY, part, scale)
    for group in policy.groups.values():
        own = [columns[s] for s in group.signals]
        part = attribute(analysis, own, float(bias[own[0]]))
        missing = -caveats.a * _absence(caveats, group.id, analysis)
        lowered = -claims.a * _balance(claims, group.id, analysis) * (1.0 - analysis.per_se)
        for signal in group.signals:
            marks += _marks(analysis, signal, columns[signal], CAVEATS_POLICY, part, missing, own)
            if lowered < 0:
                marks += _marks(analysis, signal, columns[signal], CLAIMS_POLICY, part, lowered, own)
    if "dose_limits" in columns:
        part = Attribution({}, 0.0, 0.0)
        marks += _marks(analysis, "dose_limits", columns["dose_limits"], CAVEATS_POLICY, part, 0.0)
    return marks


def _balance(claims: Combiner, group: str, analysis: Analysis) -> float:
    """What a unit of a group's evidence takes off the claims margin, before per-se rules."""
    reported = claims.coefficients.get(f"reported:{group}", 0.0) if analysis.facts.genre in REPORTED else 0.0
    return claims.coefficients.get(f"caveat:{group}", 0.0) + reported


def _absence(caveats: Combiner, group: str, analysis: Analysis) -> float:
    """What a unit of a group's evidence takes off the caveats margin."""
    reported = caveats.coefficients.get(f"reported:{group}", 0.0) if analysis.facts.genre in REPORTED else 0.0
    kept = 1.0 - surely_violating(analysis.evidence, analysis.decision)
    return reported + (kept * caveats.coefficients.get(f"caveat:{group}", 0.0) if group in analysis.needed else 0.0)


def _marks(
    analysis: Analysis, signal: str, column: int, policy: str, part: Attribution, scale: float, group: Sequence[int] | None = None
) -> list[Mark]:
    """One mark for each sentence that carries the signal. Words outside it stay in `other`."""
    out = []
    scores = analysis.scores
    for s, judged in enumerate(analysis.judged):
        if not any(f.signal == signal and (f.weight > 0) for f in judged.findings):
            continue
        tokens = scores.tokens_of(s)
        share = scores.shares[tokens.start : tokens.stop, column]
        first, last = grow(share, scores.sentences[s].tokens)
        leads = group is None or column == max(group, key=lambda c: (float(scores.gated[s, c]), -c))
        factor = part.factors.get(s, 0.0) * scale if leads else 0.0
        weights = share[first : last + 1] * factor
        total = math.fsum(float(w) for w in weights)
        if (scale > 0 and total < 0) or (scale < 0 and total > 0):
            weights, total = np.zeros(len(weights)), 0.0
        out.append(
            Mark(s, tokens.start + first, tokens.start + last, policy, signal, sigmoid(float(scores.gated[s, column])), total, weights)
        )
    return out


def share_switch(marks: Sequence[Mark], amount: float, causes: Mapping[str, Sequence[int]], policy: str) -> float:
    """Gives `amount` in equal parts to the marks of the (signal, sentence) pairs that caused it; returns what was given."""
    own = [m for m in marks if m.policy == policy and m.sentence in causes.get(m.signal, ())]
    for mark in own:
        mark.weight += amount / len(own)
    return amount if own else 0.0
