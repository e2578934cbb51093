"""Coverage: curves by hand, words of other folds only, scope cases read and judged, the card and the command."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from classifier import CAVEATS_POLICY, CLAIMS_POLICY, POLICIES, Classifier, CorpusError, Policy
from classifier.cli.evaluate import command
from classifier.policy.load import Thresholds
from classifier.training.card import model_card
from classifier.training.corpus import Corpus
from classifier.training.coverage import (
    COVERAGES,
    KNOWN,
    MARGIN,
    CoverageRow,
    coverage_table,
    distance,
    evaluate_scope,
    known_words,
    read_scope,
    risk_coverage,
)
from classifier.training.evaluate import Report
from tests.conftest import CASES

SCOPE = CASES / "scope.jsonl"
ASSESSED, LEFT = 0.97, 0.9  # what was reached; they only rise


def sentence(text: str) -> SimpleNamespace:
    return SimpleNamespace(tokens=[SimpleNamespace(form=w) for w in text.split()])


def out_of_fold(texts: list[str], scores: list[float], labels: list[float], genres: list[str] | None = None) -> Any:
    """The parts of `OutOfFold` that a curve is made of: documents in folds 0 and 1 in turn, one unit each."""
    folds = np.arange(len(texts)) % 2
    genres = genres or ["vendor"] * len(texts)
    return SimpleNamespace(
        documents=[SimpleNamespace(labels=dict.fromkeys(POLICIES, y), facts={"genre": g}) for y, g in zip(labels, genres, strict=True)],
        scores={p: np.array(scores) for p in POLICIES},
        analyses=[SimpleNamespace(scores=SimpleNamespace(sentences=[sentence(t)])) for t in texts],
        units=SimpleNamespace(streams=[sentence(t) for t in texts]),
        unit_folds=folds,
        document_folds=folds,
    )


def test_words_known_are_those_of_other_folds() -> None:
    seen = out_of_fold(["tea eases pain", "tea 0 harms", "pain pain grows"], [0.5] * 3, [0] * 3)
    assert known_words(seen) == pytest.approx([1 / 3, 1 / 2, 0.0])  # fold 0 holds the first and third; a number is no word


def test_distance_is_from_the_nearer_threshold() -> None:
    found = distance(np.array([0.4, 0.7, 0.5, 0.999]), Thresholds(borderline=0.4, violating=0.7))
    assert found[:2] == pytest.approx([0.0, 0.0])
    assert 0 < found[2] < found[3]


def test_the_curve_leaves_out_the_least_sure(policy: Policy) -> None:
    cut = policy.thresholds[CLAIMS_POLICY].violating
    scores = [0.01] * 9 + [cut + 0.001]  # the last is wrong, and lies on a threshold
    seen = out_of_fold(["a word"] * 10, scores, [0.0] * 10)
    errors = {r.coverage: r.error for r in risk_coverage(seen, policy) if (r.policy, r.by) == (CLAIMS_POLICY, MARGIN)}
    assert list(errors) == list(COVERAGES)
    assert errors[1.0] == pytest.approx(0.1)
    assert errors[0.9] == errors[0.5] == 0.0


def test_the_curve_by_words_leaves_out_strange_text(policy: Policy) -> None:
    texts = ["plain words here"] * 8 + ["zorbly quind vex", "brontic oolm"]
    seen = out_of_fold(texts, [0.01] * 8 + [0.999] * 2, [0.0] * 10)
    errors = {r.coverage: r.error for r in risk_coverage(seen, policy) if (r.policy, r.by) == (CAVEATS_POLICY, KNOWN)}
    assert errors[1.0] == pytest.approx(0.2)
    assert errors[0.8] == 0.0


def test_texts_that_get_no_band_are_not_on_the_curve(policy: Policy) -> None:
    seen = out_of_fold(["a word"] * 4, [0.01, 0.999, 0.01, 0.999], [0.0] * 4, ["vendor", "non_health", "vendor", "non_health"])
    rows = risk_coverage(seen, policy)
    assert {r.documents for r in rows if r.coverage == 1.0} == {2}
    assert {r.error for r in rows} == {0.0}


def test_the_card_holds_the_curve(policy: Policy) -> None:
    rows = [CoverageRow(CLAIMS_POLICY, MARGIN, c, 10, c / 10) for c in (1.0, 0.5)]
    report = Report({}, coverage=rows)
    card = model_card("1+x", Corpus(), policy, report)
    assert f"| {policy.titles[CLAIMS_POLICY][0]}: {MARGIN} | 0.100 | 0.050 |" in card
    assert coverage_table(report.to_dict()["coverage"], {CLAIMS_POLICY: "claims"})[0].endswith("| 100% | 50% |")
    assert "against coverage" not in model_card("1+x", Corpus(), policy, Report({}))


def test_a_row_that_is_no_case_is_named(tmp_path: Path) -> None:
    path = tmp_path / "scope.jsonl"
    path.write_text(
        '{"id": "a", "kind": "code", "assess": false, "text": "x"}\n{"id": "b", "kind": "code", "text": "x"}\n', encoding="utf-8"
    )
    with pytest.raises(CorpusError) as error:
        read_scope(path)
    assert [p.line for p in error.value.problems] == [2]


def test_scope_cases_are_what_they_say() -> None:
    cases = read_scope(SCOPE)
    assert len({c.id for c in cases}) == len({c.text for c in cases}) == len(cases) == 120
    assert sum(c.assess for c in cases) == 60
    assert len({c.kind for c in cases if c.kind.startswith("language:")}) >= 12


def test_scope_is_kept(classifier: Classifier) -> None:
    rows = {(r.kind, r.assess): r for r in evaluate_scope(classifier, read_scope(SCOPE))}
    assert rows["all", True].share >= ASSESSED, rows["all", True].wrong
    assert rows["all", False].share >= LEFT, rows["all", False].wrong
    for kind in ("language", "disorder", "scrap", "code", "numbers"):
        assert rows[kind, False].share == 1.0, rows[kind, False].wrong


def test_the_command_tells_both(classifier: Classifier, tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["--coverage", "--format", "json"])
    assert done.exit_code == 0, done.output
    body = json.loads(done.output)
    assert {(r["kind"], r["assess"]) for r in body["scope"]} >= {("all", True), ("all", False)}
    assert set(body) == {"scope", "coverage"}
    own = tmp_path / "own.jsonl"
    own.write_text(json.dumps({"id": "x", "kind": "code", "assess": False, "text": "int main() { return 0; }"}) + "\n", encoding="utf-8")
    told = CliRunner().invoke(command, ["--coverage", "--cases", str(own)])
    assert told.exit_code == 0, told.output
    assert "code" in told.output
    assert "1.000" in told.output


@pytest.mark.parametrize(
    "text",
    [
        "def total(rows):\n    return sum(r.price for r in rows if r.paid)\n",
        "Home About us Contact Log in Basket (2) Search",
        "1,204 1,377 0.88 12.5% 1,190 1,402 0.85 11.9%",
    ],
)
def test_what_names_nothing_of_health_is_left(classifier: Classifier, text: str) -> None:
    assert classifier.score(text).document.not_assessed
    told = classifier.score(text, facts={"genre": "vendor"}).document.not_assessed
    assert "not_health" not in told, "a caller who names the genre is believed"
