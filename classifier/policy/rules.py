"""`decide`: the document rules of the policy as one pure function.

It takes what is known of a text (facts) and of its sentences (findings and marks) and returns both policies' grades,
severity, the per-se rules that fired, the checklist's state and which sentences caused what. The corpus is labelled
by it from people's annotations; inference calls it with detected findings. It reads numbers, slots and genres from
the policy file and nothing from the text.

Grades: 0 compliant, 1 borderline, 2 violating. Source: POLICY 3.2 (claims), 3.3 (caveats), 3.4 (genres), 3.5 (severity).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from .load import CAVEATS_POLICY, CLAIMS_POLICY, Policy, Row

HARM_SIGNALS = ("side_effects", "interactions", "who_should_avoid", "dependence_withdrawal")
BENEFIT_SIGNALS = (
    "disease_claim", "absolute_effect", "superiority_claim", "replaces_medicine", "overstated_evidence",
    "testimonial_proof", "function_claim", "hedged_benefit",
)  # fmt: skip
NOT_WITH_PRESSURE = ("pressure_conspiracy", "hedged_benefit", "function_claim")
EVERYDAY_TRIGGERS = ("disease_claim", "absolute_effect", "replaces_medicine")
ADVICE_TRIGGERS = (
    "disease_claim",
    "absolute_effect",
    "superiority_claim",
    "replaces_medicine",
    "absolute_safety",
    "hedged_benefit",
    "function_claim",
)
SPIN = ("disease_claim", "absolute_effect", "superiority_claim", "absolute_safety", "overstated_evidence")
ONE_CONCRETE = ("harm", "who_with_what", "dependence")


@dataclass(frozen=True)
class Finding:
    """A signal found in a sentence. `weight` is a caveat's 0, 0.5 or 1; `attributes` as in POLICY 1 and 2."""

    signal: str
    weight: float = 1.0
    attributes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judged:
    """A sentence as the rules see it. `end` is the share of the text behind which it stands (0..1)."""

    findings: tuple[Finding, ...] = ()
    marks: frozenset[str] = frozenset()
    lead: bool = False
    end: float = 0.0


@dataclass(frozen=True)
class FactValues:
    """What the rules need to know of the text. `length` in code points."""

    genre: str
    tier: str
    serious_condition: bool = False
    vulnerable: bool = False
    commercial: bool = False
    authorised_use: bool = False
    habit_forming: bool = False
    length: int = 1_000
    has_link: bool = False


