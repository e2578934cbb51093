"""`caveat evaluate`: metrics of a model on labelled data, or of the corpus with a writer or genre left out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..classifier import Classifier
    from ..training.corpus import DocumentRow, SentenceRow
    from ..training.evaluate import Report


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path), multiple=True, help="Labelled documents (JSONL or CSV); may be repeated.")
@click.option("--by", "by_fact", type=click.Choice(["genre", "tier"]), help="Also by a fact, as detected or told.")
@click.option(
    "--leave-out",
    type=click.Choice(["author", "genre"]),
    help="Refit on the corpus without each writer or genre and score what was left out.",
)
@click.option("--functional", is_flag=True, help="Pass rates of the functional cases, by capability.")
@click.option("--model", help="A model directory, version or alias.")
@click.option("--skip-bad-rows", is_flag=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(
    data: tuple[Path, ...], by_fact: str | None, leave_out: str | None, functional: bool, model: str | None, skip_bad_rows: bool, form: str
) -> None:
    """Prints AUC, average precision, Brier, ECE and bands with 95% intervals.

    \b
    caveat evaluate --data reviewers.jsonl --by genre
    caveat evaluate --leave-out author
    caveat evaluate --functional
    """
    from ..classifier import Classifier
    from ..home import corpus_path
    from ..policy.load import load_policy
    from ..training.evaluate import evaluate_model, evaluate_out_of_fold
    from ..training.labels import read_labelled

    if functional:
        _functional(Classifier.load(model), form)
        return
    if leave_out:
        from ..training.corpus import read_corpus
        from ..training.fit import corpus_folds, fit

        policy = load_policy()
        corpus = read_corpus(corpus_path(), policy)
        folds = corpus_folds(corpus, by=lambda row: _key(row, leave_out))
        fitted = fit(corpus, policy, jobs=2, progress=lambda step: click.echo(step, err=True), fold_of=folds)
        reports = {"all": evaluate_out_of_fold(fitted.out_of_fold, policy, fitted.cutoffs.values)}
    elif data:
        classifier = Classifier.load(model)
        rows, _ = read_labelled(data, classifier.policy, skip_bad_rows=skip_bad_rows)
        reports = {"all": evaluate_model(classifier, rows)}
        if by_fact:
            for value in sorted({str(d.facts[by_fact]) for d in rows if by_fact in d.facts}):
                reports[value] = evaluate_model(classifier, [d for d in rows if str(d.facts.get(by_fact)) == value])
    else:
        raise click.UsageError("name labelled data with --data, or use --leave-out author or --functional")
    if form == "json":
        click.echo(json.dumps({k: r.to_dict() for k, r in reports.items()}, ensure_ascii=False))
        return
    for name, report in reports.items():
        if name != "all":
            click.echo(f"\n== {name}")
        print_report(report)


def _functional(classifier: Classifier, form: str) -> None:
    from ..home import corpus_path
    from ..training.functional import evaluate_functional, read_cases

    rows = evaluate_functional(classifier, read_cases(corpus_path()))
    if form == "json":
        click.echo(json.dumps([asdict(r) for r in rows], ensure_ascii=False))
        return
    click.echo(f"{'capability':32s} {'policy':30s} {'pairs':>5s} {'order':>6s} {'strict':>6s}")
    for r in rows:
        click.echo(f"{r.name:32s} {r.policy:30s} {r.pairs:5d} {r.order:6.2f} {r.strict:6.2f}")


def _key(row: SentenceRow | DocumentRow, leave_out: str) -> str:
    if leave_out == "author":
        return row.author
    return str(row.facts["genre"]) if hasattr(row, "facts") else row.genre


def print_report(report: Report) -> None:
    """The table of both policies."""
    for name, figures in report.policies.items():
        click.echo(f"\n{name}")
        for f in figures:
            click.echo(f"  {f.name:20s} {f.value:6.3f}  [{f.low:.3f}, {f.high:.3f}]  n={f.n}")
    for fact, value in (report.facts or {}).items():
        click.echo(f"  {fact:20s} {value:6.3f}  right")
