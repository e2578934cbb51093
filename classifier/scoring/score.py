"""From an analysis to the contract's result: margins, bands, spans, checklist, severity."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..policy.load import CAVEATS_POLICY, CLAIMS_POLICY, POLICIES, Policy, Thresholds
from ..policy.rules import Finding, GroupState, Judged, decide
from ..records import ChecklistLine, Explained, Place, PolicyScore, Span, Term
from .analyse import Analysis
from .combine import Combiner, Feature, Presence, needed_groups, presence, raw_margin
from .kernel import Floats, sigmoid
from .spans import MOST_TERMS, Mark, attribute, find_marks, share_switch

DIGITS = 12  # decimal places kept of weights: the sums of the contract hold to 1e-9


@dataclass(frozen=True)
class Weights:
    """What scoring needs of a model besides its reader."""

    combiners: Mapping[str, Combiner]
    presence: Mapping[str, Presence]
    typical: Mapping[str, tuple[float, float]]
    residual: Mapping[str, tuple[float, float, float]]  # scale of the margin, shift, words: by policy, of this text
    confident: Mapping[str, float]  # by signal, the probability from which a span is of high confidence


@dataclass(frozen=True)
class Scored:
    """Both policies' scores with everything that explains them."""

    scores: dict[str, PolicyScore]
    spans: tuple[Span, ...]
    checklist: tuple[ChecklistLine, ...]
    warnings: tuple[str, ...]


def score_analysis(
    analysis: Analysis, weights: Weights, columns: Mapping[str, int], bias: Floats, policy: Policy,
    thresholds: Mapping[str, Thresholds], texts: Mapping[str, str], unassessed: bool,
) -> Scored:  # fmt: skip
    """Margins, bands, spans and the checklist of one analysed text."""
    features = analysis.features(policy)
    margins = {p: _margin(weights, p, features[p], analysis) for p in POLICIES}
    marks = find_marks(analysis, weights.combiners, columns, bias, policy)
    _give_switches(analysis, weights, features, marks)
    spans = _spans(marks, analysis, weights, policy, texts)
    checklist = _checklist(analysis, weights, policy, spans)
    scores, warnings = {}, []
    for name in POLICIES:
        band = "not_assessed" if unassessed else _band(sigmoid(margins[name]), thresholds[name])
        if band == "violating" and not _grounds(name, spans, checklist):
            band = "borderline"
            warnings.append("no_grounds")
        own = math.fsum(s.weight for s in spans if s.policy == name)
        scores[name] = PolicyScore(
            score=sigmoid(margins[name]),
            margin=margins[name],
            thresholds={"borderline": thresholds[name].borderline, "violating": thresholds[name].violating},
            band=band,
            per_se=tuple(analysis.decision.per_se) if name == CLAIMS_POLICY else (),
            explained=_explained(name, margins[name], own, features[name], analysis, weights, columns, bias, policy),
        )
    return Scored(scores, tuple(spans), tuple(checklist), tuple(dict.fromkeys(warnings)))


def _margin(weights: Weights, name: str, features: Sequence[Feature], analysis: Analysis) -> float:
    combiner = weights.combiners[name]
    margin = combiner.a * raw_margin(combiner, features, analysis.facts.genre, analysis.facts.tier) + combiner.c
    scale, shift, words = weights.residual.get(name, (1.0, 0.0, 0.0))
    return scale * margin + shift + words


def _band(score: float, thresholds: Thresholds) -> str:
    if score >= thresholds.violating:
        return "violating"
    return "borderline" if score >= thresholds.borderline else "compliant"


def _grounds(name: str, spans: Sequence[Span], checklist: Sequence[ChecklistLine]) -> bool:
    """Invariant 4: a flag rests on something that can be shown."""
    if name == CLAIMS_POLICY:
        return any(s.policy == name and s.weight > 0 for s in spans)
    return any(line.required and line.status != "present" for line in checklist)


# ---------------------------------------------------------------- spans


