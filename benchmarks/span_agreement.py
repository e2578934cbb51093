"""Spans against people's: token F1 of the words that Caveat paints and of those that two people marked.

    python -m benchmarks.span_agreement
    python -m benchmarks.span_agreement --first first.jsonl --second second.jsonl --out spans.json

A pair is a signal in a sentence. People marked the words that make a labelled sentence earn its signal, each without
the other's marks; Caveat is compared where it found that signal in that sentence. The ratio is Caveat's mean F1 with
both people to theirs with each other, on the same pairs. The corpus's sentences were trained on, its marks were not:
which signals are found is better here than on new text, where the words are cut is not learned at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np

from classifier import Classifier
from classifier.home import corpus_path
from classifier.training.corpus import read_corpus
from classifier.training.metrics import resamples

from .marks import FIRST, SECOND, Marked, Marks, paint, read_marks

Pairs = Sequence[Marked]
Score = Callable[[Marked], float]


@dataclass(frozen=True)
class Line:
    """A mean token F1 (or a ratio of two) over `pairs`, with a 95% interval over documents."""

    name: str
    pairs: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SignalLine:
    """One signal, on pairs that both marked and Caveat found."""

    signal: str
    pairs: int
    people: float
    caveat: float
    sentence: float


def f1(a: set[int], b: set[int]) -> float:
    """Token F1 of two sets of words of one sentence; 1 where both are empty."""
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def people(m: Marked) -> float:
    """The two people with each other."""
    return f1(m.by[FIRST], m.by[SECOND])


def _with(marker: str) -> Score:
    return lambda m: f1(m.found, m.by[marker])


def caveat(m: Marked) -> float:
    """Caveat with both people, in the mean."""
    return (f1(m.found, m.by[FIRST]) + f1(m.found, m.by[SECOND])) / 2


def sentence(m: Marked) -> float:
    """The whole sentence with both people, in the mean."""
    whole = set(range(m.words))
    return (f1(whole, m.by[FIRST]) + f1(whole, m.by[SECOND])) / 2


def lines(marks: Marks) -> list[Line]:
    """The table, widest first."""
    both = {p: m for p, m in marks.items() if m.both}
    shared = {p: m for p, m in both.items() if m.found}
    out = [
        _line("signal found, of pairs that both marked", both, lambda m: float(bool(m.found))),
        _line("people with each other, all pairs", both, people),
        _line("people with each other, where Caveat found the signal", shared, people),
        _line("Caveat with both, in the mean", shared, caveat),
        _line("whole sentence with both, in the mean", shared, sentence),
        _line("Caveat / people", shared, caveat, people),
        _line("whole sentence / people", shared, sentence, people),
    ]
    one = {marker: {p: m for p, m in marks.items() if m.by.get(marker) and m.found} for marker in (FIRST, SECOND)}
    return [*out, *(_line(f"Caveat with the {marker}", own, _with(marker)) for marker, own in one.items())]


def _line(name: str, marks: Marks, score: Score, to: Score | None = None) -> Line:
    if not marks:
        return Line(name, 0, float("nan"), float("nan"), float("nan"))
    above = np.array([score(m) for m in marks.values()])
    below = np.ones(len(marks)) if to is None else np.array([to(m) for m in marks.values()])
    drawn = [float(above[s].mean() / below[s].mean()) for s in resamples([p.document for p in marks])]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Line(name, len(marks), float(above.mean() / below.mean()), float(low), float(high))


def by_signal(marks: Marks) -> list[SignalLine]:
    """Every signal that has such pairs, most first."""
    found: dict[str, list[Marked]] = {}
    for place, m in marks.items():
        if m.both and m.found:
            found.setdefault(place.signal, []).append(m)
    rows = [SignalLine(s, len(ms), *(float(np.mean([of(m) for m in ms])) for of in (people, caveat, sentence))) for s, ms in found.items()]
    return sorted(rows, key=lambda r: (-r.pairs, r.signal))


def markdown(whole: Sequence[Line], signals: Sequence[SignalLine]) -> str:
    """Both tables."""
    out = ["| token F1 | value | 95% interval | pairs |", "|---|---|---|---|"]
    out += [f"| {x.name} | {x.value:.3f} | {x.low:.3f} to {x.high:.3f} | {x.pairs} |" for x in whole]
    out += ["", "| signal | pairs | people | Caveat | ratio | whole sentence |", "|---|---|---|---|---|---|"]
    out += [f"| {r.signal} | {r.pairs} | {r.people:.2f} | {r.caveat:.2f} | {r.caveat / r.people:.2f} | {r.sentence:.2f} |" for r in signals]
    return "\n".join(out)


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=(__doc__ or "").replace("\n\n", "\n\n\b\n", 1))
@click.option(
    f"--{FIRST}", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Marks of the first, beside those in the corpus."
)
@click.option(f"--{SECOND}", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Marks of the second.")
@click.option("--model", help="A model directory, version or alias.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write both tables as JSON.")
def main(first: Path | None, second: Path | None, model: str | None, out: Path | None) -> None:
    """Prints the tables."""
    classifier = Classifier.load(model)
    documents = read_corpus(corpus_path(), classifier.policy).documents
    marks, problems = read_marks(documents, {m: p for m, p in ((FIRST, first), (SECOND, second)) if p is not None})
    for p in problems:
        click.echo(f"{p.path}:{p.line}: {p.message}", err=True)
    if not any(m.both for m in marks.values()):
        raise click.ClickException("no pair was marked by two people; name their marks with --first and --second")
    marked = {p.document for p in marks}
    paint(classifier, [d for d in documents if d.id in marked], marks)
    whole, signals = lines(marks), by_signal(marks)
    click.echo(f"{len(marked)} documents, {len(marks)} pairs, model {classifier.model.version}\n\n{markdown(whole, signals)}")
    if out is not None:
        body = {"model": classifier.model.version, "whole": [asdict(x) for x in whole], "signals": [asdict(r) for r in signals]}
        out.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
