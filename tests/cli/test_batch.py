"""`caveat batch` as it is run: real processes, real files, real kills."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from classifier import Classifier, Document

COMMAND = [sys.executable, "-m", "classifier", "batch"]
TEXTS = (
    "Kava tea reverses arthritis in just seven days. It has no side effects at all.",
    "Ginger may ease nausea in pregnancy. Ask your midwife before you use it. It can cause heartburn.",
    "Turmeric capsules: the study was small, and they can interact with blood thinners.",
    "Das ist ein Satz in einer anderen Sprache, der nicht beurteilt wird.",
)
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc, signals and limits: run on Linux")


def run(*arguments: object, data: bytes = b"", before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *map(str, arguments)], input=data, capture_output=True, check=False, preexec_fn=before)


def feed(rows: int) -> bytes:
    """Rows of every kind, good and bad."""
    lines = [json.dumps({"id": f"r{n}", "text": f"{TEXTS[n % len(TEXTS)]} Batch {n}."}) for n in range(rows)]
    for n in range(5, rows, 37):
        lines[n] = ('{"id": "cut', '{"id": "none"}', "[]", '{"text": "\\ud800"}')[n % 4]
    return "\n".join(lines).encode()


def results(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    assert data == b"" or data.endswith(b"\n")
    return [json.loads(line) for line in data.splitlines()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A feed of 300 rows, and what an uninterrupted run makes of it."""
    data, out = feed(300), tmp_path_factory.mktemp("whole") / "out.jsonl"
    assert run("-", "--out", out, data=data).returncode == 0
    return data, out.read_bytes()


def test_a_line_a_row_in_order(classifier: Classifier, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(
        json.dumps({"id": "a", "text": TEXTS[0], "title": "T", "facts": {"tier": "R2"}}).encode()
        + b'\n{"id": "b", "text": 5}\n{"id": 3, "html": "<p>Ginger &amp; tea</p>", "explain": "none"}\n{"id": "d", "text": "x", "facts": {"no": 1}}\n'
    )
    done = run(tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl", "--explain", "full")
    assert (done.returncode, done.stdout) == (0, b"")
    lines = (tmp_path / "out.jsonl").read_bytes().splitlines()
    documents = [
        Document(id="a", text=TEXTS[0], title="T", facts={"tier": "R2"}, explain="full"),
        Document(id="3", html="<p>Ginger &amp; tea</p>", explain="none"),
    ]
    expected = [json.dumps(classifier.score_document(d).to_dict(), ensure_ascii=False, separators=(",", ":")).encode() for d in documents]
    assert [lines[0], lines[2]] == expected, "the bytes that the library gives"
    assert json.loads(lines[1]) == {
        "id": "b", "row": 2, "error": {"code": "bad_type", "title": "Wrong type", "detail": "in.jsonl, line 2: text: expected a text, found a number"}
    }  # fmt: skip
    assert list(json.loads(lines[3])) == ["id", "row", "error"]
    summary = done.stderr.decode().strip()
    assert summary.count("\n") == 0
    assert "4 documents" in summary
    assert "2 errors" in summary
    assert "unbalanced_therapeutic_claims: " in summary


def test_every_kind_of_source_at_once(tmp_path: Path) -> None:
    (tmp_path / "pages" / "sub").mkdir(parents=True)
    (tmp_path / "pages" / "a.md").write_text(f"# Kava\n\n{TEXTS[0]}")
    (tmp_path / "pages" / "sub" / "b.html").write_text(f"<h1>Ginger</h1><p>{TEXTS[1]}</p>")
    (tmp_path / "c.csv").write_text(f'id,text\nc,"{TEXTS[2]}"\n')
    (tmp_path / "d.xml").write_text(
        f"<rss version='2.0'><channel><item><guid>d</guid><description>{TEXTS[0]}</description></item><item/></channel></rss>"
    )
    data = json.dumps({"id": "e", "text": TEXTS[1]}).encode()
    done = run(*(tmp_path / n for n in ("pages", "c.csv", "d.xml")), "-", "--out", tmp_path / "out.jsonl", data=data)
    assert done.returncode == 0, done.stderr
    rows = results(tmp_path / "out.jsonl")
    assert [row["id"] for row in rows] == ["a.md", "sub/b.html", "c", "d", None, "e"]
    assert rows[4]["row"] == 5
    assert rows[4]["error"]["code"] == "no_text"
    assert rows[1]["document"]["text"] == f"Ginger\n\n{TEXTS[1]}"


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [((), 0), (("error",), 1), (("not_assessed",), 1), (("violating", "error"), 1)],
)  # fmt: skip
def test_fail_on(tmp_path: Path, fail_on: tuple[str, ...], code: int) -> None:
    data = json.dumps({"text": TEXTS[3]}).encode() + b"\nno\n"
    options = [word for name in fail_on for word in ("--fail-on", name)]
    done = run("-", "--out", tmp_path / "out.jsonl", *options, "--quiet", data=data)
    assert (done.returncode, done.stderr) == (code, b"")
    assert len(results(tmp_path / "out.jsonl")) == 2


def test_fail_on_by_band(tmp_path: Path) -> None:
    """A request's own thresholds put the same text in any band."""
    over = {"borderline": {"borderline": 1e-9, "violating": 1 - 1e-9}, "compliant": {"borderline": 1 - 1e-8, "violating": 1 - 1e-9}}
    seen = set()
    for band, values in over.items():
        out = tmp_path / f"{band}.jsonl"
        row = {"text": TEXTS[0], "thresholds": {"unbalanced_therapeutic_claims": values, "missing_safety_caveats": values}}
        codes = [
            run("-", "--out", out, "--force", "--quiet", "--fail-on", name, data=json.dumps(row).encode()).returncode
            for name in ("borderline", "violating")
        ]
        bands = {score["band"] for score in results(out)[0]["scores"].values()}
        assert codes == [int(bool(bands & {"borderline", "violating"})), int("violating" in bands)]
        seen |= bands
    assert len(seen) > 1


@pytest.mark.parametrize("ending", ["out.parquet", "out.csv", "out"])
def test_an_output_that_is_not_supported_names_what_is(tmp_path: Path, ending: str) -> None:
    done = run("-", "--out", tmp_path / ending)
    assert done.returncode == 2
    assert b".jsonl" in done.stderr
    assert not (tmp_path / ending).exists()


def test_an_output_that_exists_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"mine\n")
    done = run("-", "--out", out, data=feed(1))
    assert (done.returncode, out.read_bytes()) == (2, b"mine\n")
    assert b"--resume" in done.stderr
    assert b"--force" in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert run("-", "--out", out, "--resume", data=feed(1)).returncode == 2, "what is no result is not gone on with"
    assert out.read_bytes() == b"mine\n"
    assert run("-", "--out", out, "--resume", "--force", data=feed(1)).returncode == 2
    assert run("-", "--out", out, "--force", data=feed(1)).returncode == 0
    assert len(results(out)) == 1


