"""The registry's commands through a real process."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from classifier import Classifier


def caveat(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "classifier", "models", *arguments]
    return subprocess.run(command, env={"CAVEAT_HOME": str(home)}, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture
def home(classifier: Classifier, tmp_path: Path) -> Path:
    version = classifier.model.path.name
    shutil.copytree(classifier.model.path, tmp_path / version)
    shutil.copytree(classifier.model.path, tmp_path / "other")
    (tmp_path / "registry.json").write_text(json.dumps({"aliases": {"current": version}}), encoding="utf-8")
    return tmp_path


def test_two_models_are_compared_by_their_figures(home: Path) -> None:
    path = home / "other" / "evaluation.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    for figures in report["policies"].values():
        for figure in figures:
            figure["value"] += 0.25
    path.write_text(json.dumps(report), encoding="utf-8")
    done = caveat(home, "compare", "current", "other")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if "AUC" in line]
    assert len(lines) == 2
    assert all(line.endswith("+0.250") for line in lines)


def test_a_model_without_figures_is_named(home: Path) -> None:
    (home / "other" / "evaluation.json").unlink()
    done = caveat(home, "compare", "current", "other")
    assert done.returncode == 3
    assert "evaluation.json" in done.stderr
    assert done.stderr.count("\n") == 1


def test_promote_and_roll_back(home: Path, classifier: Classifier) -> None:
    assert caveat(home, "promote", "other").returncode == 0
    assert json.loads((home / "registry.json").read_text(encoding="utf-8"))["aliases"] == {
        "current": "other",
        "previous": classifier.model.path.name,
    }
    assert caveat(home, "rollback").returncode == 0
    assert json.loads((home / "registry.json").read_text(encoding="utf-8"))["aliases"]["current"] == classifier.model.path.name
