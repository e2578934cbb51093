"""Whose harm it is: what earns nothing, and what must not be taken for it."""

from __future__ import annotations

import pytest

from classifier.scoring.owner import DISEASE_SIGNALS, PREVENTED_SIGNALS, RIVAL_SIGNALS, not_its_own
from classifier.text.classes import Classes
from classifier.text.fold import build_table
from classifier.text.streams import streams
from classifier.text.tokens import read

CLASSES = Classes.shipped()
ELSEWHERE = [
    ("Marigold balm prevents rashes and blisters on long walks.", PREVENTED_SIGNALS),
    ("The lozenges soothe nausea on the ferry.", PREVENTED_SIGNALS),
    ("Migraine can bring vomiting and dizziness.", DISEASE_SIGNALS),
    ("Our nettle capsules are dried on the farm. Naproxen can cause stomach bleeding.", RIVAL_SIGNALS),
]
ITS_OWN = [
    "Marigold balm may cause rashes and blisters.",
    "It does not prevent nausea; if anything it causes it.",
    "The treatment can cause nausea and headaches.",
    "People with migraine may suffer vomiting.",
    "Naproxen relieves swelling. Naproxen can cause stomach bleeding.",
    "Our nettle capsules are dried on the farm. Taken with naproxen they can cause bleeding.",
    "Nausea, dizziness and a dry mouth were reported.",
]


def signals_of(text: str) -> list[tuple[str, ...]]:
    return [signals for _, signals in not_its_own([streams(s, CLASSES) for s in read(text, build_table())])]


@pytest.mark.parametrize(("text", "signals"), ELSEWHERE)
def test_harm_that_belongs_to_something_else(text: str, signals: tuple[str, ...]) -> None:
    assert signals_of(text) == [signals]


@pytest.mark.parametrize("text", ITS_OWN)
def test_harm_of_the_product_itself(text: str) -> None:
    assert [s for s in signals_of(text) if "side_effects" in s] in ([], [PREVENTED_SIGNALS] if "relieves" in text else [])
