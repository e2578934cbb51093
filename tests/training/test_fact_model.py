"""Fact models: probabilities that add up, values that documents never have are never told, scaling folded in."""

from __future__ import annotations

import numpy as np
import pytest

from classifier import load_policy
from classifier.scoring.facts import GENRE, TIER, detect
from classifier.training.corpus import DocumentRow
from classifier.training.fact_model import fit_facts

POLICY = load_policy()
FACTS = ("serious_condition", "vulnerable", "commercial", "authorised_use", "habit_forming")


def document(i: int) -> DocumentRow:
    shop = i % 2 == 0
    facts = {"genre": "vendor" if shop else "news", "tier": "R2" if i % 3 else "R3", **dict.fromkeys(FACTS, False), "commercial": shop}
    return DocumentRow(id=str(i), title="", text="", facts=facts, labels={}, sentences=(), topic="t", author="a", group="g")


@pytest.fixture(scope="module")
def told() -> tuple[np.ndarray, list[DocumentRow]]:
    documents = [document(i) for i in range(60)]
    noise = np.random.default_rng(0).normal(size=(60, 3))
    shop = np.array([5.0 * (d.facts["genre"] == "vendor") for d in documents])
    return np.column_stack([shop * 100 + 7, noise]), documents


def test_probabilities_add_up_by_family(told: tuple[np.ndarray, list[DocumentRow]]) -> None:
    features, documents = told
    found = fit_facts(features, documents, POLICY).probabilities(features[0])
    for family in (GENRE, TIER):
        assert sum(p for name, p in found.items() if name.startswith(family)) == pytest.approx(1.0)


def test_what_separates_is_learnt_whatever_its_scale(told: tuple[np.ndarray, list[DocumentRow]]) -> None:
    features, documents = told
    model = fit_facts(features, documents, POLICY)
    right = [detect(model.probabilities(x), {}) for x in features]
    assert [r["genre"].value for r in right] == [d.facts["genre"] for d in documents]
    assert [r["commercial"].value for r in right] == [d.facts["commercial"] for d in documents]


def test_what_no_document_is_is_never_told(told: tuple[np.ndarray, list[DocumentRow]]) -> None:
    features, documents = told
    found = fit_facts(features, documents, POLICY).probabilities(features[1])
    assert found["vulnerable"] < 1e-6
    assert found[GENRE + "recipe"] < 1e-6