def test_a_source_is_not_written_over(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(feed(2))
    assert run(source, "--out", source, "--force").returncode == 2
    assert source.read_bytes() == feed(2)


@pytest.mark.parametrize("wrong", ["missing.jsonl", "nofolder/x.csv", "head.csv"])
def test_wrong_sources_leave_nothing_behind(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "head.csv").write_text("sku,body\n1,a\n")
    done = run(tmp_path / wrong, "--out", tmp_path / "out.jsonl")
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "out.jsonl").exists()


def test_no_model_is_exit_3(tmp_path: Path) -> None:
    done = run("-", "--out", tmp_path / "out.jsonl", "--model", "no-such-model")
    assert done.returncode == 3
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("keep", [0, 1, 200, 20_000, None])
def test_resume_gives_the_same_bytes(whole: tuple[bytes, bytes], tmp_path: Path, keep: int | None) -> None:
    data, expected = whole
    out = tmp_path / "out.jsonl"
    out.write_bytes(expected[:keep])
    done = run("-", "--out", out, "--resume", data=data)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == expected
    assert b"300 documents" in done.stderr, "the summary is of all rows"


def test_resume_refuses_what_does_not_fit(whole: tuple[bytes, bytes], tmp_path: Path) -> None:
    data, expected = whole
    out = tmp_path / "out.jsonl"
    out.write_bytes(expected)
    done = run("-", "--out", out, "--resume", data=data[: data.index(b"\n") + 1])
    assert done.returncode == 2
    assert b"holds 300 rows" in done.stderr
    other = expected.replace(json.loads(expected.splitlines()[0])["model"]["sha256"].encode(), b"0" * 64)
    out.write_bytes(other)
    done = run("-", "--out", out, "--resume", data=data)
    assert (done.returncode, out.read_bytes()) == (2, other)
    assert b"another model" in done.stderr


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_kill_9_loses_nothing_and_doubles_nothing(whole: tuple[bytes, bytes], tmp_path: Path, workers: int) -> None:
    data, expected = whole
    out, options = tmp_path / "out.jsonl", ["--workers", workers]
    cut = len(b"\n".join(data.split(b"\n")[:250]))
    with subprocess.Popen(
        [*COMMAND, "-", "--out", str(out), *map(str, options)], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        process.stdin.write(data[:cut])  # the process cannot end: its input stays open
        process.stdin.flush()
        while not out.exists() or out.read_bytes().count(b"\n") < 64:
            assert process.poll() is None
            time.sleep(0.02)
        children = _children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed = out.read_bytes()
    assert 64 <= killed.count(b"\n") < 300
    assert expected.startswith(killed)
    assert (len(children) >= workers) == (workers > 1)
    while any(_alive(child) for child in children):  # workers end with their parent
        time.sleep(0.02)
    with out.open("ab") as torn:
        torn.write(b'{"id":"torn')
    assert run("-", "--out", out, "--resume", *options, data=data).returncode == 0
    assert out.read_bytes() == expected


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split() if _alive(int(pid))]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_workers_give_the_same_bytes(whole: tuple[bytes, bytes], tmp_path: Path) -> None:
    data, expected = whole
    out = tmp_path / "out.jsonl"
    done = run("-", "--out", out, "--workers", 2, data=data)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == expected


