"""Faithfulness of what is shown: comprehensiveness and sufficiency (ERASER, DeYoung et al. 2020), own implementation.

    python -m benchmarks.faithfulness
    python -m benchmarks.faithfulness --documents 3 --samples 60 --methods caveat,chance --out faithfulness.json

For a text, a policy and the side that the model takes (worse: the band is not compliant), a method orders the words by
how much they speak for that side. With the first k% of them cut out, `comprehensiveness` is what the model's confidence
in that side loses (more is better: those words mattered); with nothing else kept, `sufficiency` is what it loses then
(less is better: those words are enough). Both are means over k = 5, 10, 20 and 50 (AOPC), in probability, as ERASER has
it, and in log-odds, which do not saturate. Every method gets the same number of words. Beside that, at the number of
words that Caveat's own spans for that side hold. Texts are scored afresh with facts detected again, unless --fixed-facts.
LIME and SHAP run where they are installed (`pip install lime shap`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from classifier import POLICIES, Classifier, load_policy
from classifier.home import corpus_path
from classifier.training.corpus import read_corpus

from .articles import Article, Floats, Scorer, sample
from .attributions import TITLES, Attribution, explain, installed, ranked

BUDGETS = (0.05, 0.10, 0.20, 0.50)
ROUNDS = 1_000


@dataclass(frozen=True)
class Measured:
    """One article, policy and method. AOPC means in probability and, `_margin`, in log-odds; `own_…` at the number of
    words (`own_words`) of Caveat's spans for that side, None where it shows none."""

    article: str
    genre: str
    policy: str
    side: str
    method: str
    comprehensiveness: float
    sufficiency: float
    comprehensiveness_margin: float
    sufficiency_margin: float
    own_words: int
    own_comprehensiveness: float | None
    own_sufficiency: float | None
    seconds: float
    calls: int


def losses(whole: float, changed: Floats, side: int) -> tuple[Floats, Floats]:
    """What confidence in a side loses between a margin and `changed` ones: (in probability, in log-odds), each (n,)."""
    before, after = side * whole, side * changed
    return _probability(np.full_like(after, before)) - _probability(after), before - after


def _probability(margins: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * margins)), dtype=np.float64)


