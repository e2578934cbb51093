"""`caveat data`: the corpus and reviewers' labels."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from ..home import corpus_path
from ..policy.load import POLICIES, load_policy
from .main import show_problems


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Checks, counts and imports labelled text."""


@command.command()
@click.argument("root", type=click.Path(path_type=Path), required=False)
@click.option(
    "--against", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Also look for text that stands in this folder."
)
def check(root: Path | None, against: Path | None) -> None:
    """Schema, ids, duplicates, leakage between splits, balance; every problem with file and line. Exit 1 on findings.

    \b
    caveat data check
    caveat data check my_corpus --against ../held-out
    """
    from ..training.check import check_corpus

    corpus, problems = check_corpus(root or corpus_path(), load_policy(), against)
    show_problems(problems)
    click.echo(f"{len(corpus.sentences):,} sentences, {len(corpus.documents):,} documents, {len(problems):,} problems")
    if problems:
        raise click.exceptions.Exit(1)


@command.command()
@click.argument("root", type=click.Path(path_type=Path), required=False)
def stats(root: Path | None) -> None:
    """Counts by signal, genre, writer and label, and the agreement of first and second labels."""
    from ..training.agreement import all_agreement
    from ..training.corpus import read_corpus
    from ..training.units import sentence_heads

    folder, policy = root or corpus_path(), load_policy()
    corpus = read_corpus(folder, policy)
    heads = sentence_heads(policy)
    labelled = [r.labelled for r in corpus.sentences] + [s.labelled for d in corpus.documents for s in d.sentences]
    click.echo(f"{len(corpus.sentences):,} sentences, {len(corpus.documents):,} documents, {len(labelled):,} labelled sentences in all")
    for head in heads:
        click.echo(f"  {head:24s} {sum(x.has(head) for x in labelled):6d}")
    for name in ("genre", "tier"):
        click.echo(f"documents by {name}: {dict(Counter(d.facts[name] for d in corpus.documents).most_common())}")
    for p in POLICIES:
        click.echo(f"documents by {p}: {dict(sorted(Counter(d.labels[p] for d in corpus.documents).items()))}")
    click.echo(
        f"rows by writer: {dict(sorted((Counter(r.author for r in corpus.sentences) + Counter(d.author for d in corpus.documents)).items()))}"
    )
    if (folder / "second_labels" / "first.jsonl").is_file():
        click.echo("agreement of first and second labels (rows, positives of each, kappa, PABAK, positive agreement):")
        for a in all_agreement(folder, policy, heads):
            click.echo(f"  {a.head:24s} {a.rows:5d} {a.first:4d} {a.second:4d}  {a.kappa:.3f}  {a.pabak:.3f}  {a.positive:.3f}")


@command.command()
@click.argument("root", type=click.Path(path_type=Path), required=False)
@click.option("--model", help="A model directory, version or alias: whose heads to show (default: the current one).")
def audit(root: Path | None, model: str | None) -> None:
    """What could be told without reading (genre, length, writer), and the features that raise each head most.

    \b
    caveat data audit
    caveat data audit --model previous
    """
    from ..artifact import load_model
    from ..home import resolve_model
    from ..training.audit import SHORTCUT, shortcuts, strongest
    from ..training.corpus import read_corpus

    click.echo(f"AUC of one thing alone; * from {SHORTCUT:.2f} on")
    click.echo(f"{'label':32s} {'rows':>6s} {'genre':>6s} {'length':>6s} {'writer':>6s}")
    for s in shortcuts(read_corpus(root or corpus_path(), load_policy()), load_policy()):
        click.echo(f"{s.label:32s} {s.rows:6d} {s.genre:6.2f} {s.length:6.2f} {s.writer:6.2f}{' *' if s.found else ''}")
    for head, features in strongest(load_model(resolve_model(model)).sentences).items():
        click.echo(f"\n{head}: " + ", ".join(f"{feature} ({stream} {weight:+.2f})" for stream, feature, weight in features))


@command.command("import")
@click.argument("drafts", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--author", required=True)
@click.option("--batch", required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The corpus folder (default: the one in use).")
def import_drafts(drafts: tuple[Path, ...], author: str, batch: str, out: Path | None) -> None:
    """Turns drafts in the writers' plain-text form (GUIDELINES.md) into corpus rows; document labels come from the rules."""
    from ..errors import CorpusError
    from ..policy.rules import decide
    from ..training.corpus import DocumentRow, _document
    from ..training.drafts import read_draft

    policy, root = load_policy(), out or corpus_path()
    read = [read_draft(path, author, batch) for path in drafts]
    problems = [p for d in read for p in d.problems]
    if problems:
        raise CorpusError(f"{len(problems)} problems in the drafts; nothing was imported", problems)
    documents = []
    for row in (r for d in read for r in d.documents):
        row.pop("expect", None)
        row["labels"] = dict.fromkeys(POLICIES, 0)
        built = _document(row, policy, [])
        if isinstance(built, DocumentRow):
            decision = decide(built.fact_values(), built.judged(), policy)
            row["labels"] = {p: g / 2 for p, g in decision.grades.items()}
            row["severity"] = decision.severity
        documents.append(row)
    for kind, rows in (("sentences", [r for d in read for r in d.sentences]), ("documents", documents)):
        path = root / kind / f"{author}-{batch}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        click.echo(f"{len(rows):,} {kind} in {path}")
