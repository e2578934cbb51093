"""`caveat score` as a real process."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from classifier import CLAIMS_POLICY, POLICIES, Classifier

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SLANTED, CAREFUL = EXAMPLES / "sleep-drops.txt", EXAMPLES / "sleep-herbs-careful.txt"
PROMISE = "Nettle capsules cure arthritis in a week and have no side effects at all.\n"
GERMAN = "Die Kapseln heilen Gelenkschmerzen innerhalb einer Woche und haben keine Nebenwirkungen.\n"
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "CAVEAT_POLICY")}


def score(*arguments: str | Path, stdin: bytes = b"", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "classifier", "score", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, env=ENVIRONMENT | (env or {}))


def parsed(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """The JSON objects on standard output, which must hold nothing else."""
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# ---------------------------------------------------------------- json


def test_json_is_the_librarys_result_and_nothing_else(classifier: Classifier) -> None:
    done = score(SLANTED, "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    (result,) = parsed(done)
    assert result == json.loads(json.dumps(classifier.score(SLANTED.read_text(encoding="utf-8"), id=str(SLANTED)).to_dict()))


def test_examples_come_out_as_the_readme_says() -> None:
    slanted, careful = parsed(score(SLANTED, CAREFUL, "--format", "json"))
    assert [slanted["scores"][p]["band"] for p in POLICIES] == ["violating", "violating"]
    assert [careful["scores"][p]["band"] for p in POLICIES] == ["compliant", "compliant"]


def test_several_files_give_one_line_each_as_single_calls_do() -> None:
    together = score(SLANTED, CAREFUL, "--format", "json").stdout
    apart = score(SLANTED, "--format", "json").stdout + score(CAREFUL, "--format", "json").stdout
    assert together == apart
    assert [json.loads(line)["id"] for line in together.splitlines()] == [str(SLANTED), str(CAREFUL)]


def test_dash_reads_text_from_standard_input(classifier: Classifier) -> None:
    (result,) = parsed(score("-", "--format", "json", stdin=PROMISE.encode()))
    assert result == json.loads(json.dumps(classifier.score(PROMISE).to_dict()))
    assert score("-", "-", stdin=b"x").returncode == 2


@pytest.mark.parametrize("unit", ["code_point", "utf16", "utf8"])
def test_offsets_index_the_file_as_it_stands(tmp_path: Path, unit: str) -> None:
    text = "\ufeff😀 Für alle:\r\n\r\n" + SLANTED.read_text(encoding="utf-8").replace("\n", "\r\n")
    (result,) = parsed(score(written(tmp_path, "bom.txt", text), "--format", "json", "--offset-unit", unit))
    encoding, width = {"code_point": ("utf-32-le", 4), "utf16": ("utf-16-le", 2), "utf8": ("utf-8", 1)}[unit]
    data = text.encode(encoding)
    assert result["document"]["length"] * width == len(data)
    assert result["spans"]
    for span in result["spans"]:
        assert data[span["start"] * width : span["end"] * width].decode(encoding) == span["text"]


def test_markup_is_told_by_the_ending(tmp_path: Path) -> None:
    article = SLANTED.read_text(encoding="utf-8").strip().replace("\n\n", "</p>\n<p>")
    html = written(tmp_path, "a.html", f"<html><body><p>{article}</p><script>var cure = 1</script></body></html>")
    markdown = written(tmp_path, "a.md", f"# Nettle\n\n**{PROMISE.strip()}**\n")
    plain = written(tmp_path, "a.log", f"<p>{PROMISE.strip()}</p>")
    of_html, of_markdown, of_text = parsed(score(html, markdown, plain, "--format", "json"))
    assert "var cure" not in of_html["document"]["text"]
    assert "**" not in of_markdown["document"]["text"]
    assert "text" not in of_text["document"]
    source = html.read_text()
    span = of_html["spans"][0]
    assert "".join(source[a:b] for a, b in span["source"]) == span["text"]


def test_explain_says_how_much() -> None:
    full, none = (parsed(score(SLANTED, "--format", "json", "--explain", how))[0] for how in ("full", "none"))
    assert len(full["sentences"][0]["signals"]) == 20
    assert not {"spans", "checklist", "sentences"} & set(none)
    assert none["scores"][CLAIMS_POLICY]["margin"] == full["scores"][CLAIMS_POLICY]["margin"]


def test_title_is_a_field_of_its_own() -> None:
    title = "Nettle cures arthritis for good"
    (result,) = parsed(score(SLANTED, "--title", title, "--format", "json"))
    spans = [s for s in result["spans"] if s["field"] == "title"]
    assert spans
    assert all(title[s["start"] : s["end"]] == s["text"] for s in spans)
    assert result["document"]["length"] == len(SLANTED.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("picture.txt", b"\x89PNG\0\0secretword", "binary"),
        ("latin.txt", "Käse secretword".encode("latin-1"), "not UTF-8"),
        ("wide.txt", "secretword".encode("utf-16"), "UTF-16"),
        ("folder", None, "directory"),
        ("gone.txt", None, "No such file"),
    ],
)
def test_a_file_that_cannot_be_read_costs_one_line_and_no_other_file(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    bad = tmp_path / name
    if content is not None:
        bad.write_bytes(content)
    elif name == "folder":
        bad.mkdir()
    good = written(tmp_path, "good.txt", PROMISE)
    done = score(bad, good, "--format", "json")
    assert done.returncode == 2
    assert [r["id"] for r in parsed(done)] == [str(good)]
    (line,) = done.stderr.decode().splitlines()
    assert str(bad) in line
    assert said in line
    assert "secretword" not in line


@pytest.mark.parametrize("content", ["", " \n\t\n", "😀😀😀"])
def test_nothing_to_judge_is_a_result_not_an_error(tmp_path: Path, content: str) -> None:
    done = score(written(tmp_path, "thin.txt", content), "--format", "json")
    (result,) = parsed(done)
    assert done.returncode == 0
    assert "too_short" in result["document"]["not_assessed"]
    assert {s["band"] for s in result["scores"].values()} == {"not_assessed"}


def test_facts_are_told_by_name(tmp_path: Path) -> None:
    facts = ["--fact", "tier=R3", "--fact", "habit_forming=y", "--fact", "commercial=FALSE", "--fact", "genre=vendor"]
    (result,) = parsed(score("-", *facts, "--format", "json", stdin=PROMISE.encode()))
    told = {f["name"]: f["value"] for f in result["facts"] if f["source"] == "request"}
    assert told == {"genre": "vendor", "tier": "R3", "commercial": False, "habit_forming": True}


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["tier"], "NAME=VALUE"),
        (["tier="], "NAME=VALUE"),
        (["mood=good"], "genre, tier"),
        (["tier=R9"], "R0, R1, R2, R3"),
        (["commercial=perhaps"], "true, false"),
        (["tier=R1", "tier=R2"], "twice"),
    ],
)
def test_a_wrong_fact_is_one_line_with_what_is_known(pairs: list[str], said: str) -> None:
    done = score(SLANTED, *(a for pair in pairs for a in ("--fact", pair)))
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert said in line


def test_no_model_and_no_policy_say_what_to_do(tmp_path: Path) -> None:
    no_model = score(SLANTED, "--model", "nosuchmodel")
    assert no_model.returncode == 3
    assert b"caveat models list" in no_model.stderr
    no_policy = score(SLANTED, "--policy", tmp_path / "house.toml")
    assert no_policy.returncode == 2
    assert b"house.toml: no such policy file" in no_policy.stderr
    assert b"Traceback" not in no_model.stderr + no_policy.stderr


# ---------------------------------------------------------------- exit codes and --out


def test_fail_on_decides_the_exit_code(tmp_path: Path) -> None:
    german, gone = written(tmp_path, "de.txt", GERMAN * 4), tmp_path / "gone.txt"
    expected = {
        (SLANTED, "violating"): 1,
        (SLANTED, "borderline"): 1,
        (SLANTED, "not_assessed"): 0,
        (CAREFUL, "borderline"): 0,
        (german, "not_assessed"): 1,
        (german, "violating"): 0,
        (gone, "error"): 1,
        (gone, "violating"): 2,
    }
    assert {key: score(key[0], "--fail-on", key[1], "--explain", "none").returncode for key in expected} == expected


def test_out_is_written_whole_in_the_format_of_its_ending(tmp_path: Path) -> None:
    page, lines, plain = tmp_path / "r.html", tmp_path / "r.jsonl", tmp_path / "r.txt"
    for path in (page, lines, plain):
        done = score(SLANTED, CAREFUL, "--out", path)
        assert (done.returncode, done.stdout) == (0, b"")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len(lines.read_text(encoding="utf-8").splitlines()) == 2
    assert "Unbalanced therapeutic claims" in plain.read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.html", "r.jsonl", "r.txt"]


def test_out_never_overwrites_what_is_scored(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", PROMISE)
    assert score(path, "--out", path).returncode == 2
    assert path.read_text() == PROMISE


# ---------------------------------------------------------------- text


def test_piped_text_is_plain_wraps_and_leaves_nothing_out() -> None:
    done = score(SLANTED, env={"COLUMNS": "72"})
    shown = done.stdout.decode()
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 72
    assert "[[" in shown
    assert "](" in shown
    bare = re.sub(r"\]\]\([^)]*\)", "", shown.replace("[[", ""))
    words = " ".join(bare.split())
    assert " ".join(SLANTED.read_text(encoding="utf-8").split()) in words
    assert "MISSING" in shown
    assert "absolute safety" in shown
    assert words.endswith("These are comparable rules, not legal advice.")


def test_not_assessed_is_said_in_words(tmp_path: Path) -> None:
    shown = score(written(tmp_path, "de.txt", GERMAN * 4)).stdout.decode()
    assert "not assessed" in shown
    assert "the text is not in English" in shown


def test_submitted_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", f"\x1b]0;owned\x07\u202e{PROMISE}\x9b31m")
    shown = score(path, "--title", "\x1b[2J").stdout.decode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "owned" in shown


def test_a_house_name_stands_with_the_clause(tmp_path: Path) -> None:
    house = written(tmp_path, "house.toml", 'extends = "health@1"\n[clauses."CAP-12.2"]\nhouse_name = "House rule 7"\n')
    for face in ("text", "html"):
        assert "House rule 7" in score(SLANTED, "--policy", house, "--format", face).stdout.decode()
    assert "House rule 7" in score(SLANTED, env={"CAVEAT_POLICY": str(house)}).stdout.decode()


def on_a_terminal(environment: dict[str, str]) -> str:
    """What the command writes when its standard output is a terminal."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "classifier", "score", str(SLANTED)]
    process = subprocess.Popen(command, stdout=follower, stderr=follower, env={**ENVIRONMENT, "TERM": "xterm-256color", **environment})
    os.close(follower)
    out = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:  # Linux ends a terminal whose other side is closed with EIO
            break
        if not chunk:
            break
        out += chunk
    os.close(leader)
    assert process.wait() == 0
    return out.decode()


