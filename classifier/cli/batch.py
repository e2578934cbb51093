"""`caveat batch`: feeds, folders and files of many documents to one file of results."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click

from ..classifier import EXPLAIN, Classifier, Document
from ..errors import InputError
from ..feeds.items import Item
from ..feeds.output import LineFile
from ..feeds.scoring import Line, lines_by_workers, lines_of
from ..feeds.sources import STDIN, open_sources
from ..feeds.tally import FAIL_ON, Earlier, Tally

OUTPUTS = (".jsonl",)

EPILOG = """\b
Examples:
  caveat batch products.jsonl --out scores.jsonl
  caveat batch articles/ feed.xml --out scores.jsonl --explain none
  zcat dump.jsonl.gz | caveat batch - --out scores.jsonl --workers 4
  caveat batch products.jsonl --out scores.jsonl --resume
  caveat batch new.csv --out scores.jsonl --fail-on violating --fail-on error

\b
Sources:
  .jsonl .ndjson     {"id"?, "text" or "html" or "markdown", "title"?, "url"?, "facts"?, …} a line
  .csv .tsv          a column text, html or markdown; id, title and url are read too
  .xml .rss .atom    RSS or Atom, an entry a document
  .txt .md .html     one document a file; a folder is read with all below it, sorted
  -                  JSON lines from standard input

A row that cannot be scored comes out in its place as {"id", "row", "error"}.
Exit codes: 0 done, 1 --fail-on met, 2 usage, 3 environment (no model, disk full).
"""


@dataclass(frozen=True)
class _Job:
    """What the command line asked for."""

    sources: tuple[str, ...]
    out: Path
    explain: str
    resume: bool
    force: bool
    workers: int
    model: str | None
    policy: Path | None
    quiet: bool


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="PATH", help="Where results go, one a line: PATH.jsonl.")
@click.option("--explain", type=click.Choice(EXPLAIN), default="spans", show_default=True, help="How much is explained; a row's own wins.")
@click.option("--resume", is_flag=True, help="Go on behind the last whole line of PATH: give the same sources and options.")
@click.option("--force", is_flag=True, help="Replace PATH.")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that score; the results are the same."
)
@click.option("--fail-on", type=click.Choice(FAIL_ON), multiple=True, help="Exit 1 where a row is that (borderline: or worse). Repeatable.")
@click.option("--model", metavar="NAME", help="A model: directory, version or alias. Default: CAVEAT_MODEL, else the current one.")
@click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="A policy file. Default: CAVEAT_POLICY, else health@1.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def command(
    sources: tuple[str, ...], out: Path, explain: str, resume: bool, force: bool, workers: int, fail_on: tuple[str, ...],
    model: str | None, policy: Path | None, quiet: bool,
) -> int:  # fmt: skip
    """Score many documents to a file of results, one line a row, in the order of the rows."""
    tally = Tally()
    _run(_Job(sources, out, explain, resume, force, workers, model, policy, quiet), tally)
    if not quiet:
        click.echo(f"caveat: {tally.summary()}; written to {out}", err=True)
    return 1 if tally.meets(fail_on) else 0


def _run(job: _Job, tally: Tally) -> None:
    _check_out(job)
    items = open_sources(job.sources, Document(explain=job.explain))
    classifier = Classifier.load(job.model, job.policy)
    with ExitStack() as stack:
        file = stack.enter_context(_open(job, classifier, tally))
        items = _skip(items, file.written, job.out)
        lines = _lines(job, classifier, items)
        for line in _progress(lines, file.written, stack) if sys.stderr.isatty() and not job.quiet else lines:
            file.add(line.data)
            tally.add(line)


def _check_out(job: _Job) -> None:
    out = job.out
    if job.resume and job.force:
        raise InputError("--resume and --force exclude each other")
    if out.suffix.lower() not in OUTPUTS:
        raise InputError(f"--out {out}: expected an ending that says the format; supported now: {', '.join(OUTPUTS)}")
    if out.is_dir():
        raise InputError(f"--out {out}: is a folder; name a file in it")
    if not out.parent.is_dir():
        raise InputError(f"--out {out}: no folder {out.parent}; make it first")
    if out.exists() and any(s != STDIN and Path(s).exists() and out.samefile(s) for s in job.sources):
        raise InputError(f"--out {out}: is one of the sources; name another file")
    if out.exists() and not job.resume and not job.force:
        raise InputError(f"{out}: exists; go on with --resume, replace it with --force, or name another --out")


def _open(job: _Job, classifier: Classifier, tally: Tally) -> LineFile:
    if not job.resume:
        return LineFile.create(job.out, replace=job.force)
    expected = {"model": {"sha256": classifier.model.sha256}, "policy": {"sha256": classifier.policy.sha256}}
    return LineFile.resume(job.out, Earlier(job.out, tally, expected))


def _skip(items: Iterator[Item], rows: int, out: Path) -> Iterator[Item]:
    skipped = sum(1 for _ in islice(items, rows))
    if skipped < rows:
        raise InputError(f"{out}: holds {rows:,} rows but the sources only {skipped:,}; give the sources it was begun with")
    return items


def _lines(job: _Job, classifier: Classifier, items: Iterator[Item]) -> Iterator[Line]:
    if job.workers == 1:
        return lines_of(classifier, items)
    policy = job.policy if job.policy is not None else os.environ.get("CAVEAT_POLICY")
    return lines_by_workers(items, job.workers, classifier.model.path, Path(policy) if policy else None)


def _progress(lines: Iterator[Line], done: int, stack: ExitStack) -> Iterator[Line]:
    """The same lines, counted on the terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} documents"), TimeElapsedColumn())
    progress = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
    task = progress.add_task("", total=None, completed=done)
    for line in lines:
        progress.advance(task)
        yield line
