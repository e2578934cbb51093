"""The model card: figures of this very model, or a line that says there are none."""

from __future__ import annotations

import json
from pathlib import Path

from classifier.training.card import read_measured, third_party

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
