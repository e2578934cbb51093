"""Margins: the bounded additive combiner over a text's evidence (DESIGN 2, "The shape of a score").

A margin is `a · (b + Σ sign · coefficient · value + offsets) + c`. Every coefficient is ≥ 0 and the sign is fixed by
the policy: a claim never lowers "unbalanced", a caveat never raises "missing". Values are evidence means (`top_mean`)
of signals and groups, the switches of `decide`, and the document head's second opinion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..policy.load import CAVEATS_POLICY, CLAIMS_POLICY, Policy
from ..policy.rules import Decision, FactValues
from .kernel import Floats, sigmoid, top_mean
from .sentences import SentenceScores

PER_SE_FROM, PER_SE_TO = 0.3, 0.9  # where a per-se rule begins to weigh, and where it weighs in full
LEAD, CLOSE = 3, 2  # sentences of a lead with its headline, and of a closing paragraph
EXEMPT = frozenset({"patient_information", "regulator"})
REPORTED = frozenset({"news", "press_release", "abstract"})
TYPICAL = -1.5  # evidence of a text that neither has the signal nor plainly lacks it: there `reported` lines are nil
OPINION = "has:"  # document heads that say whether a group's caveat, or a claim, is anywhere in the text
CLAIMS = "claims"
OPINION_SHARE = 0.5
DOCUMENT_LIMIT = 3.0  # the document head is a second opinion: its log-odds are clipped here


@dataclass(frozen=True)
class Evidence:
    """Per signal, group and trigger: the sentence logits (sentences,) and their top mean; and what the document head
    of each group, and of claims, thinks of the text as a whole (log-odds, clipped)."""

    logits: Mapping[str, Floats]
    means: Mapping[str, float]
    opinions: Mapping[str, float]


@dataclass(frozen=True)
class Presence:
    """A group's fitted presence: log-odds are evidence · mean + opinion · document head + constant."""

    evidence: float
    opinion: float
    constant: float


@dataclass(frozen=True)
class Feature:
    """One line of a margin. `sign` is +1 or -1; `value` its evidence."""

    name: str
    sign: int
    value: float


@dataclass(frozen=True)
class Combiner:
    """One policy's fitted margin. `coefficients` ≥ 0 by feature; `offsets` by genre and tier; Platt's `a` > 0 and `c`."""

    intercept: float
    coefficients: Mapping[str, float]
    offsets: Mapping[str, float]
    a: float
    c: float


def evidence(scores: SentenceScores, columns: Mapping[str, int], document: Mapping[str, float], policy: Policy) -> Evidence:
    """The evidence for every signal, every group (the best of its signals in each sentence) and for a trigger at all."""
    count = scores.gated.shape[0]
    logits: dict[str, Floats] = {s: scores.gated[:, columns[s]] for s in policy.signals}
    for name, group in policy.groups.items():
        logits[f"group:{name}"] = _best(scores, [columns[s] for s in group.signals], count)
    logits["exempt"] = scores.gated[:, columns["exempt"]]
    logits["trigger"] = _best(scores, [columns[s] for s in (*policy.claim_signals, "exempt", "instructs")], count)
    opinions = {name: _clipped(document[OPINION + name]) for name in (*policy.groups, CLAIMS)}
    return Evidence(logits, {name: top_mean(values) for name, values in logits.items()}, opinions)


def _clipped(logit: float) -> float:
    return max(-DOCUMENT_LIMIT, min(DOCUMENT_LIMIT, logit))


def presence(fitted: Presence, found: Evidence, group: str) -> float:
    """How surely a group's caveat is there, 0..1: its sentences' evidence and the document head's opinion."""
    return sigmoid(fitted.evidence * found.means[f"group:{group}"] + fitted.opinion * found.opinions[group] + fitted.constant)


def _best(scores: SentenceScores, columns: Sequence[int], count: int) -> Floats:
    out = np.empty(count)
    for s in range(count):
        out[s] = max(float(scores.gated[s, c]) for c in columns)
    return out


def per_se_strength(scores: SentenceScores, columns: Mapping[str, int], decision: Decision, facts: FactValues) -> float:
    """How surely a per-se rule holds, 0..1: the surest of its causes, on a ramp of its probability.

    A rule decides alone, so a cause that is hardly more likely than not must not weigh like a certain one. Where most
    sentences that look like one are none, it counts in part: in news, releases and abstracts outside the headline, the
    lead and the close (POLICY 3.4), and in leaflets and rulings that sell nothing, whose benefits are exempt and whose
    claims are denounced (out of fold, nine in ten of such finds there were wrong).
    """
    count, best = len(scores.sentences), 0.0
    aside = 0.4 if facts.genre in EXEMPT and not facts.commercial else 0.5 if facts.genre in REPORTED else 1.0
    for signal, sentences in decision.per_se.items():
        for s in sentences:
            prominent = facts.genre in REPORTED and (s < LEAD or s >= count - CLOSE or scores.sentences[s].field == "title")
            ramp = (sigmoid(float(scores.gated[s, columns[signal]])) - PER_SE_FROM) / (PER_SE_TO - PER_SE_FROM)
            best = max(best, min(1.0, ramp) * (1.0 if prominent else aside))
    return best


