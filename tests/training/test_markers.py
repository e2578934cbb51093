"""Spans by two markers: the corpus takes either name, `first` where none is given, and no other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from classifier import Policy
from classifier.training.check import check_corpus
from classifier.training.corpus import read_spans
from tests.conftest import ROOT

FIELDS = {"title": "", "text": "It may make you dizzy."}
SPAN = {"field": "text", "start": 7, "end": 21, "signal": "side_effects"}


@pytest.mark.parametrize(("given", "marker"), [({}, "first"), ({"marker": "first"}, "first"), ({"marker": "second"}, "second")])
def test_a_marker_is_read(policy: Policy, given: dict[str, Any], marker: str) -> None:
    problems: list[str] = []
    (span,) = read_spans([{**SPAN, **given}], FIELDS, policy, problems)
    assert (span.marker, problems) == (marker, [])


@pytest.mark.parametrize("marker", ["third", "", None, 1, ["first"]])
def test_any_other_is_a_problem(policy: Policy, marker: Any) -> None:
    problems: list[str] = []
    assert read_spans([{**SPAN, "marker": marker}], FIELDS, policy, problems) == []
    assert problems == [f"spans: marker: expected first or second, found {marker!r}"]


def test_the_check_names_the_line(tmp_path: Path, policy: Policy) -> None:
    shutil.copytree(ROOT / "training_data" / "sentences", tmp_path / "sentences")
    (tmp_path / "documents").mkdir()
    rows = [json.loads(x) for x in (ROOT / "training_data" / "documents" / "larch.jsonl").read_text(encoding="utf-8").splitlines()]
    for row, marker in zip(rows, ("second", "someone"), strict=False):
        row["spans"] = [{"field": "text", "start": 0, "end": 5, "signal": "side_effects", "marker": marker}]
    (tmp_path / "documents" / "larch.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    _, problems = check_corpus(tmp_path, policy)
    assert [(p.line, Path(p.path).name) for p in problems if "marker" in p.message] == [(2, "larch.jsonl")]
