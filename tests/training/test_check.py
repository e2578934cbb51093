"""The corpus check finds what it is for, each with its line; the shipped corpus has no problem."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from classifier import Policy
from classifier.training.check import check_corpus
from tests.conftest import ROOT

ROW: dict[str, Any] = {
    "id": "t-1",
    "text": "Brelva tea may ease mild bloating after a meal.",
    "labels": [{"signal": "hedged_benefit"}],
    "marks": [],
    "genre": "advice",
    "topic": "brelva",
    "author": "t",
}


def corpus(tmp_path: Path, *rows: Any) -> Path:
    for kind in ("sentences", "documents"):
        (tmp_path / kind).mkdir()
    shutil.copy(ROOT / "training_data" / "documents" / "larch.jsonl", tmp_path / "documents")
    lines = [r if isinstance(r, str) else json.dumps(r) for r in rows]
    (tmp_path / "sentences" / "t.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({**ROW, "id": "t-2", "text": "Other words here.", "labels": [{"signal": "magic"}]}, "unknown signal 'magic'"),
        ({**ROW, "id": "t-2", "text": "Other words here.", "labels": [{"signal": "side_effects", "weight": 2}]}, "expected 0, 0.5 or 1"),
        ({**ROW, "id": "t-2", "text": "Other words here.", "genre": "poem"}, "genre: expected one of"),
        ({**ROW, "text": "Other words here."}, "also stands at"),
        ({**ROW, "id": "t-2"}, "near-duplicate"),
        ("{broken", "not JSON"),
        ({**ROW, "id": "t-2", "text": ""}, "text: expected a text"),
    ],
)
def test_a_bad_row_is_found_at_its_line(tmp_path: Path, policy: Policy, bad: Any, said: str) -> None:
    _, problems = check_corpus(corpus(tmp_path, ROW, bad), policy)
    assert any(p.line == 2 and said in p.message for p in problems), problems[:5]


def test_text_that_stands_elsewhere_is_found(tmp_path: Path, policy: Policy) -> None:
    (tmp_path / "foreign").mkdir()
    text = "Brelva tea may ease mild bloating after a long and heavy meal in the evening."
    (tmp_path / "foreign" / "x.txt").write_text("Somebody wrote: " + text, encoding="utf-8")
    folder = tmp_path / "corpus"
    folder.mkdir()
    _, problems = check_corpus(corpus(folder, {**ROW, "text": text}), policy, tmp_path / "foreign")
    assert any("stands in" in p.message and p.line == 1 for p in problems)


def test_the_shipped_corpus_is_clean(policy: Policy) -> None:
    corpus_, problems = check_corpus(ROOT / "training_data", policy)
    assert problems == []
    assert len(corpus_.sentences) >= 1_500
    assert len(corpus_.documents) >= 160
    assert sum(bool(d.spans) for d in corpus_.documents) >= 40