def _small_disk() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


@LINUX
def test_a_full_disk(whole: tuple[bytes, bytes], tmp_path: Path) -> None:
    data, expected = whole
    assert len(expected) > 300_000
    out = tmp_path / "out.jsonl"
    done = run("-", "--out", out, data=data, before=_small_disk)
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert b"--resume" in done.stderr
    assert b"Traceback" not in done.stderr
    written = out.read_bytes()
    assert written.endswith(b"\n")
    assert expected.startswith(written)
    assert len(results(out)) > 0
    assert run("-", "--out", out, "--resume", data=data).returncode == 0
    assert out.read_bytes() == expected


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full: run on Linux")
def test_a_device_without_space(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").symlink_to("/dev/full")
    done = run("-", "--out", tmp_path / "out.jsonl", "--force", data=feed(3))
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert b"No space left" in done.stderr


@LINUX
@pytest.mark.slow
def test_a_worker_that_dies_is_one_line(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with subprocess.Popen(
        [*COMMAND, "-", "--out", str(out), "--workers", "2"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(feed(250))
        process.stdin.flush()
        while not out.exists() or not out.read_bytes():
            assert process.poll() is None
            time.sleep(0.02)
        workers = [pid for pid in _children(process.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert workers
        os.kill(workers[0], signal.SIGKILL)
        process.stdin.write(b"\n" + feed(250))
        process.stdin.close()
        told = process.stderr.read()
    assert process.returncode == 3
    assert told.count(b"\n") == 1
    assert b"--resume" in told
    results(out)


def test_help_has_examples() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert b"caveat batch products.jsonl --out scores.jsonl" in done.stdout
    assert b"--fail-on" in done.stdout


def test_a_folder_of_pages_takes_their_own_titles_and_errors_repeat_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text(f"<title>Kava tea cures arthritis</title><p>{TEXTS[1]}</p>")
    (folder / "b.md").write_text(f"---\ntitle: Kava tea cures arthritis\n---\n{TEXTS[1]}")
    rows = [{"html": (folder / "a.html").read_text(), "title": "Ginger"}, {"text": TEXTS[0], "facts": {"secretword": True}},
            {"text": TEXTS[0], "explain": "secretword"}, {"text": TEXTS[0], "thresholds": {"secretword": {}}}]  # fmt: skip
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert run(folder, tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl").returncode == 0
    html, markdown, told, *failed = results(tmp_path / "out.jsonl")
    for result in (html, markdown):
        assert result["document"]["title"] == "Kava tea cures arthritis"
        assert any(s["field"] == "title" and s["source"] for s in result["spans"])
    assert "title" not in told["document"]
    assert [row["error"]["code"] for row in failed] == ["bad_input"] * 3
    assert "secretword" not in json.dumps(failed)
