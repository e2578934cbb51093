"""From probabilities to findings: which signals a sentence is found to carry, with what attributes and weight.

A signal is found where its gated probability reaches the model's threshold for it. Attributes (directive or
positioning, generic or urgent, what a denial denies …) and caveat weights come from the policy's cue lists, matched
in the sentence. The outcome has the shape that `decide` takes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..policy.load import Policy
from ..policy.rules import Finding, Judged
from ..text.tokens import Token
from .facts import condition_of, footer_start
from .kernel import sigmoid
from .lists import WordLists
from .sentences import SentenceScores

FEW_SENTENCES = 6


@dataclass(frozen=True)
class Cutoffs:
    """By head, the probability from which it counts as found, and from which a claim may decide a rule.

    A rule decides alone, and a long text gives every head many chances to err; so a claim moves a rule only where it is
    found with high precision (out of fold), while a span is shown, and its weight counted, from the lower cut. A span
    below `confident`, where a signal's precision out of fold first reaches .6, is shown as of low confidence.
    """

    values: Mapping[str, float]
    decisive: Mapping[str, float]
    confident: Mapping[str, float]

    def found(self, scores: SentenceScores, s: int, head: str, column: int) -> bool:
        return sigmoid(float(scores.gated[s, column])) >= self.values[head]


def judge(
    scores: SentenceScores, columns: Mapping[str, int], cutoffs: Cutoffs, policy: Policy, lists: WordLists, length: int
) -> list[Judged]:
    """Every sentence as the rules see it."""
    footer = footer_start(scores.sentences, lists)
    first_text = next((i for i, s in enumerate(scores.sentences) if s.field == "text"), 0)
    conditions = [condition_of(s.tokens, lists) for s in scores.sentences]
    out = []
    for s, sentence in enumerate(scores.sentences):
        names = [n for n in policy.signals if cutoffs.found(scores, s, n, columns[n])]
        findings = tuple(_finding(n, sentence.tokens, _nearby(conditions, s), names, lists) for n in names)
        marks = {m for m in ("not_asserted", "boilerplate", "exempt", "instructs") if cutoffs.found(scores, s, m, columns[m])}
        if s >= footer:
            marks.add("footer")
        if lists.neutralisers.any(sentence.tokens):  # what plays a risk down warns of nothing
            marks.add("neutralises=unnamed")
            findings = tuple(replace(f, weight=0.0) if f.signal in policy.caveat_signals else f for f in findings)
        end = 0.0 if sentence.field == "title" else sentence.end / max(1, length)
        out.append(Judged(findings, frozenset(marks), sentence.field == "title" or s == first_text, end))
    return out


def decisive(scores: SentenceScores, judged: Sequence[Judged], columns: Mapping[str, int], cutoffs: Cutoffs) -> list[Judged]:
    """The same sentences with only those claims that may decide a rule; caveats and marks as they are."""
    more = math.log(max(1.0, len(judged) / FEW_SENTENCES))  # n sentences are n chances to err: the odds asked rise with n
    out = []
    for s, sentence in enumerate(judged):
        kept = tuple(
            f for f in sentence.findings
            if f.signal not in cutoffs.decisive or sigmoid(float(scores.gated[s, columns[f.signal]]) - more) >= cutoffs.decisive[f.signal]
        )  # fmt: skip
        out.append(Judged(kept, sentence.marks, sentence.lead, sentence.end))
    return out


def _nearby(conditions: Sequence[str | None], s: int) -> str:
    """The condition of a claim: its own sentence's, else that of up to two sentences before (POLICY 1, headings)."""
    for at in (s, s - 1, s - 2):
        if at >= 0 and conditions[at] is not None:
            return str(conditions[at])
    return "minor"


def _finding(name: str, tokens: Sequence[Token], condition: str, names: Sequence[str], lists: WordLists) -> Finding:
    kinds = lists.attributes.get(name, {})
    hit = {kind for kind, cues in kinds.items() if cues.any(tokens)}
    weight = 0.0 if "zero" in hit else 0.5 if "half" in hit else 1.0
    attributes = hit - {"zero", "half"}
    if name == "disease_claim":
        attributes.add(condition)
    elif name == "replaces_medicine":
        attributes = {"directive" if "directive" in hit else "positioning"}
    elif name == "superiority_claim":
        attributes = {"safety" if "safety" in hit else "efficacy"}
    elif name == "consult_professional":
        attributes = {"urgent" if "urgent" in hit else "specific" if "specific" in hit else "generic"}
    elif name == "testimonial_proof" and condition != "serious":
        attributes.discard("cured")
    if name == "absolute_safety" or attributes == {"safety"}:
        attributes |= {f"denies={group}" for group in _denied(tokens, lists)}
    return Finding(name, weight, frozenset(attributes))


def _denied(tokens: Sequence[Token], lists: WordLists) -> list[str]:
    """The hazards a denial speaks of: the named ones, else harm as such."""
    named = [g for g, cues in lists.denials.items() if g != "harm" and cues.any(tokens)]
    if lists.denials["harm"].any(tokens) and "dependence" not in named:
        named.append("harm")
    return named or ["harm"]


def is_benefit(judged: Judged) -> bool:
    return any(f.signal in _BENEFITS for f in judged.findings) or "exempt" in judged.marks


_BENEFITS = frozenset(
    [
        "disease_claim",
        "absolute_effect",
        "superiority_claim",
        "replaces_medicine",
        "overstated_evidence",
        "testimonial_proof",
        "function_claim",
        "hedged_benefit",
    ]
)


def sentence_signals(scores: SentenceScores, s: int, columns: Mapping[str, int], policy: Policy) -> dict[str, float]:
    """All twenty probabilities of a sentence."""
    return {n: sigmoid(float(scores.gated[s, columns[n]])) for n in policy.signals}
