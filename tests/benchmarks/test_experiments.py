"""The experiments: writers held out stay out, fits are the shipped ones, and tables land in the page beside its prose."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.ablation import BASE, HEADS, SETS, VARIANTS, Setting, figures, fit_head, run, setting
from benchmarks.experiments_page import BEGIN, END, load, low, points, put, save, signed, tables
from classifier import Policy
from classifier.text.streams import STREAMS
from classifier.training.corpus import Corpus, read_corpus
from classifier.training.features import StreamOptions, render, scale, sentence_vectorizer
from classifier.training.heads import SENTENCE_C, fit_sentence_heads
from tests.conftest import ROOT

SHARE = 0.02
PAGE = ROOT / "docs" / "experiments.md"


@pytest.fixture(scope="module")
def corpus(policy: Policy) -> Corpus:
    return read_corpus(ROOT / "training_data", policy)


@pytest.fixture(scope="module")
def at(corpus: Corpus, policy: Policy) -> Setting:
    return setting(corpus, policy, SHARE)


def test_variants_have_names_of_their_own_and_differ_from_what_ships() -> None:
    assert len({v.name for v in VARIANTS}) == len(VARIANTS)
    assert [v for v in VARIANTS if (v.streams, v.strength, v.tolerance) == (BASE.streams, BASE.strength, BASE.tolerance)] == [BASE]
    assert {v.streams.leave_out for v in VARIANTS} >= {(s,) for s in STREAMS}


def test_no_writer_is_on_two_sides(at: Setting) -> None:
    sides = [set(at.train.author), *(set(h.units.author) for h in at.held.values())]
    assert all(sides)
    assert sum(map(len, sides)) == len(set().union(*sides))
    for name, held in at.held.items():
        assert set(held.units.author) <= SETS[name]
        assert len(held.topics) == len(held.targets()) == len(held.units.owner)


def test_a_stream_left_out_takes_its_columns_and_no_others(at: Setting) -> None:
    rows = render(at.train.streams)
    whole = sentence_vectorizer()
    matrix = whole.fit_transform(rows).tocsc()
    names = whole.get_feature_names_out()
    for stream in STREAMS:
        part = sentence_vectorizer(StreamOptions(leave_out=(stream,)))
        found = part.fit_transform(rows).tocsc()
        kept = [i for i, n in enumerate(names) if not n.startswith(f"{stream}__")]
        assert list(part.get_feature_names_out()) == [names[i] for i in kept]
        assert (found != matrix[:, kept]).nnz == 0
    with pytest.raises(ValueError, match="unknown streams words"):
        StreamOptions(leave_out=("words",))


def test_heads_are_fitted_as_those_that_ship(at: Setting) -> None:
    shipped = fit_sentence_heads(at.train, 1).raw(at.train)
    matrix = scale(sentence_vectorizer().fit_transform(render(at.train.streams)), at.train.words).astype(np.float32)
    for head in ("side_effects", "disease_claim"):
        h = at.train.heads.index(head)
        own = fit_head(matrix, at.train.targets[:, h], SENTENCE_C).decision_function(matrix)
        shift = own - shipped[:, h]  # the intercept's, and weights that were pruned and rounded
        assert np.ptp(shift) < 0.05 < np.ptp(own)


def test_a_row_has_every_head_and_a_macro_inside_its_interval(at: Setting) -> None:
    row = run(BASE, at)
    assert 0 < row["steps"] < 300
    assert row["features"] > 1000
    for found in row["sets"].values():
        assert tuple(found["heads"]) == HEADS
        defined = [v for v in found["heads"].values() if v is not None]
        assert found["macro"] == pytest.approx(np.mean(defined), abs=1e-4)
        assert min(found["draws"]) <= found["macro"] <= max(found["draws"])


def test_figures_know_good_scores_from_bad_and_leave_out_what_has_one_class() -> None:
    draw = np.random.default_rng(3)
    labels = (draw.random((80, len(HEADS))) < 0.3).astype(float)
    labels[:, 0] = 0
    topics = [str(i // 4) for i in range(80)]
    right, wrong = figures(labels, labels, topics), figures(labels, -labels, topics)
    assert right["macro"] == 1.0 == low(right["draws"])
    assert right["heads"][HEADS[0]] is None
    assert wrong["macro"] < 0.4


def test_the_fingerprint_is_of_the_labels_and_the_words(corpus: Corpus, policy: Policy, at: Setting) -> None:
    assert setting(corpus, policy, SHARE).fingerprint == at.fingerprint
    first = corpus.sentences[0]
    other = replace(first, text=f"{first.text} Grellin!")
    unlabelled = replace(first, labelled=replace(first.labelled, findings=(), marks=frozenset()))
    seen = {at.fingerprint}
    for row in (other, unlabelled):
        seen.add(setting(Corpus([row, *corpus.sentences[1:]], corpus.documents), policy, SHARE).fingerprint)
    assert len(seen) == (3 if first.labelled.findings or first.labelled.marks else 2)


def test_tables_go_between_the_marks() -> None:
    page = f"# Title\n\nProse.\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    once = put(page, "new")
    assert once.startswith("# Title\n\nProse.\n\n")
    assert once.endswith(f"{END}\n\nMore.\n")
    assert "old" not in once
    assert put(once, "new") == once
    with pytest.raises(ValueError, match="no place for the tables"):
        put("# Title\n", "new")


def test_numbers_as_they_are_printed() -> None:
    assert [points(v) for v in (0.7123, 1.0, None, float("nan"))] == [".712", "1.000", "–", "–"]
    assert [signed(v) for v in (0.0123, -0.0123, -0.0001, 0.0)] == ["+.012", "−.012", ".000", ".000"]


def row(macro: float, draws: list[float]) -> dict[str, Any]:
    sets = {"contrast": {"macro": macro, "heads": {"disease_claim": macro}, "draws": draws}}
    return {"what": "w", "features": 1234, "steps": 9, "cpu_seconds": 4.2, "sets": sets}


def test_differences_are_of_the_same_samples(tmp_path: Path) -> None:
    here = {
        "fingerprint": "f" * 64,
        "share": 1.0,
        "train": {"units": 2000, "writers": 3},
        "sets": {"contrast": {"units": 20, "topics": 5, "writers": ["aspen"], "positives": {"disease_claim": 7}}},
    }
    rows = {"shipped": row(0.5, [0.2, 0.5, 0.8]), "no-char": row(0.4, [0.1, 0.4, 0.7])}
    save(tmp_path / "r.json", here, rows)
    assert load(tmp_path / "r.json") == (here, rows)
    assert load(tmp_path / "none.json") == ({}, {})
    table = tables(here, rows, "shipped").splitlines()
    assert "| no-char | w | .400 (.115 to .685) | −.100 (−.100 to −.100) | 1,234 | 4 |" in table
    assert "| disease_claim | 7 | .500 | .400 |" in table
    assert "on the rest" not in table[0]
    assert table[0].startswith("1 sentence heads fitted on 2,000 labelled sentences by 3 writers, judged on 20 sentences")


def test_the_pages_tables_are_those_of_its_results() -> None:
    here, rows = load(PAGE.with_suffix(".json"))
    page = PAGE.read_text(encoding="utf-8")
    assert list(rows) == [v.name for v in VARIANTS]
    assert put(page, tables(here, rows, BASE.name)) == page


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.experiments", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_only_adds_its_row_and_keeps_the_others(tmp_path: Path) -> None:
    page, share = tmp_path / "e.md", ("--sample", "0.01")
    first = command("--only", "shipped", *share, "--out", str(page))
    assert first.returncode == 0, first.stderr[-2000:]
    before = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["rows"]
    assert list(before) == ["shipped"]
    page.write_text(page.read_text(encoding="utf-8") + "\nProse by hand.\n", encoding="utf-8")
    second = command("--only", "no-char", "--only", "word-alone", *share, "--out", str(page))
    assert second.returncode == 0, second.stderr[-2000:]
    after = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["rows"]
    assert list(after) == ["shipped", "no-char", "word-alone"]
    assert after["shipped"] == before["shipped"]
    text = page.read_text(encoding="utf-8")
    assert text.endswith("Prose by hand.\n")
    assert "| word-alone |" in text
    assert [line.split("] ")[1].split(":")[0] for line in second.stderr.splitlines() if "CPU s" in line] == ["no-char", "word-alone"]
    other = command("--only", "no-char", "--sample", "0.02", "--out", str(page))
    assert other.returncode == 2
    assert "was measured on another corpus" in other.stderr
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--sample", "0.1"), "name a page with --out"),
        (("--out", "missing-folder/e.md"), "is not a .md in a folder that exists"),
        (("--only", "no-such"), "no variant 'no-such'; known: shipped, no-word"),
    ],
)
def test_what_cannot_be_run_is_told_at_once(arguments: tuple[str, ...], message: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