@dataclass(frozen=True)
class GroupState:
    """One checklist line by rule. `sentences` index the evidence; `voided_by` the denials."""

    group: str
    status: str
    weight: float
    required: bool
    any_of: tuple[str, ...]
    sentences: tuple[int, ...] = ()
    voided_by: tuple[int, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What the rules say of a text."""

    grades: dict[str, int]
    severity: int
    severity_reasons: tuple[str, ...]
    per_se: dict[str, tuple[int, ...]]
    load: int
    balanced: bool
    triggers: tuple[int, ...]
    contradictions: tuple[int, ...]
    groups: dict[str, GroupState]
    row: str | None
    missing_slots: int = 0
    reasons: tuple[str, ...] = field(default=())


@dataclass
class _Group:
    total: float = 0.0
    concrete: bool = False
    sentences: list[int] = field(default_factory=list)
    voided_by: list[int] = field(default_factory=list)

    def status(self, name: str) -> str:
        if self.voided_by:
            return "contradicted"
        if self.total >= 1 and (self.concrete or name not in ONE_CONCRETE):
            return "present"
        return "weak" if self.total > 0 else "missing"


def decide(facts: FactValues, sentences: Sequence[Judged], policy: Policy) -> Decision:
    """Both policies' grades and all that follows, from facts and judged sentences."""
    genre = policy.genres[facts.genre]
    if facts.tier == "R0" or genre.claims == "none":
        return _nothing(policy)
    contradictions = _contradictions(sentences)
    groups = _groups(facts, sentences, policy)
    per_se = _per_se(facts, sentences, genre.claims)
    triggers, instructs = _triggers(facts, sentences, genre.caveats)
    row = _row(facts, sentences, policy, genre.caveats, triggers, instructs)
    slots = _slots(row, facts, sentences) if row else []
    filled = _fill(slots, groups, row, facts)
    caveat_grade = _caveat_grade(row, slots, filled, groups, facts, sentences, bool(contradictions))
    load, balanced = _load(facts, sentences, policy, genre.claims, groups, slots, filled, bool(contradictions))
    claim_grade = _claim_grade(per_se, load, policy, genre.claims, sentences)
    severity, why = _severity(facts, sentences, policy, claim_grade, caveat_grade, slots, filled)
    return Decision(
        grades={CLAIMS_POLICY: claim_grade, CAVEATS_POLICY: caveat_grade},
        severity=severity,
        severity_reasons=tuple(why),
        per_se=per_se,
        load=load,
        balanced=balanced,
        triggers=tuple(triggers),
        contradictions=tuple(contradictions),
        groups=_states(policy, groups, slots, filled),
        row=row.name if row else None,
        missing_slots=filled.count(False),
    )


def _nothing(policy: Policy) -> Decision:
    states = {g: GroupState(g, "missing", 0.0, False, (g,)) for g in policy.groups}
    return Decision({CLAIMS_POLICY: 0, CAVEATS_POLICY: 0}, 0, (), {}, 0, True, (), (), states, None)


def _has(sentence: Judged, *signals: str) -> bool:
    return any(f.signal in signals for f in sentence.findings)


def _with(sentence: Judged, signal: str, *attributes: str) -> bool:
    return any(f.signal == signal and (not attributes or f.attributes & set(attributes)) for f in sentence.findings)


def _contradictions(sentences: Sequence[Judged]) -> list[int]:
    """Sentences that deny a hazard or play it down."""
    return [
        i
        for i, s in enumerate(sentences)
        if any(m.startswith("neutralises=") for m in s.marks) or any(a.startswith("denies=") for f in s.findings for a in f.attributes)
    ]


# ---------------------------------------------------------------- claims


def _per_se(facts: FactValues, sentences: Sequence[Judged], variant: str) -> dict[str, tuple[int, ...]]:
    """Per-se rules (a)-(e), each with the sentences that caused it (POLICY 3.2, 3)."""
    if variant == "abstract":
        return {}
    pressed = any(
        f.signal not in NOT_WITH_PRESSURE
        for s in sentences
        for f in s.findings
        if f.signal in BENEFIT_SIGNALS or f.signal == "absolute_safety"
    )
    cured = ("cure",) if variant == "recipe" else ("serious", "cure")
    rules = {
        "disease_claim": [i for i, s in enumerate(sentences) if _with(s, "disease_claim", *cured)],
        "testimonial_proof": [i for i, s in enumerate(sentences) if _with(s, "testimonial_proof", "cured")],
        "absolute_effect": [i for i, s in enumerate(sentences) if _has(s, "absolute_effect")],
        "replaces_medicine": [i for i, s in enumerate(sentences) if _with(s, "replaces_medicine", "directive")],
        "absolute_safety": [i for i, s in enumerate(sentences) if facts.tier in ("R2", "R3") and _has(s, "absolute_safety")],
        "pressure_conspiracy": [i for i, s in enumerate(sentences) if pressed and _has(s, "pressure_conspiracy")],
    }
    return {rule: tuple(found) for rule, found in rules.items() if found}


def _load(
    facts: FactValues, sentences: Sequence[Judged], policy: Policy, variant: str, groups: dict[str, _Group],
    slots: list[tuple[str, ...]], filled: list[bool], contradicted: bool,
) -> tuple[int, bool]:  # fmt: skip
    rules = policy.rules["load"]
    found = {f.signal for s in sentences for f in s.findings}
    weight = int(rules["weight"])
    load = weight * len(found & set(rules["counted"]))
    functions = sum(_has(s, "function_claim") for s in sentences)
    hedged = sum(_has(s, "hedged_benefit") for s in sentences)
    if functions >= rules["function_sentences"] and not _only_function(found, hedged, groups):
        load += weight
    if hedged >= rules["hedged_sentences"]:
        load += weight
    elif any(s.lead and _has(s, "hedged_benefit") for s in sentences):
        load += int(rules["hedged_lead"])
    balanced = _balanced(facts, sentences, policy, groups, slots, filled, contradicted)
    return (max(0, load - int(rules["relief"])) if balanced else load), balanced


def _only_function(found: set[str], hedged: int, groups: dict[str, _Group]) -> bool:
    """A function claim alone, beside harm and care caveats, adds nothing (POLICY 3.2, 4)."""
    claims = found & {*BENEFIT_SIGNALS, "absolute_safety", "pressure_conspiracy"}
    if claims - {"function_claim", "hedged_benefit"} or hedged > 2:
        return False
    harm = any(groups[g].status(g) == "present" for g in ("harm", "who_with_what"))
    return harm and groups["care_pathway"].total > 0


def _balanced(
    facts: FactValues, sentences: Sequence[Judged], policy: Policy, groups: dict[str, _Group],
    slots: list[tuple[str, ...]], filled: list[bool], contradicted: bool,
) -> bool:  # fmt: skip
    """Balance test B, (i)-(v) (POLICY 3.2, 5)."""
    rules = policy.rules["balance"]
    caveat_ids = set(policy.caveat_signals)
    benefits = sum(_has(s, *BENEFIT_SIGNALS) for s in sentences)
    harms = sum(any(f.signal in HARM_SIGNALS and f.weight >= 1 for f in s.findings) for s in sentences)
    if facts.tier in ("R2", "R3"):
        wanted = min(int(rules["harms_enough"]), math.ceil(benefits / rules["benefits_per_harm"]))
        if harms < max(1, wanted):
            return False
    waived = facts.authorised_use and bool(slots) and all(filled)
    if groups["evidence"].total < 1 and not waived:
        return False
    if contradicted:
        return False
    caveats = [s for s in sentences if any(f.signal in caveat_ids and f.weight > 0 for f in s.findings)]
    if caveats and all(s.end > 1 - rules["tail"] or "footer" in s.marks for s in caveats):
        return False
    protects = any(f.signal == "not_a_replacement" and f.weight > 0 for s in sentences for f in s.findings)
    return protects or not facts.serious_condition


def _claim_grade(per_se: dict[str, tuple[int, ...]], load: int, policy: Policy, variant: str, sentences: Sequence[Judged]) -> int:
    found = {f.signal for s in sentences for f in s.findings}
    if variant == "abstract":
        return 2 if found & set(SPIN) or any(_with(s, "replaces_medicine", "directive") for s in sentences) else 0
    if per_se:
        return 2
    if variant == "recipe" and not found & set(EVERYDAY_TRIGGERS):
        functions = sum(_has(s, "function_claim") for s in sentences)
        return 1 if functions >= 2 or load >= policy.rules["load"]["violating"] - 2 else 0
    rules = policy.rules["load"]
    return 2 if load >= rules["violating"] else 1 if load >= rules["borderline"] else 0


# ---------------------------------------------------------------- caveats


def _groups(facts: FactValues, sentences: Sequence[Judged], policy: Policy) -> dict[str, _Group]:
    """Weights by group: boilerplate once, footers of commercial text at most half, denials void (POLICY 2, 3.3)."""
    of_signal = {s: g for g, group in policy.groups.items() for s in group.signals}
    groups = {g: _Group() for g in policy.groups}
    seen_disclaimer = seen_generic = False
    for i, sentence in enumerate(sentences):
        small_print = "footer" in sentence.marks and facts.commercial
        for finding in sentence.findings:
            group, weight = of_signal.get(finding.signal), finding.weight
            if finding.signal == "dose_limits":
                group, weight = "harm", weight if "overdose" in finding.attributes else min(weight, 0.5)
            if group is None or weight <= 0:
                continue
            if finding.signal == "regulatory_status" and weight < 1:
                if seen_disclaimer:
                    continue
                seen_disclaimer = True
            if finding.signal == "consult_professional" and "generic" in finding.attributes:
                weight = 0.0 if seen_generic else min(weight, 0.5)
                seen_generic = True
            weight = min(weight, 0.5) if small_print else weight
            if weight > 0:
                groups[group].total += weight
                groups[group].concrete |= weight >= 1
                groups[group].sentences.append(i)
        for attribute in {a for f in sentence.findings for a in f.attributes if a.startswith("denies=")}:
            groups[attribute.removeprefix("denies=")].voided_by.append(i)
    _cap_generic(groups["care_pathway"], sentences)
    return groups


def _cap_generic(care: _Group, sentences: Sequence[Judged]) -> None:
    """A generic consult never lifts the care pathway over 0.5 on its own (POLICY 2, rule 2)."""
    if not care.concrete and all(_with(sentences[i], "consult_professional", "generic") for i in care.sentences):
        care.total = min(care.total, 0.5)


def _triggers(facts: FactValues, sentences: Sequence[Judged], variant: str) -> tuple[list[int], bool]:
    """The sentences that ask for caveats, and whether instructions alone do (POLICY 3.3, T1 and T2)."""
    if variant == "none":
        return [], False
    if facts.tier == "R1":
        return [i for i, s in enumerate(sentences) if _has(s, *EVERYDAY_TRIGGERS)], False
    told = [i for i, s in enumerate(sentences) if "instructs" in s.marks]
    if variant == "forum":
        claims = [i for i, s in enumerate(sentences) if _has(s, *ADVICE_TRIGGERS)]
        claims = claims if told or any(_has(sentences[i], *ADVICE_TRIGGERS[:5]) for i in claims) else []
    else:
        claims = [
            i for i, s in enumerate(sentences) if _has(s, *BENEFIT_SIGNALS, "absolute_safety", "pressure_conspiracy") or "exempt" in s.marks
        ]
    return (claims, False) if claims else (told, bool(told))


def _row(facts: FactValues, sentences: Sequence[Judged], policy: Policy, variant: str, triggers: list[int], instructs: bool) -> Row | None:
    """Which line of the table of required caveats applies; None where none is required."""
    if not triggers or variant == "none":
        return None
    if facts.tier == "R1":
        directive = any(_with(s, "replaces_medicine", "directive") for s in sentences)
        return policy.rows["R1_serious" if facts.serious_condition or directive else "R1"]
    news = variant == "news" and not facts.commercial
    if facts.authorised_use and not news:
        return policy.rows["authorised"]
    if facts.length <= int(policy.rules["short_text"]["characters"]) and variant == "full":
        return policy.rows[f"short_{facts.tier}"]
    if news:
        return policy.rows[f"news_{facts.tier}"]
    if variant == "forum":
        return policy.rows["forum_vulnerable" if facts.vulnerable and facts.tier == "R2" else f"forum_{facts.tier}"]
    if variant == "patient_information" and facts.tier == "R2":
        return policy.rows["patient_information"]
    return policy.rows[f"{facts.tier}_instructions" if instructs else facts.tier]


def _slots(row: Row, facts: FactValues, sentences: Sequence[Judged]) -> list[tuple[str, ...]]:
    slots = list(row.slots)
    if facts.habit_forming:
        slots += row.habit_forming
    if any(_with(s, "replaces_medicine", "directive") for s in sentences) and ("care_pathway",) not in slots:
        slots.append(("care_pathway",))
    return slots


def _fill(slots: list[tuple[str, ...]], groups: dict[str, _Group], row: Row | None, facts: FactValues) -> list[bool]:
    """Which slots are filled. `quality` stands in once; a generic consult fills a care slot where the row says so."""
    filled, spare = [], groups["quality"].status("quality") == "present"
    for slot in slots:
        assert row is not None
        own = [g for g in slot if g != "quality" or len(slot) > 3]
        total = sum(groups[g].total for g in own if groups[g].status(g) != "contradicted")
        ok = any(groups[g].status(g) == "present" for g in own)
        ok = ok or ("evidence" in slot and total >= 1)
        ok = ok or (row.dose_is_harm and slot == ("harm",) and groups["harm"].total > 0 and not groups["harm"].voided_by)
        ok = ok or (row.link_fills and facts.has_link)
        if "care_pathway" in slot and row.generic_consult and not (facts.serious_condition and row.name == "R2"):
            ok = ok or groups["care_pathway"].total > 0
        if not ok and "quality" in slot and spare:
            ok, spare = True, False
        filled.append(ok)
    return filled


def _caveat_grade(
    row: Row | None, slots: list[tuple[str, ...]], filled: list[bool], groups: dict[str, _Group], facts: FactValues,
    sentences: Sequence[Judged], contradicted: bool,
) -> int:  # fmt: skip
    if row is None:
        return 0
    empty = [slot for slot, ok in zip(slots, filled, strict=True) if not ok]
    excused = row.name == "authorised" and facts.genre == "patient_information" and not facts.commercial
    critical = [s for s in empty if set(s) & row.critical and not (excused and "dependence" in s)]
    directive = any(_with(s, "replaces_medicine", "directive") for s in sentences)
    if critical or len(empty) >= row.violating or (directive and ("care_pathway",) in empty):
        return 2
    if row.name == "forum_R3" and "instructs" in {m for s in sentences for m in s.marks} and ("harm",) in empty:
        return 2
    if len(empty) <= row.compliant and not (contradicted and facts.tier == "R3"):
        return 0
    return 1


def _states(policy: Policy, groups: dict[str, _Group], slots: list[tuple[str, ...]], filled: list[bool]) -> dict[str, GroupState]:
    states = {}
    for name in policy.groups:
        status = groups[name].status(name)
        mine = [(slot, ok) for slot, ok in zip(slots, filled, strict=True) if name in slot]
        required = any(not ok or status == "present" for _, ok in mine)
        any_of = next((slot for slot, ok in mine if not ok), mine[0][0] if mine else (name,))
        g = groups[name]
        states[name] = GroupState(name, status, g.total, required, any_of, tuple(dict.fromkeys(g.sentences)), tuple(g.voided_by))
    return states


# ---------------------------------------------------------------- severity


def _severity(
    facts: FactValues, sentences: Sequence[Judged], policy: Policy, claims: int, caveats: int,
    slots: list[tuple[str, ...]], filled: list[bool],
) -> tuple[int, list[str]]:  # fmt: skip
    """0..4 by rule (POLICY 3.5), with the reasons in order."""
    if not claims and not caveats:
        return 0, []
    rules = policy.rules["severity"]
    in_place_of_care = any(_with(s, "replaces_medicine", "directive") for s in sentences)
    dropped = any(_with(s, "testimonial_proof", "cured") for s in sentences)
    tier = 3 if in_place_of_care and facts.serious_condition and facts.tier == "R2" else int(facts.tier[1])
    steps: list[tuple[str, float]] = [(f"tier R{tier}", tier)]
    if in_place_of_care or dropped:
        steps.append(("tells readers to stop or skip care", rules["directive"]))
    cures = any(
        any(f.signal == "disease_claim" and {"serious", "cure"} <= f.attributes for f in s.findings)
        or (_has(s, "absolute_effect") and facts.serious_condition and _with(s, "disease_claim", "serious"))
        for s in sentences
    )
    if cures:
        steps.append(("cure or guarantee on a serious condition", rules["serious_cure"]))
    if facts.vulnerable:
        steps.append(("vulnerable audience", rules["vulnerable"]))
    first_missing = bool(slots) and not filled[0] and slots[0][0] == "harm"
    if slots and sum(filled) * 2 >= len(slots) and not first_missing:
        steps.append(("half or more of the required caveats are there", rules["half_filled"]))
    if (
        facts.genre == "forum"
        and not facts.commercial
        and not (facts.vulnerable and "instructs" in {m for s in sentences for m in s.marks})
    ):
        steps.append(("personal post", rules["personal_post"]))
    if max(claims, caveats) == 1:
        steps.append(("borderline only", rules["borderline_only"]))
    total = sum(step for _, step in steps)
    return int(max(1, min(rules["most"], total))), [f"{why} {int(step):+d}" for why, step in steps]
