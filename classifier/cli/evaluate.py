"""`caveat evaluate`: metrics of a model on labelled data, or of the corpus with a writer or genre left out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import ModelDamaged

if TYPE_CHECKING:
    from ..classifier import Classifier
    from ..training.corpus import DocumentRow, SentenceRow
    from ..training.evaluate import Report
    from ..training.metrics import Figure


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path), multiple=True, help="Labelled documents (JSONL or CSV); may be repeated.")
@click.option("--by", "by_fact", type=click.Choice(["genre", "tier"]), help="Also by a fact, as detected or told.")
@click.option(
    "--leave-out",
    type=click.Choice(["author", "genre"]),
    help="Refit on the corpus without each writer or genre and score what was left out.",
)
@click.option("--functional", is_flag=True, help="Pass rates of the functional cases, by capability.")
@click.option(
    "--examination", is_flag=True, help="The documents kept apart, by writers of no training text: bands, checklist, facts, severity."
)
@click.option("--coverage", is_flag=True, help="What is left unjudged: scope cases, and the model's errors against coverage.")
@click.option("--cases", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="With --coverage: other scope cases (JSONL).")
@click.option("--behaviour", is_flag=True, help="How results move when texts are edited: caveats and claims put in, disguises, swaps …")
@click.option("--model", help="A model directory, version or alias.")
@click.option("--skip-bad-rows", is_flag=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(
    data: tuple[Path, ...], by_fact: str | None, leave_out: str | None, functional: bool, examination: bool, coverage: bool, cases: Path | None,
    behaviour: bool, model: str | None, skip_bad_rows: bool, form: str,
) -> None:  # fmt: skip
    """Prints AUC, average precision, Brier, ECE and bands with 95% intervals.

    \b
    caveat evaluate --data reviewers.jsonl --by genre
    caveat evaluate --leave-out author
    caveat evaluate --functional
    caveat evaluate --examination
    caveat evaluate --coverage
    caveat evaluate --behaviour
    """
    from ..classifier import Classifier
    from ..home import corpus_path
    from ..policy.load import load_policy
    from ..training.evaluate import evaluate_model, evaluate_out_of_fold
    from ..training.labels import read_labelled

    if functional:
        _functional(Classifier.load(model), form)
        return
    if behaviour:
        _behaviour(Classifier.load(model), form)
        return
    if examination:
        _examination(Classifier.load(model), form)
        return
    if coverage:
        _coverage(Classifier.load(model), cases, form)
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
        raise click.UsageError(
            "name labelled data with --data, or use --leave-out author, --functional, --examination, --behaviour or --coverage"
        )
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


def _behaviour(classifier: Classifier, form: str) -> None:
    from ..home import corpus_path
    from ..training.behaviour import behaviour_table, evaluate_behaviour
    from ..training.behaviour_material import read_material

    rows = evaluate_behaviour(classifier, read_material(corpus_path()))
    if form == "json":
        click.echo(json.dumps([r.to_dict() for r in rows], ensure_ascii=False))
        return
    click.echo("\n".join(behaviour_table(rows)))


def _coverage(classifier: Classifier, path: Path | None, form: str) -> None:
    from ..training.coverage import coverage_table, evaluate_scope, read_scope

    rows = evaluate_scope(classifier, read_scope(path or _scope_cases()))
    curve = _curve(classifier.model.path)
    if form == "json":
        click.echo(json.dumps({"scope": [asdict(r) for r in rows], "coverage": curve}, ensure_ascii=False))
        return
    click.echo(f"{'texts':28s} {'should be':>12s} {'n':>4s} {'are':>6s}  not so")
    for r in rows:
        click.echo(f"{r.kind:28s} {'assessed' if r.assess else 'not assessed':>12s} {r.texts:4d} {r.share:6.3f}  {' '.join(r.wrong)}")
    click.echo()
    if curve:
        click.echo("\n".join(coverage_table(curve, {p: t[0] for p, t in classifier.policy.titles.items()})))
    else:
        click.echo("no risk-coverage curve beside this model: `caveat train` leaves one")


def _scope_cases() -> Path:
    from ..home import checkout

    root = checkout()
    path = None if root is None else root / "tests" / "cases" / "scope.jsonl"
    if path is None or not path.is_file():
        raise click.UsageError("the scope cases come with the source, not with the package; name some with --cases")
    return path


def _curve(directory: Path) -> list[dict[str, Any]]:
    """The curve that training left beside a model; none where it was trained before there were any, or on labels alone."""
    path = directory / "evaluation.json"
    if not path.is_file():
        return []
    try:
        return list(json.loads(path.read_text(encoding="utf-8")).get("coverage", []))
    except (ValueError, AttributeError):
        raise ModelDamaged(f"{path}: cannot be read; train again") from None


def _examination(classifier: Classifier, form: str) -> None:
    from ..errors import CorpusError
    from ..home import corpus_path
    from ..training.corpus import read_examination
    from ..training.examination import examine

    corpus = read_examination(corpus_path(), classifier.policy)
    if corpus.problems:
        raise CorpusError(f"{corpus_path()}: the examination has {len(corpus.problems)} problems; correct them", corpus.problems)
    found = examine(classifier, corpus.documents)
    if form == "json":
        rows = {**{p: [f.to_dict() for f in fs] for p, fs in found.policies.items()}, "grounds": [f.to_dict() for f in found.grounds]}
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for name, figures in (*found.policies.items(), ("grounds", found.grounds)):
        click.echo(f"\n{name}")
        for f in figures:
            click.echo(figure_line(f))


def figure_line(f: Figure) -> str:
    """A figure with its interval."""
    return f"  {f.name:22s} {f.value:6.3f}  [{f.low:.3f}, {f.high:.3f}]  n={f.n}"


def _key(row: SentenceRow | DocumentRow, leave_out: str) -> str:
    if leave_out == "author":
        return row.author
    return str(row.facts["genre"]) if hasattr(row, "facts") else row.genre


def print_report(report: Report) -> None:
    """The table of both policies."""
    for name, figures in report.policies.items():
        click.echo(f"\n{name}")
        for f in figures:
            click.echo(figure_line(f))
    for fact, value in (report.facts or {}).items():
        click.echo(f"  {fact:20s} {value:6.3f}  right")