def _give_switches(analysis: Analysis, weights: Weights, features: Mapping[str, Sequence[Feature]], marks: list[Mark]) -> None:
    """Per-se, load and contradiction, shared by the spans that caused them; and a residual's scale on all."""
    claims, caveats = weights.combiners[CLAIMS_POLICY], weights.combiners[CAVEATS_POLICY]
    value = {f.name: f.value for f in features[CLAIMS_POLICY]}
    causes = analysis.decision.per_se
    share_switch(marks, claims.a * claims.coefficients.get("per_se", 0.0) * value["per_se"], causes, CLAIMS_POLICY)
    found: dict[str, list[int]] = {}
    for s, judged in enumerate(analysis.ruled):
        for f in judged.findings:
            found.setdefault(f.signal, []).append(s)
    counted = {k: v for k, v in found.items() if k in _LOADED}
    share_switch(marks, claims.a * claims.coefficients.get("load", 0.0) * value["load"], counted, CLAIMS_POLICY)
    for mark in marks:
        scale = weights.residual.get(mark.policy, (1.0, 0.0, 0.0))[0]
        mark.weight *= scale
        mark.token_weights = mark.token_weights * scale
    del caveats


_LOADED = frozenset(
    [
        "disease_claim",
        "absolute_effect",
        "superiority_claim",
        "replaces_medicine",
        "absolute_safety",
        "overstated_evidence",
        "testimonial_proof",
        "function_claim",
        "pressure_conspiracy",
        "hedged_benefit",
    ]
)


def _spans(marks: Sequence[Mark], analysis: Analysis, weights: Weights, policy: Policy, texts: Mapping[str, str]) -> list[Span]:
    out = []
    for mark in marks:
        sentence = analysis.scores.sentences[mark.sentence]
        tokens = sentence.tokens
        offset = analysis.scores.firsts[mark.sentence]
        start, end = tokens[mark.first - offset].start, tokens[mark.last - offset].end
        weight = round(mark.weight, DIGITS) + 0.0
        out.append(
            Span(
                place=Place(sentence.field, start, end),
                text=texts[sentence.field][start:end],
                policy=mark.policy,
                signal=mark.signal,
                probability=mark.probability,
                weight=weight,
                clauses=policy.signal_clauses(mark.signal),
                terms=_terms(mark, analysis, texts[sentence.field]),
                confidence="high" if mark.probability >= weights.confident[mark.signal] else "low",
            )
        )
    return sorted(out, key=lambda s: (s.place.field, s.place.start, s.place.end, s.policy, s.signal))


def _terms(mark: Mark, analysis: Analysis, text: str) -> tuple[Term, ...]:
    """The span's words that carry weight, heaviest first up to a dozen, then in reading order."""
    tokens = analysis.scores.sentences[mark.sentence].tokens
    offset = analysis.scores.firsts[mark.sentence]
    found = [(tokens[mark.first - offset + i], float(w)) for i, w in enumerate(mark.token_weights) if w != 0]
    found.sort(key=lambda x: (-abs(x[1]), x[0].start))
    return tuple(
        Term(t.start, t.end, text[t.start : t.end], round(w, DIGITS) + 0.0) for t, w in sorted(found[:MOST_TERMS], key=lambda x: x[0].start)
    )


def _explained(
    name: str, margin: float, spans: float, features: Sequence[Feature], analysis: Analysis, weights: Weights,
    columns: Mapping[str, int], bias: Floats, policy: Policy,
) -> Explained:  # fmt: skip
    """margin == intercept + spans + other. `other` is what is neither constant nor in a span, itemised."""
    combiner = weights.combiners[name]
    scale, shift, words = weights.residual.get(name, (1.0, 0.0, 0.0))
    intercept = scale * (combiner.a * (combiner.intercept + _constants(name, combiner, columns, bias, policy)) + combiner.c) + shift
    value = {f.name: f for f in features}
    unit = scale * combiner.a
    opinions = math.fsum(f.sign * combiner.coefficients.get(f.name, 0.0) * f.value for f in features if f.name.startswith(_OPINIONS))
    items: dict[str, float] = {
        "document head": unit * combiner.coefficients.get("document", 0.0) * value["document"].value,
        "document heads of claims and caveats": unit * opinions,
        "genre": unit * combiner.offsets.get(f"genre:{analysis.facts.genre}", 0.0),
        "tier": unit * combiner.offsets.get(f"tier:{analysis.facts.tier}", 0.0),
    }
    if name == CAVEATS_POLICY:
        for key, title in _CAVEAT_ITEMS.items():
            items[title] = unit * combiner.coefficients.get(key, 0.0) * value[key].value
    else:
        results = value["reported:results"]
        items["results reported with their numbers"] = unit * results.sign * combiner.coefficients.get(results.name, 0.0) * results.value
    if words:
        items["your labels"] = words
    other = margin - intercept - spans
    items["words outside spans"] = other - math.fsum(items.values())
    return Explained(intercept, spans, other, tuple(items.items()))