def masks(order: NDArray[np.int64], sizes: Sequence[int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(cut, only): for each size the words kept when that many leading ones are cut, and when only these stay."""
    only = np.zeros((len(sizes), len(order)), dtype=bool)
    for row, size in zip(only, sizes, strict=True):
        row[order[:size]] = True
    return ~only, only


def sizes_of(words: int) -> list[int]:
    """The budgets in words, at least one."""
    return [max(1, round(share * words)) for share in BUDGETS]


def measure(scorer: Scorer, article: Article, found: Mapping[str, Attribution]) -> list[Measured]:
    """Every policy and method on one article."""
    result = scorer.result(article)
    out = []
    for p, policy in enumerate(POLICIES):
        side = 1 if _worse(result.scores[policy].score, result.scores[policy].thresholds) else -1
        own = int((side * found["caveat"].weights[:, p] > 0).sum()) if "caveat" in found else 0
        for name, attribution in found.items():
            sizes = [*sizes_of(len(article.words)), *([own] if own else [])]
            cut, only = masks(ranked(attribution, p, side), sizes)
            margins = scorer.margins(article, np.concatenate([cut, only]))[:, p]
            lost, lost_margin = losses(result.scores[policy].margin, margins, side)
            n, k = len(sizes), len(BUDGETS)
            out.append(
                Measured(
                    article.id, article.genre, policy, "worse" if side > 0 else "better", name,
                    comprehensiveness=float(lost[:k].mean()), sufficiency=float(lost[n : n + k].mean()),
                    comprehensiveness_margin=float(lost_margin[:k].mean()), sufficiency_margin=float(lost_margin[n : n + k].mean()),
                    own_words=own, own_comprehensiveness=float(lost[k]) if own else None, own_sufficiency=float(lost[n + k]) if own else None,
                    seconds=attribution.seconds, calls=attribution.calls,
                )
            )  # fmt: skip
    return out


def _worse(score: float, thresholds: Mapping[str, float]) -> bool:
    return score >= thresholds["borderline"]


def run(
    scorer: Scorer, articles: Sequence[Article], methods: Sequence[str], samples: int, seed: int, progress: Callable[[str], None]
) -> list[Measured]:
    """All articles. What is paid once (compiling, facts of the whole, caches of words) is paid before any clock runs."""
    out = []
    for name in methods if articles else ():
        explain(name, scorer, articles[0], 20, seed)
    for number, article in enumerate(articles, 1):
        scorer.result(article)
        found = {name: explain(name, scorer, article, samples, seed) for name in methods}
        out += measure(scorer, article, found)
        progress(f"{number} of {len(articles)}: {article.id}")
    return out


# ---------------------------------------------------------------- the table


@dataclass(frozen=True)
class Row:
    """A mean over articles with its 95% bootstrap interval, for each metric (value, low, high)."""

    policy: str
    side: str
    method: str
    n: int
    metrics: Mapping[str, tuple[float, float, float]]
    own_n: int
    seconds: float
    calls: float


METRICS = ("comprehensiveness", "sufficiency", "comprehensiveness_margin", "sufficiency_margin", "own_comprehensiveness", "own_sufficiency")


def summarise(measured: Sequence[Measured], seed: int) -> list[Row]:
    """Means by policy, side and method, in that order."""
    keys = dict.fromkeys((p, s, m.method) for p in POLICIES for s in ("worse", "better") for m in measured)
    out = []
    for policy, side, method in keys:
        own = [m for m in measured if (m.policy, m.side, m.method) == (policy, side, method)]
        if own:
            values = {name: [v for m in own if (v := getattr(m, name)) is not None] for name in METRICS}
            metrics = {name: interval(v, seed) for name, v in values.items()}
            cost = [float(np.mean([getattr(m, name) for m in own])) for name in ("seconds", "calls")]
            out.append(Row(policy, side, method, len(own), metrics, len(values["own_sufficiency"]), *cost))
    return out


def interval(values: Sequence[float], seed: int) -> tuple[float, float, float]:
    """(mean, 2.5%, 97.5%) over resampled articles; NaN of none."""
    if not values:
        return (float("nan"),) * 3
    drawn = np.random.default_rng(seed).integers(0, len(values), (ROUNDS, len(values)))
    means = np.asarray(values)[drawn].mean(axis=1)
    return float(np.mean(values)), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def markdown(rows: Sequence[Row], articles: int, samples: int) -> str:
    """The tables, one for each policy and side."""
    titles = load_policy().titles
    lines = [
        f"Comprehensiveness (more is better) and sufficiency (less is better) on {articles} articles; LIME and SHAP with {samples} calls each. "
        "Mean (95% interval) over 5, 10, 20 and 50% of the words.",
        "",
    ]
    for policy, side in dict.fromkeys((r.policy, r.side) for r in rows):
        own = [r for r in rows if (r.policy, r.side) == (policy, side)]
        verdict = "borderline or violating" if side == "worse" else "compliant"
        lines += [
            f"### {titles[policy][0]}: {own[0].n} articles found {verdict}",
            "",
            f"| method | comprehensiveness | sufficiency | in log-odds | | at the spans' length ({own[0].own_n} articles) | | CPU s | calls |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for r in own:
            cells = [_cell(r.metrics[name], short=name.endswith("margin")) for name in METRICS]
            lines.append(f"| {TITLES[r.method]} | {' | '.join(cells)} | {r.seconds:.3f} | {r.calls:.0f} |")
        lines.append("")
    return "\n".join(lines)


def _cell(metric: tuple[float, float, float], *, short: bool) -> str:
    value, low, high = metric
    if np.isnan(value):
        return "–"
    return f"{value:.2f}" if short else f"{value:.3f} ({low:.3f} to {high:.3f})"


def _chosen(ctx: click.Context, param: click.Parameter, value: str | None) -> list[str]:
    here = installed()
    names = here if value is None else value.split(",")
    if bad := [n for n in names if n not in TITLES]:
        raise click.BadParameter(f"unknown: {', '.join(bad)}; known: {', '.join(TITLES)}")
    if missing := [n for n in names if n not in here]:
        raise click.BadParameter(f"not installed here: {', '.join(missing)}; `pip install {' '.join(missing)}`")
    return names


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=(__doc__ or "").replace("\n\n", "\n\n\b\n", 1))
@click.option("--documents", type=click.IntRange(1), default=40, show_default=True, help="Articles of 100 to 250 words, from every genre.")
@click.option("--samples", type=click.IntRange(10), default=300, show_default=True, help="Calls of the model for LIME and for SHAP.")
@click.option("--methods", callback=_chosen, help="Comma-separated: caveat, lime, shap, chance (default: those installed).")
@click.option("--fixed-facts", is_flag=True, help="Keep the facts found in the whole article while words go.")
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--model", help="A model directory, version or alias.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write every measurement as JSON.")
def main(documents: int, samples: int, methods: list[str], fixed_facts: bool, seed: int, model: str | None, out: Path | None) -> None:
    """Prints the tables."""
    classifier = Classifier.load(model)
    articles = sample(read_corpus(corpus_path(), classifier.policy).documents, documents, seed)
    scorer = Scorer(classifier, fixed=fixed_facts)
    measured = run(scorer, articles, methods, samples, seed, lambda line: click.echo(line, err=True))
    rows = summarise(measured, seed)
    click.echo(markdown(rows, len(articles), samples))
    if out is not None:
        settings: dict[str, Any] = {
            "documents": len(articles),
            "samples": samples,
            "seed": seed,
            "fixed_facts": fixed_facts,
            "budgets": BUDGETS,
        }
        body = {"model": classifier.model.version, **settings, "rows": [asdict(r) for r in rows], "measured": [asdict(m) for m in measured]}
        out.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
