"""The sheet: a result in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from classifier import CAVEATS_POLICY, CLAIMS_POLICY, Classifier, Document, Fact, Result
from classifier.report import words
from classifier.report.sheet import Sheet, Submission, make_sheet

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "sleep-drops.txt"


@pytest.fixture(scope="module")
def text() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def result(classifier: Classifier, text: str) -> Result:
    return classifier.score(text)


@pytest.fixture(scope="module")
def sheet(classifier: Classifier, result: Result, text: str) -> Sheet:
    return make_sheet(result, Submission("drops", text), classifier.policy)


def test_every_span_is_a_finding_heaviest_first(sheet: Sheet, result: Result) -> None:
    places = {(s.place.field, s.place.start, s.place.end, s.signal) for s in result.spans}
    shown = [f.highlight for f in sheet.findings]
    assert {(m.field, m.start, m.end, m.signal) for m in shown} == places
    assert [m.most for m in shown] == sorted((m.most for m in shown), reverse=True)
    assert sum(len(m.spans) for m in shown) == len(result.spans)


def test_every_group_is_a_line_and_only_required_ones_shout(sheet: Sheet, result: Result) -> None:
    assert [n.line for n in sheet.needs] == list(result.checklist)
    for need in sheet.needs:
        assert (need.status == "MISSING") == (need.line.required and need.line.status == "missing")
        assert (need.if_added != "") == (need.line.score_if_added is not None)
        assert ("not required" in need.need) == (not need.line.required)


def test_alternatives_are_told_by_title(sheet: Sheet, classifier: Classifier) -> None:
    for need in sheet.needs:
        for group in need.line.any_of if need.line.required else ():
            assert group == need.line.group or classifier.policy.groups[group].title in need.need


@pytest.mark.parametrize(
    ("then", "now", "said"), [(0.41, 0.8729, "0.41 instead of 0.87"), (0.991, 0.994, "leave the caveats score at 0.99")]
)
def test_what_adding_a_group_would_do(classifier: Classifier, result: Result, text: str, then: float, now: float, said: str) -> None:
    line = replace(result.checklist[0], required=True, status="missing", score_if_added=then)
    scores = {**result.scores, CAVEATS_POLICY: replace(result.scores[CAVEATS_POLICY], score=now)}
    changed = replace(result, checklist=(line,), scores=scores)
    assert said in make_sheet(changed, Submission("x", text), classifier.policy).needs[0].if_added


def test_a_per_se_rule_below_the_threshold_is_not_called_a_violation(classifier: Classifier, result: Result, text: str) -> None:
    low = replace(result.scores[CLAIMS_POLICY], band="compliant", per_se=("absolute_safety",))
    sheet = make_sheet(replace(result, scores={**result.scores, CLAIMS_POLICY: low}), Submission("x", text), classifier.policy)
    assert "not sure enough" in next(s.per_se for s in sheet.scores if s.policy == CLAIMS_POLICY)


def test_every_reason_and_warning_is_in_words(classifier: Classifier) -> None:
    result = classifier.score_document(Document(text="Hallo zusammen"))
    changed = replace(result, document=replace(result.document, not_assessed=tuple(words.NOT_ASSESSED), warnings=tuple(words.WARNINGS)))
    notes = " ".join(make_sheet(changed, Submission("x", "Hallo zusammen"), classifier.policy).notes)
    for told in (*words.NOT_ASSESSED.values(), *words.WARNINGS.values()):
        assert told in notes
    assert "_" not in notes


def test_units_change_the_positions_shown_not_the_words(classifier: Classifier) -> None:
    text = "😀 " * 4 + "Nettle capsules cure arthritis in a week. They may cause nausea."
    by_unit = {}
    for unit in ("code_point", "utf16", "utf8"):
        result = classifier.score(text, offset_unit=unit, explain="full")
        sheet = make_sheet(result, Submission("x", text), classifier.policy)
        by_unit[unit] = [(p.text, p.kind) for _, pieces in sheet.fields for p in pieces], [s.text for s in sheet.sentences]
    assert by_unit["utf16"] == by_unit["utf8"] == by_unit["code_point"]
    assert any(kind for _, kind in by_unit["utf8"][0])


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (Fact("tier", "R2", "request", None), "told"),
        (Fact("commercial", False, "detected", 0.93), "93% sure"),
        (Fact("tier", "R3", "detected", None), "by rule"),
    ],
)
def test_where_a_fact_comes_from(fact: Fact, shown: str) -> None:
    assert words.fact_source(fact) == shown


@pytest.mark.parametrize(
    ("weight", "shown"),
    [(0.612, "+0.61"), (-0.612, "−0.61"), (0.001, "0.00"), (-0.001, "0.00"), (0.0, "0.00")],
)
def test_weights_carry_their_sign(weight: float, shown: str) -> None:
    assert words.signed(weight) == shown


@pytest.mark.parametrize(("share", "shown"), [(0.0, "0%"), (0.004, "<1%"), (0.5, "50%"), (0.996, ">99%"), (1.0, "100%")])
def test_percentages_claim_no_certainty(share: float, shown: str) -> None:
    assert words.percent(share) == shown


def test_visible_keeps_length_and_takes_the_power_out_of_control_characters() -> None:
    text = "a\x1b[31m\x00\x9b\u202e\u2028b\r\n\tc"
    shown = words.visible(text)
    assert len(shown) == len(text)
    assert not set(shown) & set("\x1b\x00\x9b\u202e\u2028\r")
    assert shown.endswith("\n\tc")
