"""Span agreement: token F1, marks of two people in the corpus and in files, Caveat where it found the signal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.marks import FIRST, SECOND, Marked, Marks, Place, paint, read_marks
from benchmarks.span_agreement import by_signal, caveat, f1, lines, main, people, sentence
from classifier import Classifier, Policy
from classifier.training.corpus import DocumentRow, Span, read_corpus
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def marked(policy: Policy) -> list[DocumentRow]:
    """Documents of the corpus that carry spans, with the first marker's only."""
    rows = [d for d in read_corpus(ROOT / "training_data", policy).documents if d.spans][:3]
    return [replace(d, spans=tuple(s for s in d.spans if s.marker == FIRST)) for d in rows]


def raw(documents: list[DocumentRow], path: Path, cut: int) -> Path:
    """The documents' spans as a marker's file, each without its last `cut` words."""
    lines = []
    for d in documents:
        for span in d.spans:
            whole = d.title if span.field == "title" else d.text
            held = next((s for s in d.sentences if s.field == span.field and s.start <= span.start and span.end <= s.end), None)
            words = whole[span.start : span.end].split(" ")
            if held is not None:
                quote = " ".join(words[: max(1, len(words) - cut)])
                row = {"doc": d.id, "signal": span.signal, "sentence": whole[held.start : held.end], "quote": quote}
                lines.append(json.dumps(row, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_f1_counts_words() -> None:
    assert f1({1, 2, 3}, {2, 3, 4, 5}) == pytest.approx(4 / 7)
    assert f1({1}, {2}) == 0.0
    assert f1(set(), set()) == 1.0


def test_marks_of_a_file_are_those_of_the_corpus(marked: list[DocumentRow], tmp_path: Path) -> None:
    marks, problems = read_marks(marked, {SECOND: raw(marked, tmp_path / "same.jsonl", 0)})
    assert problems == []
    shared = [m for m in marks.values() if m.both]
    assert shared
    assert all(people(m) == 1.0 for m in shared)
    shorter, _ = read_marks(marked, {SECOND: raw(marked, tmp_path / "cut.jsonl", 2)})
    assert any(people(m) < 1.0 for m in shorter.values() if m.both)


def test_a_marker_in_the_corpus_is_told_apart(marked: list[DocumentRow]) -> None:
    span = marked[0].spans[0]
    one = replace(marked[0], spans=(span, Span(span.field, span.start, span.end, span.signal, SECOND)))
    marks, _ = read_marks([one], {})
    (only,) = marks.values()
    assert only.by[FIRST] == only.by[SECOND] != set()


def test_a_quote_that_stands_nowhere_is_a_problem(marked: list[DocumentRow], tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(
        json.dumps({"doc": marked[0].id, "signal": "side_effects", "sentence": "No such.", "quote": "such"}) + "\n", encoding="utf-8"
    )
    _, problems = read_marks(marked, {FIRST: path})
    assert [(p.path, p.line) for p in problems] == [(str(path), 1)]


def test_figures_are_of_shared_pairs() -> None:
    def pair(found: set[int]) -> Marked:
        m = Marked(4, found=found)
        m.by |= {FIRST: {0, 1}, SECOND: {1, 2}}
        return m

    marks: Marks = {Place("d1", "text", 0, "side_effects"): pair({1}), Place("d2", "text", 9, "interactions"): pair(set())}
    one = pair({1})
    assert (people(one), caveat(one), sentence(one)) == pytest.approx((0.5, 2 / 3, 2 / 3))
    table = {x.name: x for x in lines(marks)}
    assert table["signal found, of pairs that both marked"].value == 0.5
    assert table["Caveat / people"].value == pytest.approx(4 / 3)
    assert table["Caveat / people"].pairs == 1
    assert [(r.signal, r.pairs) for r in by_signal(marks)] == [("side_effects", 1)]


def test_caveats_words_lie_in_the_sentence(classifier: Classifier, marked: list[DocumentRow]) -> None:
    marks, _ = read_marks(marked, {})
    paint(classifier, marked, marks)
    painted = [m for m in marks.values() if m.found]
    assert len(painted) >= len(marks) / 2
    assert all(m.found <= set(range(m.words)) for m in painted)


def test_the_command_prints_and_writes(marked: list[DocumentRow], tmp_path: Path) -> None:
    out = tmp_path / "s.json"
    done = CliRunner().invoke(main, ["--second", str(raw(marked, tmp_path / "b.jsonl", 1)), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "| Caveat / people |" in done.output
    assert {x["name"] for x in json.loads(out.read_text(encoding="utf-8"))["whole"]} >= {"Caveat / people", "Caveat with the first"}
