"""A command line that cannot be used is one line on standard error that says what to do, and exit 2."""

from __future__ import annotations

import subprocess
import sys

import pytest


def caveat(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "classifier", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "said", "see"),
    [
        ([], "score, batch, serve, train, evaluate, data, models, policy", "caveat --help"),
        (["scroe"], "score, batch", "caveat --help"),
        (["--nope"], "--nope", "caveat --help"),
        (["score"], "FILE", "caveat score --help"),
        (["score", "a.txt", "--nope"], "--nope", "caveat score --help"),
        (["score", "a.txt", "--format", "pdf"], "'text', 'json', 'html'", "caveat score --help"),
        (["score", "a.txt", "--format"], "--format", "--help"),
        (["batch", "a.jsonl"], "--out", "caveat batch --help"),
        (["serve", "--port", "99999"], "65535", "caveat serve --help"),
        (["policy"], "check, show", "caveat policy --help"),
        (["policy", "show", "harm", "status"], "status", "caveat policy show --help"),
        (["data", "chekc"], "check", "caveat data --help"),
        (["models", "promote"], "VERSION", "caveat models promote --help"),
    ],
)
def test_a_usage_error_is_one_line_that_says_what_to_do(arguments: list[str], said: str, see: str) -> None:
    done = caveat(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("caveat: ")
    assert said in line
    assert see in line


def test_help_is_no_error() -> None:
    done = caveat("score", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: caveat score ")
