"""The model card: figures of this very model, or a line that says there are none."""

from __future__ import annotations

import json
from pathlib import Path

from classifier import Policy
from classifier.training.card import comparison, model_card, read_comparison, read_measured, third_party
from classifier.training.corpus import Corpus
from classifier.training.evaluate import Report

FIGURE = {"name": "leaflets: harms", "metric": "auc", "value": 0.8123, "low": 0.75, "high": 0.86, "n": 200, "not_assessed": 0.0}


def test_figures_are_found_by_the_digest_of_the_model(tmp_path: Path) -> None:
    (tmp_path / "measured").mkdir()
    (tmp_path / "measured" / "ab.json").write_text(json.dumps([FIGURE]), encoding="utf-8")
    assert read_measured(tmp_path, "ab") == [FIGURE]
    assert read_measured(tmp_path, "cd") == []


def test_the_table_names_what_it_is() -> None:
    table = "\n".join(third_party([FIGURE]))
    assert "Zero-shot figures on third-party text" in table
    assert "| leaflets: harms | auc | 0.812 | 0.750 to 0.860 | 200 | 0.00 |" in table
    assert "Not measured" in "\n".join(third_party([]))


ROW = {
    "scorer": "Caveat",
    "what": "its own training.",
    "policy": "Missing safety caveats",
    "documents": 1200,
    "topics": 700,
    "commonest_band": 0.6254,
    "figures": {
        "auc": {"name": "auc", "value": 0.9651, "low": 0.953, "high": 0.975, "n": 1200},
        "average_precision": {"name": "average_precision", "value": 0.926, "low": 0.899, "high": 0.949, "n": 1200},
        "band_right": {"name": "band_right", "value": 0.836, "low": 0.814, "high": 0.858, "n": 1200},
    },
    "cpu_ms": 12.684,
    "cpu_ratio": 1.0,
    "timed": 200,
}
MISSING = {"scorer": "Sentence embeddings + LR", "policy": "Missing safety caveats", "not_run": "not run"}


def test_a_comparison_is_found_by_the_digest_of_the_model(tmp_path: Path) -> None:
    (tmp_path / "measured").mkdir()
    (tmp_path / "measured" / "ab.comparison.json").write_text(json.dumps([ROW]), encoding="utf-8")
    assert read_comparison(tmp_path, "ab") == [ROW]
    assert read_comparison(tmp_path, "cd") == []
    assert read_measured(tmp_path, "ab") == []


def test_the_comparison_shows_every_scorer_and_says_what_each_is() -> None:
    table = "\n".join(comparison([ROW, MISSING]))
    assert "1,200 documents" in table
    assert "right for 0.625 (missing safety caveats)" in table
    cells = "0.965 (0.953 to 0.975) | 0.926 (0.899 to 0.949) | 0.836 (0.814 to 0.858) | 12.68 | 1.00"
    assert f"| Caveat | Missing safety caveats | {cells} |" in table
    assert "| Sentence embeddings + LR | Missing safety caveats | not run | | | | |" in table
    assert "- Caveat: its own training." in table
    for nothing in ([], [MISSING]):
        assert "Not measured for this model." in "\n".join(comparison(nothing))


def test_the_card_carries_what_was_measured_and_compared(policy: Policy) -> None:
    report = Report({})
    card = model_card("1+ab", Corpus(), policy, report, [FIGURE], [ROW])
    assert "| leaflets: harms | auc |" in card
    assert "| Caveat | Missing safety caveats |" in card
    assert model_card("1+ab", Corpus(), policy, report).count("Not measured for this model.") == 2