_OPINIONS = ("opinion:", "reported:opinion")
_CAVEAT_ITEMS = {
    "trigger": "claims that ask for caveats",
    "asked": "caveats are required",
    "contradiction": "contradiction",
    "rule_borderline": "required caveats missing (borderline)",
    "rule_violating": "required caveats missing (violating)",
}


def _constants(name: str, combiner: Combiner, columns: Mapping[str, int], bias: Floats, policy: Policy) -> float:
    """What sentences without words would add: a constant of the model."""
    from .kernel import TOP_WEIGHTS, soft_floor

    if name != CLAIMS_POLICY:
        return 0.0
    total = math.fsum(TOP_WEIGHTS)
    return math.fsum(
        combiner.coefficients.get(f"claim:{s}", 0.0) * total * soft_floor(float(bias[columns[s]])) for s in policy.claim_signals
    )


# ---------------------------------------------------------------- checklist


def _checklist(analysis: Analysis, weights: Weights, policy: Policy, spans: Sequence[Span]) -> list[ChecklistLine]:
    decision = analysis.decision
    triggers = tuple(dict.fromkeys(_sentence_place(analysis, s) for s in decision.triggers))
    out = []
    for name, state in decision.groups.items():
        needed = state.required and state.status != "present"
        out.append(
            ChecklistLine(
                group=name,
                status=state.status,
                required=state.required,
                any_of=state.any_of,
                presence=presence(weights.presence[name], analysis.evidence, name),
                triggers=triggers if state.required else (),
                evidence=tuple(_evidence(analysis, state, policy, spans)),
                clauses=policy.cited(policy.groups[name].clauses),
                score_if_added=_if_added(analysis, weights, policy, name) if needed else None,
            )
        )
    return out


def _sentence_place(analysis: Analysis, s: int) -> Place:
    sentence = analysis.scores.sentences[s]
    return Place(sentence.field, sentence.start, sentence.end)


def _evidence(analysis: Analysis, state: GroupState, policy: Policy, spans: Sequence[Span]) -> list[Place]:
    """The spans behind a group; the whole sentence where a weak caveat has no span."""
    places = []
    signals = {*policy.groups[state.group].signals, *(("dose_limits",) if state.group == "harm" else ())}
    answering = frozenset(state.sentences)
    for s in (*state.sentences, *state.voided_by):
        sentence = analysis.scores.sentences[s]
        first, last = (bisect_left(spans, (sentence.field, at), key=_start_of) for at in (sentence.start, sentence.end))  # spans are sorted
        own = [x.place for x in spans[first:last] if x.signal in (signals if s in answering else _DENIALS)]
        places += own or [_sentence_place(analysis, s)]
    return sorted(set(places), key=lambda p: (p.field, p.start, p.end))


def _start_of(span: Span) -> tuple[str, int]:
    return span.place.field, span.place.start


_DENIALS = frozenset({"absolute_safety", "superiority_claim"})


def _if_added(analysis: Analysis, weights: Weights, policy: Policy, group: str) -> float:
    """The caveats policy's score if this group stood in the text as in a typical text that satisfies it."""
    signal = policy.groups[group].signals[-1 if group == "care_pathway" else 0]
    attributes = frozenset({"specific"}) if signal == "consult_professional" else frozenset()
    added = Judged((Finding(signal, 1.0, attributes),), frozenset(), False, 0.5)
    judged = [_without_denial(j, group) for j in analysis.ruled] + [added]
    decision = decide(analysis.facts, judged, policy)
    means = dict(analysis.evidence.means)
    evidence, opinion = weights.typical[group]
    means[f"group:{group}"] = max(means[f"group:{group}"], evidence)
    opinions = {**analysis.evidence.opinions, group: max(analysis.evidence.opinions[group], opinion)}
    changed = replace(
        analysis, ruled=tuple(judged), decision=decision, needed=analysis.needed | needed_groups(decision, policy, analysis.facts.habit_forming),
        evidence=replace(analysis.evidence, means=means, opinions=opinions),
    )  # fmt: skip
    return sigmoid(_margin(weights, CAVEATS_POLICY, changed.features(policy)[CAVEATS_POLICY], changed))


def _without_denial(judged: Judged, group: str) -> Judged:
    findings = tuple(replace(f, attributes=f.attributes - {f"denies={group}"}) for f in judged.findings)
    return replace(judged, findings=findings)


__all__ = ["Scored", "Weights", "attribute", "score_analysis"]
