"""Policy files: the shipped one, a house's, and every way to get one wrong."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from classifier import CAVEATS_POLICY, CLAIMS_POLICY, PolicyError, load_policy
from classifier.policy.load import SHIPPED

EXTENDS = 'extends = "health@1"\n'
AT = f"policies.{CAVEATS_POLICY}.thresholds"
THRESHOLDS = f"[{AT}]\n"


@pytest.fixture
def shipped() -> dict[str, Any]:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def house(folder: Path, body: str) -> Path:
    path = folder / "house.toml"
    path.write_text(body, encoding="utf-8")
    return path


def refused(path: Path) -> str:
    """The error's text, which is one line and starts with the file."""
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def as_toml(value: Any) -> str:
    """A whole policy as TOML: JSON strings, numbers and lists are TOML, tables are written inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def whole(folder: Path, content: dict[str, Any]) -> Path:
    return house(folder, "".join(f"{json.dumps(k)} = {as_toml(v)}\n" for k, v in content.items()))


# ---------------------------------------------------------------- what is right


def test_the_shipped_policy_is_as_the_contract_says() -> None:
    policy = load_policy()
    assert policy.profile == "health@1"
    assert (len(policy.claim_signals), len(policy.caveat_signals), len(policy.groups)) == (10, 10, 7)
    assert {s for g in policy.groups.values() for s in g.signals} <= set(policy.caveat_signals)
    assert all(policy.signal_clauses(s) for s in policy.signals)


def test_unverified_clauses_are_cited_nowhere() -> None:
    policy = load_policy()
    cited = {c for s in policy.signals for c in policy.signal_clauses(s)} | {
        c for g in policy.groups.values() for c in policy.cited(g.clauses)
    }
    unverified = {c.id for c in policy.clauses.values() if c.status == "M"}
    assert unverified
    assert not cited & unverified


def test_a_whole_file_without_extends_is_a_policy_too(tmp_path: Path, shipped: dict[str, Any]) -> None:
    assert load_policy(whole(tmp_path, shipped)).sha256 == load_policy().sha256


def test_a_house_changes_a_threshold_a_group_and_a_clause_name(tmp_path: Path) -> None:
    required, clause = '[required.R2]\nslots = [["harm"], ["status"]]\n', '[clauses."CAP-12.2"]\nhouse_name = "House rule 7"\n'
    mine, theirs = load_policy(house(tmp_path, f"{EXTENDS}{THRESHOLDS}violating = 0.5\n{required}{clause}")), load_policy()
    assert mine.profile == "house"
    assert (mine.name, mine.version) == (theirs.name, theirs.version)
    assert mine.sha256 != theirs.sha256
    assert mine.thresholds[CAVEATS_POLICY].violating == 0.5
    assert mine.thresholds[CAVEATS_POLICY].borderline == theirs.thresholds[CAVEATS_POLICY].borderline
    assert mine.thresholds[CLAIMS_POLICY] == theirs.thresholds[CLAIMS_POLICY]
    assert mine.rows["R2"].slots == (("harm",), ("status",))
    assert mine.rows["R2"].critical == theirs.rows["R2"].critical
    assert mine.rows["R3"] == theirs.rows["R3"]
    assert mine.clauses["CAP-12.2"].house_name == "House rule 7"
    assert mine.clauses["CAP-12.2"].citation == theirs.clauses["CAP-12.2"].citation


def test_a_house_names_its_profile(tmp_path: Path) -> None:
    assert load_policy(house(tmp_path, f'{EXTENDS}profile = "acme@7"\n')).profile == "acme@7"


# ---------------------------------------------------------------- what is wrong in a house's file


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"{EXTENDS}{THRESHOLDS}violating = 'high'\n", f"{AT}.violating: expected a number from 0 to 1, found 'high'"),
        (f"{EXTENDS}{THRESHOLDS}violating = true\n", f"{AT}.violating: expected a number from 0 to 1, found True"),
        (f"{EXTENDS}{THRESHOLDS}violating = nan\n", f"{AT}.violating: expected a number from 0 to 1, found nan"),
        (f"{EXTENDS}{THRESHOLDS}violating = 1\n", f"{AT}.violating: expected 0 < borderline < violating < 1, found 1"),
        (f"{EXTENDS}{THRESHOLDS}borderline = 0.9\n", f"{AT}.violating: expected 0 < borderline < violating < 1"),
        (f"{EXTENDS}{THRESHOLDS}violatng = 0.5\n", f"{AT}.violatng: unknown key; known here: borderline, violating"),
        (f"{EXTENDS}thresholds = 3\n", "thresholds: unknown key; known here: "),
        (f"{EXTENDS}groups = 3\n", "groups: expected a table, found 3"),
        (f"{EXTENDS}[policies.safety]\ntitle = 'x'\n", "policies.safety: unknown key; known here: "),
        (f"{EXTENDS}[signals.miracle]\ntitle = 'x'\n", "signals.miracle: unknown key; known here: "),
        (f"{EXTENDS}[clauses.OUR-1]\nhouse_name = 'x'\n", "clauses.OUR-1: unknown key; known here: "),
        (f"{EXTENDS}[clauses.'CAP-12.2']\nhouse_name = 7\n", "clauses.CAP-12.2.house_name: expected a text, found 7"),
        (f"{EXTENDS}[clauses.'CAP-12.2']\nhouse_name = ''\n", "clauses.CAP-12.2.house_name: expected a text, found ''"),
        (f"{EXTENDS}[clauses.'CAP-12.2']\nstatus = 'X'\n", "clauses.CAP-12.2.status: expected one of V, S, M, found 'X'"),
        (f"{EXTENDS}[groups.harm]\nsignals = ['pain']\n", "groups.harm.signals: expected names among "),
        (f"{EXTENDS}[groups.harm]\nclauses = ['OUR-1']\n", "groups.harm.clauses: expected names among "),
        (f"{EXTENDS}[signals.disease_claim]\ndefault_clause = 'OUR-1'\n", "signals.disease_claim.default_clause: expected the id of a "),
        (f"{EXTENDS}[required.R2]\nslots = [['danger']]\n", "required.R2.slots: expected a list of lists of groups among harm, "),
        (f"{EXTENDS}[required.R2]\nslots = ['harm']\n", "required.R2.slots: expected a list of lists of groups among harm, "),
        (f"{EXTENDS}[required.R2]\ncritical = ['danger']\n", "required.R2.critical: expected names among "),
        (f"{EXTENDS}[required.R2]\nviolating = 1.5\n", "required.R2.violating: expected a whole number from 1 to 99, found 1.5"),
        (f"{EXTENDS}[required.R2]\ngeneric_consult = 'yes'\n", "required.R2.generic_consult: expected true or false, found 'yes'"),
        (f"{EXTENDS}[required.R9]\nslots = []\n", "required.R9: unknown key; known here: "),
        (f"{EXTENDS}[rules.load]\ncounted = ['miracle']\n", "rules.load.counted: expected names among "),
        (f"{EXTENDS}[rules.balance]\ntail = 3\n", "rules.balance.tail: expected a number from 0 to 1, found 3"),
        (f"{EXTENDS}[genres.news]\ncaveats = 'some'\n", "genres.news.caveats: expected one of full, news, "),
        (f"{EXTENDS}profile = 3\n", "profile: expected a text, found 3"),
        ('extends = "health@2"\n', "extends: expected 'health@1', found 'health@2'"),
        ("extends = 1\n", "extends: expected 'health@1', found 1"),
        ("", "clauses: expected a table of tables, found nothing"),
        ("[policies\n", "not valid TOML: "),
    ],
)  # fmt: skip
def test_an_error_names_file_key_and_what_was_expected(tmp_path: Path, body: str, said: str) -> None:
    assert refused(house(tmp_path, body)).startswith(said)


def test_files_that_are_no_policy(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.toml").startswith("no such policy file; name one with --policy or CAVEAT_POLICY")
    assert refused(tmp_path).startswith("cannot be read: ")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\0")
    assert refused(binary).startswith("not valid TOML: ")


# ---------------------------------------------------------------- what is wrong anywhere


def leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return [path]
    return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]


def put(content: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(content)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


KINDS = ("policies", "rules", "required", "genres", "groups", "attributes", "denials", "neutralisers", "signals", "clauses")


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_type_at_any_key_of_a_table_is_a_policy_error(tmp_path: Path, shipped: dict[str, Any], kind: str) -> None:
    """A table where a value is meant, in the first two entries of each kind: none is taken, none is another exception."""
    paths = leaves(shipped[kind], (kind,))
    entries = list(dict.fromkeys(p[:2] for p in paths))[:2]
    for path in (p for p in paths if p[:2] in entries and p[-1] != "as_of"):
        assert path[-1] in refused(whole(tmp_path, put(shipped, path, {"x": 1}))), path
