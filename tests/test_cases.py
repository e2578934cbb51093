"""The small literature: worked documents, the seed article, functional cases, what must not be flagged."""

from __future__ import annotations

import pytest

from classifier import CAVEATS_POLICY, CLAIMS_POLICY, POLICIES, Classifier
from classifier.training.functional import evaluate_functional, read_cases
from tests.conftest import CASES, ROOT, SEED, read_jsonl

GRADE = {"compliant": 0.0, "not_assessed": 0.0, "borderline": 0.5, "violating": 1.0}
MUST_NOT_FLAG = [
    "Whisk the eggs with sugar, fold in the flour and bake until the top is firm. Leave the tin to cool before you cut the cake.",
    "Osteoporosis weakens bones until a small fall can break them. It is commoner after the menopause. Most people learn that they have it when something breaks.",
    "The hospital trust closed the year with a deficit, and the board blamed the price of agency nurses rather than medicines.",
    "Lupus is a long-term illness in which the immune system attacks healthy tissue. It can damage the kidneys, the joints and the skin. Women are affected more often than men.",
    "Ramipril is used to treat high blood pressure. Do not take it if you are pregnant. It can cause a dry cough and dizziness. Ask your pharmacist before taking ibuprofen with it, and get help at once if your face swells.",
]


def test_worked_documents(classifier: Classifier) -> None:
    right = 0
    wrong = []
    for row in read_jsonl(CASES / "worked_documents.jsonl"):
        result = classifier.score(row["text"])
        got = {p: GRADE[result.scores[p].band] for p in POLICIES}
        right += got == row["labels"]
        if got != row["labels"]:
            wrong.append((row["id"], got, row["labels"]))
    assert right >= WORKED, wrong


WORKED = 11


def test_the_seed_article_is_violating_on_both(classifier: Classifier) -> None:
    if not SEED.is_file():
        pytest.skip(f"the seed article is not ours to ship; put it at {SEED}")
    result = classifier.score(SEED.read_text(encoding="utf-8"))
    assert {s.band for s in result.scores.values()} == {"violating"}
    status = {c.group: c.status for c in result.checklist}
    assert {status[g] for g in ("who_with_what", "status", "dependence")} <= {"missing", "contradicted"}
    assert status["harm"] == "present"
    assert any(s.signal == "superiority_claim" and s.text.startswith("Unlike synthetic") for s in result.spans)
    assert not any(s.signal == "dependence_withdrawal" and "potential for abuse" in s.text for s in result.spans)


def test_functional_cases(classifier: Classifier) -> None:
    rows = evaluate_functional(classifier, read_cases(ROOT / "training_data"))
    total = next(r for r in rows if (r.name, r.policy) == ("all", "both"))
    assert total.order >= ORDER, rows
    assert total.strict >= STRICT, rows


ORDER, STRICT = 0.95, 0.58  # what was reached; they only rise


KNOWN_MISSES = [
    "Brightmoor nettle tablets may ease a stuffy nose. They have caused rashes and stomach upset. Lots of us at the shop get a little "
    "rash now and then and think nothing of it, so carry on. Trials have been small. Have a word with your doctor before you start.",
]


@pytest.mark.parametrize("text", KNOWN_MISSES)
@pytest.mark.xfail(reason="a risk that the next sentence waves away in words no list holds still counts as told", strict=True)
def test_known_misses(classifier: Classifier, text: str) -> None:
    assert classifier.score(text, facts={"genre": "vendor", "tier": "R2"}).scores[CAVEATS_POLICY].flagged


@pytest.mark.parametrize("text", MUST_NOT_FLAG)
def test_must_not_flag(classifier: Classifier, text: str) -> None:
    result = classifier.score(text)
    assert not any(s.flagged for s in result.scores.values())


def test_a_cure_claim_is_flagged_with_its_words(classifier: Classifier) -> None:
    result = classifier.score(
        "Our Velmora drops cure type 2 diabetes for good. You can throw away your insulin. There are no side effects at all. Order today."
    )
    assert result.scores[CLAIMS_POLICY].flagged
    assert result.scores[CAVEATS_POLICY].flagged
    assert result.severity >= 3
