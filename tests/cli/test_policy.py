"""`caveat policy` as a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from classifier import load_policy

ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "CAVEAT_POLICY")}
HOUSE = """extends = "health@1"
profile = "acme-health"
[policies.missing_safety_caveats.thresholds]
violating = 0.6
[required.R2]
slots = [["harm"], ["status"]]
[clauses."CAP-12.2"]
house_name = "House rule 7"
"""


def policy(*arguments: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "classifier", "policy", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, env=ENVIRONMENT | (env or {}))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    path = tmp_path / "house.toml"
    path.write_text(HOUSE, encoding="utf-8")
    return path


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_overview_names_everything() -> None:
    done = policy("show")
    shipped = load_policy()
    assert (done.returncode, done.stderr) == (0, "")
    for name in (*shipped.titles, *shipped.signals, *shipped.groups, shipped.sha256):
        assert name in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_a_signal_is_shown_in_full() -> None:
    shown = unwrapped(policy("show", "disease_claim", env={"COLUMNS": "60"}).stdout)
    signal = load_policy().signals["disease_claim"]
    for text in (signal.title, signal.definition, signal.decision_test, *signal.cues, *signal.examples):
        assert unwrapped(text) in shown
    for miss in signal.near_misses:
        assert unwrapped(f"{miss.text} instead {'no signal' if miss.label == 'none' else miss.label}: {miss.why}") in shown
    for clause in signal.clauses:
        assert clause in shown
    assert "comparable rules, not legal advice" in shown


def test_a_group_says_what_it_asks_and_who_requires_it() -> None:
    shown = unwrapped(policy("show", "dependence").stdout)
    group = load_policy().groups["dependence"]
    assert group.ask in shown
    assert "dependence_withdrawal" in shown
    assert "R3: this, where the promoted thing is habit-forming; its lack alone is violating" in shown
    assert "forum_R3: this or who_with_what or care_pathway" in shown


def test_an_unverified_clause_is_told_as_one() -> None:
    unverified = next(c for c in load_policy().clauses.values() if c.status == "M")
    shown = unwrapped(policy("show", unverified.id).stdout)
    assert "from memory: cited in no result until somebody verifies it" in shown


@pytest.mark.parametrize(
    ("name", "near"), [("disease_clam", "disease_claim"), ("dependance", "dependence"), ("withdrawal", "dependence_withdrawal")]
)
def test_an_unknown_name_brings_the_nearest(name: str, near: str) -> None:
    done = policy("show", name)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert near in line


def test_names_may_be_written_as_words() -> None:
    assert policy("show", "Disease claim").stdout == policy("show", "disease-claim").stdout == policy("show", "disease_claim").stdout


@pytest.mark.parametrize("name", [None, "disease_claim", "dependence", "CAP-12.2"])
def test_json_is_json(name: str | None) -> None:
    done = policy("show", *([name] if name else []), "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)


def test_show_reads_a_house_file(house: Path) -> None:
    assert "violating from 0.60" in policy("show", "--policy", house).stdout
    assert "house name: House rule 7" in policy("show", "care_pathway", env={"CAVEAT_POLICY": str(house)}).stdout


def test_check_tells_what_a_house_changed(house: Path) -> None:
    done = policy("check", house)
    loaded = load_policy(house)
    assert (done.returncode, done.stderr) == (0, "")
    for text in ("health@1", "acme-health", loaded.sha256):
        assert text in done.stdout
    changes = [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")]
    shipped = load_policy()
    before = shipped.thresholds["missing_safety_caveats"].violating
    slots = json.dumps([list(s) for s in shipped.rows["R2"].slots])
    assert changes == [
        f"policies.missing_safety_caveats.thresholds.violating: {before} -> 0.6",
        f'required.R2.slots: {slots} -> [["harm"], ["status"]]',
        'clauses.CAP-12.2.house_name: added "House rule 7"',
    ]


def test_check_of_a_file_that_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "same.toml"
    path.write_text('extends = "health@1"\n', encoding="utf-8")
    done = policy("check", path)
    assert done.returncode == 0
    assert "The same as the shipped policy health@1." in done.stdout


def test_check_refuses_a_wrong_file_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('extends = "health@1"\n[policies.missing_safety_caveats.thresholds]\nviolating = 2\n', encoding="utf-8")
    done = policy("check", path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert f"{path}: policies.missing_safety_caveats.thresholds.violating: expected a number from 0 to 1, found 2" in line
