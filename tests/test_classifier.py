"""The facade: the title a page carries, what is said of facts, errors that repeat nothing, and long texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from classifier import Classifier, Document, InputError, Result
from classifier.classifier import probability_of
from classifier.scoring.facts import Detected
from tests.text.markup import operations

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "sleep-drops.txt"
CANARY = "xqcanaryzv"
TITLE = "Calmroot's drops cure arthritis & gout for good"
BODY = "Calmroot is sold in drops. Talk to your pharmacist first if you take blood thinners."
PAGE = f"<html><head><title>\n {TITLE.replace('&', '&amp;')}</title></head><body><p>{BODY}</p></body></html>"
NOTE = f"---\ndate: 2024\ntitle: '{TITLE.replace(chr(39), chr(39) * 2)}'\n---\n{BODY}\n"
MARKUP = [pytest.param({"html": PAGE}, id="html"), pytest.param({"markdown": NOTE}, id="markdown")]


# ---------------------------------------------------------------- the title of a page


@pytest.mark.parametrize("given", MARKUP)
@pytest.mark.parametrize("unit", ["code_point", "utf16", "utf8"])
def test_a_pages_own_title_is_scored_comes_back_and_has_places_in_the_markup(
    classifier: Classifier, given: dict[str, Any], unit: str
) -> None:
    result = classifier.score_document(Document(**given, offset_unit=unit, explain="full"))
    assert result.document.title == TITLE
    assert result.document.text == BODY
    told = classifier.score(BODY, title=TITLE, offset_unit=unit, explain="full")
    assert _without_source(result) == _without_source(told), "as if the caller had given it"
    spans = [s for s in result.spans if s.place.field == "title"]
    assert spans
    (markup,) = given.values()
    for span in spans:
        assert TITLE[span.place.start : span.place.end] == span.text
        assert span.place.source is not None
        quoted = "".join(markup[a:b] for a, b in span.place.source)
        assert quoted == span.text
    places = [p for line in result.checklist for p in (*line.triggers, *line.evidence)] + [s.place for s in result.sentences]
    assert all(p.source for p in places)


def _without_source(result: Result) -> dict[str, Any]:
    return {k: _stripped(v) for k, v in result.to_dict().items() if k != "document"}


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _stripped(v) for k, v in value.items() if k != "source"}
    return [_stripped(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("given", MARKUP)
@pytest.mark.parametrize("own", ["", "Drops"])
def test_a_callers_title_wins_and_an_empty_one_says_that_there_is_none(classifier: Classifier, given: dict[str, Any], own: str) -> None:
    result = classifier.score_document(Document(**given, title=own))
    assert "title" not in result.to_dict()["document"]
    assert [s for s in result.spans if s.place.field == "title"] == []
    assert result.scores == classifier.score(BODY, title=own).scores


def test_a_page_without_a_title_has_none(classifier: Classifier) -> None:
    for page in (Document(html=f"<p>{BODY}</p>"), Document(markdown=BODY)):
        assert "title" not in classifier.score_document(page).to_dict()["document"]
    assert "title" not in classifier.score(PAGE).to_dict()["document"], "plain text is no page"


# ---------------------------------------------------------------- facts


def test_a_facts_probability_is_that_of_the_value_given(classifier: Classifier) -> None:
    """Of two values the likelier is detected, so none is less probable than one half, whichever it is."""
    facts = [fact for text in (BODY, EXAMPLE.read_text(encoding="utf-8")) for fact in classifier.score(text).facts]
    yes_or_no = [fact for fact in facts if isinstance(fact.value, bool)]
    assert len(yes_or_no) == 10
    assert all(fact.probability is not None and 0.5 <= fact.probability <= 1 for fact in yes_or_no)
    assert any(fact.value is False for fact in yes_or_no)


@pytest.mark.parametrize(
    ("value", "detected", "probability"),
    [
        (True, Detected(True, 0.8), 0.8),
        (False, Detected(False, 0.2), 0.8),
        ("R2", Detected("R2", 0.4), 0.4),
        ("R3", Detected("R2", 0.4), None),  # in place of care for a serious condition: a rule's value
    ],
)
def test_the_probability_beside_a_value(value: str | bool, detected: Detected, probability: float | None) -> None:
    assert probability_of(value, detected) == probability


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"facts": {CANARY: True}}, "facts: unknown fact; known: genre, tier, serious_condition"),
        ({"facts": {"genre": CANARY}}, "facts: genre: expected one of "),
        ({"facts": {"tier": CANARY}}, "facts: tier: expected one of R0, R1, R2, R3"),
        ({"facts": {"commercial": CANARY}}, "facts: commercial: expected one of true, false"),
        ({"thresholds": {CANARY: {}}}, "known: unbalanced_therapeutic_claims, missing_safety_caveats"),
        ({"thresholds": {"missing_safety_caveats": {CANARY: 0.5}}}, "known: borderline, violating"),
        ({"thresholds": {"missing_safety_caveats": {"violating": CANARY}}}, "expected numbers"),
        ({"explain": CANARY}, "explain: expected one of none, spans, full"),
        ({"offset_unit": CANARY}, "offset_unit: expected one of code_point, utf16, utf8"),
        ({"title": CANARY + "\ud800"}, "title: holds a lone surrogate"),
    ],
)
def test_an_error_names_what_is_known_and_repeats_nothing(classifier: Classifier, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        classifier.score_document(replace(Document(text=BODY), **given))
    assert said in str(caught.value)
    assert CANARY not in str(caught.value)


# ---------------------------------------------------------------- long texts


def _long(times: int) -> str:
    paragraph = "Nettle capsules may ease joint pain in adults, one small study found. Ask a doctor before you take them with warfarin."
    return "\n\n".join(f"{paragraph} This is note {n} of many." for n in range(times)) + "\n\nCalmroot cures arthritis for good."


def test_a_long_text_is_scored_whole(classifier: Classifier) -> None:
    text = _long(1_500)
    result = classifier.score(text)
    assert result.document.scored == result.document.length == len(text) > 200_000
    last = text.rindex("Calmroot")
    assert any(s.place.start >= last for s in result.spans), "what stands at its end counts"


def test_twice_the_text_is_twice_the_work(classifier: Classifier) -> None:
    small, large = _long(150), _long(300)
    classifier.score(large)  # words seen once are remembered
    assert operations(lambda: classifier.score(large)) <= 2.1 * operations(lambda: classifier.score(small))