def test_a_terminal_gets_colour_unless_it_asks_for_none() -> None:
    coloured, plain = on_a_terminal({}), on_a_terminal({"NO_COLOR": "1"})
    assert "\x1b[" in coloured
    assert "[[" not in coloured
    assert "\x1b" not in plain
    assert "[[" in plain


def test_full_itemises_the_rest_of_the_margin() -> None:
    shown = score(SLANTED, "--explain", "full").stdout.decode()
    assert "document head" in shown
    assert "Sentences" in shown
    brief = score(SLANTED, "--explain", "none").stdout.decode()
    assert "Findings" not in brief
    assert "margin" not in brief


def test_no_document_gives_no_page(tmp_path: Path) -> None:
    done = score(tmp_path / "none.txt", "--format", "html")
    assert (done.returncode, done.stdout) == (2, b"")
    assert score().returncode == 2


def test_a_pages_own_title_is_scored_and_shown(tmp_path: Path) -> None:
    title = "Nettle cures arthritis for good"
    page = written(tmp_path, "a.html", f"<title>{title}</title><p>{PROMISE}</p>")
    note = written(tmp_path, "a.md", f"---\ntitle: {title}\n---\n{PROMISE}")
    for path, result in zip((page, note), parsed(score(page, note, "--format", "json")), strict=True):
        assert result["document"]["title"] == title
        spans = [s for s in result["spans"] if s["field"] == "title"]
        assert spans
        assert all("".join(path.read_text()[a:b] for a, b in s["source"]) == s["text"] for s in spans)
    for face in ("text", "html"):
        shown = score(page, "--format", face).stdout.decode()
        assert "Nettle" in shown
        assert "for good" in shown
    (told,) = parsed(score(page, "--title", "", "--format", "json"))
    assert "title" not in told["document"]


def test_a_fact_that_is_not_known_is_not_repeated() -> None:
    for pair in ("secretword=good", "secretword", "tier=secretword"):
        done = score(SLANTED, "--fact", pair)
        assert done.returncode == 2
        assert b"secretword" not in done.stderr
        assert b"tier" in done.stderr
