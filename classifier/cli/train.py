"""`caveat train`: fit a model on the corpus, or teach the shipped one with your own labels."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from ..home import corpus_path, home
from ..policy.load import load_policy
from .main import show_problems


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path), multiple=True, help="Labelled documents (JSONL or CSV); may be repeated.")
@click.option("--from-scratch", is_flag=True, help="With --data: refit everything on corpus and data together.")
@click.option("--out", type=click.Path(path_type=Path), help="Leave the model in this folder instead of the registry.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Another corpus folder.")
@click.option("--model", help="With --data: the model to teach (default: the current one).")
@click.option("--skip-bad-rows", is_flag=True, help="Train on the rest where rows of --data cannot be used.")
@click.option("--if-missing", is_flag=True, help="Do nothing where there is a current model already.")
@click.option("--jobs", type=click.IntRange(1), default=min(2, os.cpu_count() or 1), show_default=True, help="Processes.")
def command(
    data: tuple[Path, ...],
    from_scratch: bool,
    out: Path | None,
    corpus: Path | None,
    model: str | None,
    skip_bad_rows: bool,
    if_missing: bool,
    jobs: int,
) -> None:
    """Validates, splits, fits, calibrates, evaluates and registers; prints the table.

    \b
    caveat train                               everything, on the corpus
    caveat train --data reviewers.jsonl        a residual on your labels over the current model
    caveat train --data reviewers.jsonl --from-scratch --out my-model
    """
    from ..training.labels import read_labelled
    from ..training.train import train_model, train_residual

    if if_missing and _has_model():
        click.echo("there is a model already", err=True)
        return
    started = time.perf_counter()

    def progress(step: str) -> None:
        click.echo(f"[{time.perf_counter() - started:5.0f} s] {step}", err=True)

    rows, problems = read_labelled(data, load_policy(), skip_bad_rows=skip_bad_rows) if data else ([], [])
    show_problems(problems)
    if data and not from_scratch:
        done = train_residual(rows, base=model, home=home(), out=out, progress=progress)
    else:
        done = train_model(corpus or corpus_path(), home=home(), out=out, data=rows, jobs=jobs, progress=progress)
    from .evaluate import print_report

    print_report(done.report)
    click.echo(f"model {done.version} in {done.directory}")


def _has_model() -> bool:
    from ..errors import ModelNotFound
    from ..home import resolve_model

    try:
        resolve_model()
    except ModelNotFound:
        return False
    return True
