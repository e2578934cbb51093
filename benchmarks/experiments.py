"""`python -m benchmarks.experiments`: what each stream and setting of the sentence heads is worth, on writers held out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "experiments.md"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, metavar="NAME", help="Only this variant, beside the rows that are there; may be repeated.")
@click.option("--sample", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True, help="An even share of the corpus.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page, `.md`; results stand beside it as `.json`. [default: docs/experiments.md]",
)
@click.option("--corpus", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Another corpus folder.")
def command(only: tuple[str, ...], sample: float, out: Path | None, corpus: Path | None) -> None:
    """Fits the sentence heads in several ways on most writers and judges them on the rest, in one process.

    Average precision, macro and by head, on contrast texts and on natural texts of writers who were held out, with 95%
    bootstrap intervals over topics, and the difference from what ships on the same samples. The tables go between two
    marks of the page and leave its prose alone.

    \b
    python -m benchmarks.experiments
    python -m benchmarks.experiments --only no-char --only char-3-6
    python -m benchmarks.experiments --sample 0.1 --out /tmp/experiments.md
    """
    if out is None and (sample < 1 or corpus is not None):
        raise click.UsageError("name a page with --out: docs/experiments.md is for the whole corpus")
    page = out or PAGE
    if page.suffix != ".md" or not page.parent.is_dir():
        raise click.UsageError(f"--out: {page} is not a .md in a folder that exists")
    for name in THREADS:
        os.environ[name] = "1"  # read when numpy loads, so before it does
    from classifier.errors import CaveatError

    try:
        _experiment(only, sample, page, corpus, _progress())
    except (CaveatError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _experiment(only: tuple[str, ...], sample: float, page: Path, root: Path | None, progress: Callable[[str], None]) -> None:
    from classifier.errors import CorpusError
    from classifier.home import corpus_path
    from classifier.policy.load import load_policy
    from classifier.training.corpus import read_corpus

    from .ablation import BASE, VARIANTS, Variant, run, setting
    from .experiments_page import NEW, load, points, put, save, tables

    names = [v.name for v in VARIANTS]
    if unknown := [n for n in only if n not in names]:
        raise click.UsageError(f"--only: no variant {unknown[0]!r}; known: {', '.join(names)}")
    put(page.read_text(encoding="utf-8") if page.exists() else NEW, "")  # hours of fitting need a place to go to
    policy = load_policy()
    corpus = read_corpus(root or corpus_path(), policy)
    if corpus.problems:
        raise CorpusError(f"{len(corpus.problems)} problems in the corpus; `caveat data check` lists them", corpus.problems)
    progress("reading the corpus")
    at = setting(corpus, policy, sample)
    here = at.to_dict() | {"share": sample}
    results = page.with_suffix(".json")
    before, rows = load(results) if only else ({}, {})
    if rows and before["fingerprint"] != here["fingerprint"]:
        raise click.UsageError(f"--only: {results} was measured on another corpus, lexicon or default; run without --only")

    def keep(variant: Variant, row: dict[str, Any]) -> None:
        rows[variant.name] = row
        ordered = {n: rows[n] for n in names if n in rows}
        save(results, here, ordered)
        old = page.read_text(encoding="utf-8") if page.exists() else NEW
        page.write_text(put(old, tables(here, ordered, BASE.name)), encoding="utf-8")
        macros = ", ".join(f"{name} {points(found['macro'])}" for name, found in row["sets"].items())
        progress(f"{variant.name}: {macros}; {row['cpu_seconds']:.0f} CPU s, {row['steps']} steps")

    for variant in VARIANTS:
        if not only or variant.name in only:
            keep(variant, run(variant, at))


def _progress() -> Callable[[str], None]:
    started = time.perf_counter()
    return lambda step: click.echo(f"[{time.perf_counter() - started:5.0f} s] {step}", err=True)


if __name__ == "__main__":
    command()
