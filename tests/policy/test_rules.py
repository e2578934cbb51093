"""`decide`: the rules on small annotated texts, one rule a test."""

from __future__ import annotations

import pytest

from classifier import CAVEATS_POLICY, CLAIMS_POLICY, FactValues, Finding, Judged, Policy, decide


def s(*findings: Finding, marks: tuple[str, ...] = (), lead: bool = False, end: float = 0.5) -> Judged:
    return Judged(findings, frozenset(marks), lead, end)


def f(signal: str, *attributes: str, weight: float = 1.0) -> Finding:
    return Finding(signal, weight, frozenset(attributes))


VENDOR = FactValues("vendor", "R2", commercial=True)


@pytest.mark.parametrize(
    "finding",
    [
        f("disease_claim", "serious"),
        f("disease_claim", "minor", "cure"),
        f("absolute_effect"),
        f("replaces_medicine", "directive"),
        f("absolute_safety"),
        f("testimonial_proof", "cured"),
    ],
)
def test_a_per_se_claim_is_violating_alone(policy: Policy, finding: Finding) -> None:
    decision = decide(VENDOR, [s(finding)], policy)
    assert decision.grades[CLAIMS_POLICY] == 2
    assert decision.per_se == {finding.signal: (0,)}


def test_full_caveats_do_not_cure_a_per_se_claim(policy: Policy) -> None:
    text = [
        s(f("disease_claim", "serious", "cure")),
        s(f("side_effects")),
        s(f("interactions")),
        s(f("evidence_limits")),
        s(f("not_a_replacement")),
    ]
    decision = decide(FactValues("vendor", "R2", serious_condition=True), text, policy)
    assert decision.grades == {CLAIMS_POLICY: 2, CAVEATS_POLICY: 0}
    assert decision.severity == 2


def test_load_adds_up_and_balance_takes_off(policy: Policy) -> None:
    claims = [s(f("superiority_claim", "efficacy")), s(f("overstated_evidence")), s(f("testimonial_proof"))]
    assert decide(VENDOR, claims, policy).grades[CLAIMS_POLICY] == 2
    caveats = [s(f("side_effects")), s(f("evidence_limits"))]
    assert decide(VENDOR, claims + caveats, policy).grades[CLAIMS_POLICY] == 1


@pytest.mark.parametrize(
    ("caveats", "grade"),
    [
        ([], 2),
        (["side_effects"], 2),
        (["side_effects", "evidence_limits"], 1),
        (["side_effects", "evidence_limits", "not_a_replacement"], 0),
    ],
)
def test_the_r2_row(policy: Policy, caveats: list[str], grade: int) -> None:
    decision = decide(VENDOR, [s(f("hedged_benefit")), *(s(f(c)) for c in caveats)], policy)
    assert decision.grades[CAVEATS_POLICY] == grade


def test_r3_habit_forming_needs_dependence(policy: Policy) -> None:
    facts = FactValues("vendor", "R3", habit_forming=True)
    text = [
        s(f("hedged_benefit")),
        *(s(f(c)) for c in ("side_effects", "interactions", "evidence_limits", "regulatory_status", "not_a_replacement")),
    ]
    assert decide(facts, text, policy).grades[CAVEATS_POLICY] == 2
    assert decide(facts, [*text, s(f("dependence_withdrawal"))], policy).grades[CAVEATS_POLICY] == 0


def test_a_denial_voids_its_own_hazard_only(policy: Policy) -> None:
    text = [s(f("superiority_claim", "safety", "denies=dependence")), s(f("side_effects")), s(f("dependence_withdrawal"))]
    groups = decide(FactValues("advice", "R3", habit_forming=True), text, policy).groups
    assert groups["dependence"].status == "contradicted"
    assert groups["harm"].status == "present"


def test_instructions_alone_ask_for_caveats(policy: Policy) -> None:
    decision = decide(FactValues("advice", "R3"), [s(marks=("instructs",))], policy)
    assert decision.grades == {CLAIMS_POLICY: 0, CAVEATS_POLICY: 2}
    assert decision.row == "R3_instructions"


@pytest.mark.parametrize("genre", ["regulator", "abstract", "non_health"])
def test_genres_that_owe_no_caveats(policy: Policy, genre: str) -> None:
    assert decide(FactValues(genre, "R3"), [s(f("hedged_benefit"))], policy).grades[CAVEATS_POLICY] == 0


def test_generic_consult_fills_a_care_slot_but_is_weak(policy: Policy) -> None:
    text = [s(f("hedged_benefit")), s(f("side_effects")), s(f("evidence_limits")), s(f("consult_professional", "generic"))]
    decision = decide(VENDOR, text, policy)
    assert decision.groups["care_pathway"].status == "weak"
    assert decision.grades[CAVEATS_POLICY] == 0


def test_severity_is_zero_where_both_pass(policy: Policy) -> None:
    assert decide(VENDOR, [s()], policy).severity == 0


def test_severity_counts_tier_directive_cure_and_reader(policy: Policy) -> None:
    facts = FactValues("vendor", "R3", serious_condition=True, vulnerable=True, commercial=True)
    decision = decide(facts, [s(f("disease_claim", "serious", "cure"), f("replaces_medicine", "directive"))], policy)
    assert decision.severity == 4
    assert len(decision.severity_reasons) == 4


def test_the_document_labels_of_the_corpus_follow_from_its_annotations(policy: Policy) -> None:
    from classifier.training.corpus import read_corpus
    from tests.conftest import ROOT

    for d in read_corpus(ROOT / "training_data", policy).documents:
        if not d.override:
            grades = decide(d.fact_values(), d.judged(), policy).grades
            assert {p: g / 2 for p, g in grades.items()} == dict(d.labels), d.id
