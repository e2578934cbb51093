"""Faithfulness: words are cut as said, the losses are ERASER's, budgets are equal, and words that matter beat chance."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.articles import FEWEST, MOST, Article, Scorer, sample, words_of
from benchmarks.attributions import Attribution, explain, halves, installed, ranked
from benchmarks.faithfulness import BUDGETS, interval, losses, masks, measure, sizes_of, summarise
from classifier import CAVEATS_POLICY, CLAIMS_POLICY, POLICIES, Classifier, Policy
from classifier.training.corpus import read_corpus
from tests.conftest import ROOT

TITLE = "Velmora drops"
TEXT = (
    "Velmora drops cure type 2 diabetes for good. The bottle is made of brown glass and holds thirty millilitres. "
    "You can throw away your insulin. We post every parcel on a Tuesday, from our shed in the valley."
)


@pytest.fixture
def article() -> Article:
    return Article("a", "vendor", TITLE, TEXT, (*words_of(TITLE, "title"), *words_of(TEXT)))


def test_cutting_words_leaves_spaces_and_punctuation(article: Article) -> None:
    kept = np.ones(len(article.words), dtype=bool)
    assert article.keeping(kept) == (TITLE, TEXT)
    kept[[0, 2, 9]] = False  # Velmora (title), Velmora (text), good
    assert article.keeping(kept) == (" drops", TEXT.replace("Velmora", "", 1).replace("good.", "."))
    title, text = article.keeping(~np.ones(len(article.words), dtype=bool))
    assert not any(c.isalnum() for c in title + text)


def test_losses_are_of_the_side_taken() -> None:
    for side in (1, -1):
        lost, margin = losses(side * 2.0, side * np.array([2.0, 0.0, 3.0]), side)
        assert margin.tolist() == [0.0, 2.0, -1.0]
        one = [1 / (1 + math.exp(-m)) for m in (2.0, 0.0, 3.0)]
        assert lost == pytest.approx([0.0, one[0] - one[1], one[0] - one[2]])


def test_masks_cut_the_leading_words_or_leave_them_alone() -> None:
    cut, only = masks(np.array([3, 1, 0, 2]), [1, 3])
    assert only.tolist() == [[False, False, False, True], [True, True, False, True]]
    assert (cut == ~only).all()
    assert sizes_of(7) == [1, 1, 1, 4]
    assert sizes_of(200) == [round(200 * b) for b in BUDGETS]


def test_words_are_ranked_by_what_speaks_for_a_side() -> None:
    weights, after = np.array([[0.1], [-0.5], [0.0], [0.0], [0.7]]), np.array([[0.0], [0.0], [-1.0], [2.0], [0.0]])
    found = Attribution(weights, after, 0.0, 0)
    assert ranked(found, 0, 1).tolist() == [4, 0, 3, 2, 1]
    assert ranked(found, 0, -1).tolist() == [1, 2, 3, 0, 4]


def test_halves_join_neighbours_once() -> None:
    tree = halves(7)
    assert tree.shape == (6, 4)
    assert sorted(tree[:, :2].ravel().tolist()) == list(range(12))
    assert tree[-1, 3] == 7


def test_a_spans_weight_goes_to_its_words(classifier: Classifier, article: Article) -> None:
    scorer = Scorer(classifier)
    found = explain("caveat", scorer, article, 0, 0)
    assert found.calls == 1
    result = scorer.result(article, "spans")
    for p, policy in enumerate(POLICIES):
        assert found.weights[:, p].sum() == pytest.approx(result.scores[policy].explained.spans, abs=1e-9)
    claims = POLICIES.index(CLAIMS_POLICY)
    top = {TEXT[w.start : w.end] for w in (article.words[i] for i in ranked(found, claims, 1)[:6]) if w.field == "text"}
    assert top & {"cure", "diabetes", "throw", "insulin"}


def test_what_asks_for_a_missing_caveat_stands_for_it(classifier: Classifier, article: Article) -> None:
    found = explain("caveat", Scorer(classifier), article, 0, 0)
    order = ranked(found, POLICIES.index(CAVEATS_POLICY), 1)
    places = {p for line in Scorer(classifier).result(article, "spans").checklist if line.required for p in line.triggers}
    assert places
    assert order[0] in {i for p in places for i in article.within(p)}


@pytest.mark.parametrize("name", installed())
def test_every_method_names_words_within_its_calls(classifier: Classifier, article: Article, name: str) -> None:
    samples = 40
    one, two = (explain(name, Scorer(classifier), article, samples, 3) for _ in range(2))
    assert one.weights.shape == (len(article.words), len(POLICIES))
    assert np.abs(one.weights).sum() > 0
    assert one.calls <= samples + 2
    assert (one.weights == two.weights).all(), "seeded"


def test_spans_beat_chance_on_a_plain_claim(classifier: Classifier, article: Article) -> None:
    scorer = Scorer(classifier)
    found = {name: explain(name, scorer, article, 0, 5) for name in ("caveat", "chance")}
    rows = {r.method: r for r in measure(scorer, article, found) if r.policy == CLAIMS_POLICY}
    assert rows["caveat"].side == "worse"
    assert rows["caveat"].comprehensiveness > rows["chance"].comprehensiveness
    assert rows["caveat"].sufficiency < rows["chance"].sufficiency
    assert rows["caveat"].own_words == rows["chance"].own_words > 0
    summary = summarise(list(rows.values()), 1)
    assert [(r.policy, r.n) for r in summary] == [(CLAIMS_POLICY, 1)] * 2


def test_the_sample_is_seeded_and_from_every_genre(policy: Policy) -> None:
    rows = read_corpus(ROOT / "training_data", policy).documents
    one = sample(rows, 18, 7)
    assert [a.id for a in one] == [a.id for a in sample(rows, 18, 7)] != [a.id for a in sample(rows, 18, 8)]
    assert all(FEWEST <= len(a.words) <= MOST for a in one)
    assert {a.genre for a in one} == set(policy.genres) - {"non_health"}


def test_an_interval_holds_its_mean() -> None:
    value, low, high = interval([0.0, 1.0, 1.0, 0.0], 1)
    assert low <= value == 0.5 <= high
    assert all(np.isnan(interval([], 1)))


def test_the_command_prints_tables_and_writes_json(tmp_path: Path) -> None:
    out = tmp_path / "f.json"
    run = [sys.executable, "-m", "benchmarks.faithfulness", "--documents", "2", "--methods", "caveat,chance", "--out", str(out)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "| Caveat's spans |" in done.stdout
    body = json.loads(out.read_text(encoding="utf-8"))
    assert len(body["measured"]) == 2 * 2 * len(POLICIES)
    bad = subprocess.run([*run[:3], "--methods", "tea leaves"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert bad.returncode == 2
    assert "unknown: tea leaves" in bad.stderr
