"""The class lexicon: no term in two classes, no stem that swallows ordinary words, and each class holds what it names."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from classifier.text.classes import LEXICON, Classes

TERMS = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
CLASSES = Classes.shipped()
BELONGS = {
    "ADVERSE": ["vomiting", "dizzy", "hallucinations", "bruising"],
    "DISEASE": ["diabetes", "psoriasis", "pneumonia", "endometriosis"],
    "DRUG_NAME": ["warfarin", "adalimumab", "rosuvastatin", "imatinib"],
    "HERB": ["ashwagandha", "valerian", "turmeric"],
    "CLINICIAN": ["pharmacist", "cardiologist", "midwife"],
    "DESIGN_STRONG": ["randomised", "placebo"],
    "DESIGN_WEAK": ["observational", "retrospective"],
    "NON_HEALTH": ["software", "timber", "laptop"],
    "HYPE": ["breakthrough", "miraculous", "unprecedented"],
    "REGULATOR": ["fda", "watchdog"],
}
ORDINARY = ["relies", "cyprus", "nursery", "statue", "table", "window", "lead", "team", "nice", "short"]


def test_no_term_stands_in_two_classes() -> None:
    counts = Counter(term for terms in TERMS.values() for term in terms)
    assert [term for term, n in counts.items() if n > 1] == []


@pytest.mark.parametrize(("name", "words"), BELONGS.items())
def test_a_class_holds_what_it_names(name: str, words: list[str]) -> None:
    assert {w: CLASSES.of_word(w) for w in words} == dict.fromkeys(words, name)


@pytest.mark.parametrize("word", ORDINARY)
def test_ordinary_words_have_no_class(word: str) -> None:
    assert CLASSES.of_word(word) is None