def claim_features(found: Evidence, decision: Decision, per_se: float, genre: str, document: float, policy: Policy) -> list[Feature]:
    """What moves `unbalanced_therapeutic_claims`. `per_se` is its strength; the surer it is, the less caveats count.

    Where claims come attributed (news, releases, abstracts) the balance test decides, so evidence limits, and results
    reported with their numbers, have a second coefficient there (POLICY 3.2, 5 and 3.4). Elsewhere the document heads
    cannot outweigh a per-se rule, as caveats cannot (POLICY 3.2, 3).
    """
    grade = decision.grades[CLAIMS_POLICY]
    reported = (1.0 - per_se) if genre in REPORTED else 0.0
    against = 1.0 if genre in REPORTED else 1.0 - per_se
    out = [Feature(f"claim:{s}", 1, found.means[s]) for s in policy.claim_signals]
    out += [Feature(f"caveat:{g}", -1, (1.0 - per_se) * found.means[f"group:{g}"]) for g in policy.groups]
    out.append(Feature("per_se", 1, per_se))
    out.append(Feature("load", 1, 1.0 if grade == 2 and not decision.per_se else 0.5 if grade == 1 else 0.0))
    out.append(Feature("reported:evidence", -1, reported * (found.means["group:evidence"] - TYPICAL)))
    out.append(Feature("reported:results", -1, reported * (found.means["exempt"] - TYPICAL)))
    out.append(Feature("document", 1, _second(_clipped(document), against)))
    out.append(Feature("opinion:claims", 1, _second(found.opinions[CLAIMS], against)))
    out.append(Feature("opinion:evidence", -1, (1.0 - per_se) * found.opinions["evidence"]))
    return out


def absence_strength(found: Evidence, decision: Decision) -> float:
    """How surely something required is not there, 0..1: of the groups that the rules miss, the one with least evidence."""
    missing = [g for g, state in decision.groups.items() if state.required and state.status != "present"]
    if any(decision.groups[g].status == "contradicted" for g in missing):
        return 1.0
    return max((1.0 - sigmoid(found.means[f"group:{g}"] + OPINION_SHARE * found.opinions[g]) for g in missing), default=0.0)


def _second(opinion: float, against: float) -> float:
    """A second opinion; where it speaks against a flag it counts as far as no per-se rule holds."""
    return opinion if opinion > 0 else against * opinion


def surely_violating(found: Evidence, decision: Decision) -> float:
    """How surely the rules find a violation of the caveats policy, 0..1. What is there cannot make up for what is not."""
    return absence_strength(found, decision) if decision.grades[CAVEATS_POLICY] == 2 else 0.0


def caveat_features(
    found: Evidence, decision: Decision, needed: frozenset[str], genre: str, document: float, policy: Policy
) -> list[Feature]:
    """What moves `missing_safety_caveats`. `needed`: the groups that stand in a slot of the row that applies.

    The surer the rules find a required group absent, the less the others count: a harm that is named does not make up
    for a dependence that is not (POLICY 3.3). In news, releases and abstracts harm has a second coefficient, because
    their row turns on it whatever else is there (POLICY 3.4).
    """
    grade, sure = decision.grades[CAVEATS_POLICY], absence_strength(found, decision)
    kept = 1.0 - surely_violating(found, decision)
    reported = genre in REPORTED
    out = [Feature("trigger", 1, found.means["trigger"])]
    out += [Feature(f"caveat:{g}", -1, kept * found.means[f"group:{g}"] if g in needed else 0.0) for g in policy.groups]
    out += [Feature(f"opinion:{g}", -1, kept * found.opinions[g] if g in needed else 0.0) for g in policy.groups]
    out.append(Feature("reported:harm", -1, found.means["group:harm"] - TYPICAL if reported else 0.0))
    out.append(Feature("reported:opinion", -1, found.opinions["harm"] if reported else 0.0))
    out.append(Feature("contradiction", 1, 1.0 if decision.contradictions and decision.triggers else 0.0))
    out.append(Feature("asked", 1, 1.0 if needed else 0.0))
    out.append(Feature("rule_borderline", 1, sure if grade == 1 else 0.0))
    out.append(Feature("rule_violating", 1, sure if grade == 2 else 0.0))
    out.append(Feature("document", 1, _clipped(document)))
    return out


def needed_groups(decision: Decision, policy: Policy, habit_forming: bool) -> frozenset[str]:
    """The groups that stand in any slot of the decision's row."""
    if decision.row is None:
        return frozenset()
    row = policy.rows[decision.row]
    slots = [*row.slots, *(row.habit_forming if habit_forming else ())]
    extra = {g for g, state in decision.groups.items() if state.required}
    return frozenset(g for slot in slots for g in slot) | extra


def raw_margin(combiner: Combiner, features: Sequence[Feature], genre: str, tier: str) -> float:
    """Before Platt's a and c."""
    total = combiner.intercept
    for f in features:
        total += f.sign * combiner.coefficients.get(f.name, 0.0) * f.value
    return total + combiner.offsets.get(f"genre:{genre}", 0.0) + combiner.offsets.get(f"tier:{tier}", 0.0)
