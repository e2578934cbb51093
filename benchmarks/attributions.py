"""Four ways to say which words moved a margin: Caveat's own spans, LIME, SHAP, and chance.

LIME (Ribeiro et al. 2016) and SHAP (Lundberg and Lee 2017) are the published packages at their defaults, over words cut
out of the text. SHAP is its `PartitionExplainer` (Owen values), its usual one for text, over a balanced tree of
neighbouring words: a permutation explainer needs two calls a word and more before it can say anything, which is
above the budget for most articles. Both are given the same number of calls, for both policies at once.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import CAVEATS_POLICY, POLICIES

from .articles import Article, Floats, Scorer


@dataclass(frozen=True)
class Attribution:
    """What a method says. `weights` (words, policies): a word's share of each margin, log-odds. `after` (words, policies):
    a second key, of the same sense, for words of equal weight. `seconds` of CPU and `calls` of the model, for both policies."""

    weights: Floats
    after: Floats
    seconds: float
    calls: int


Method = Callable[[Scorer, Article, int, int], Attribution]


def caveat(scorer: Scorer, article: Article, samples: int, seed: int) -> Attribution:
    """One call. A span's weight goes to its words: what its terms carry to these, the rest in equal parts."""
    result = scorer.result(article, "full")
    weights = np.zeros((len(article.words), len(POLICIES)))
    for span in result.spans:
        own = weights[:, POLICIES.index(span.policy)]
        inside = article.within(span.place)
        rest = span.weight
        for term in span.terms:
            words = [i for i in inside if article.words[i].start < term.end and article.words[i].end > term.start]
            for i in words:
                own[i] += term.weight / len(words)
            rest -= term.weight if words else 0.0
        for i in inside:
            own[i] += rest / len(inside)
    after = np.zeros_like(weights)
    for sentence in result.sentences:
        inside = article.within(sentence.place)
        after[inside] = weights[inside].sum(axis=0)
    _triggers(result.checklist, article, weights, after)
    return Attribution(weights, after, 0.0, 0)


def _triggers(checklist: Any, article: Article, weights: Floats, after: Floats) -> None:
    """What is missing has no words; what asks for it has: the sentences that the checklist shows beside a missing caveat."""
    column = POLICIES.index(CAVEATS_POLICY)
    claims = np.maximum(weights[:, 1 - column], 0.0)
    for place in {p for line in checklist if line.required and line.status != "present" for p in line.triggers}:
        inside = article.within(place)
        after[inside, column] = np.maximum(after[inside, column], 1.0 + claims[inside])


def lime(scorer: Scorer, article: Article, samples: int, seed: int) -> Attribution:
    """LimeTextExplainer over words by position: it gets their numbers as its text, and the model the words."""
    text = importlib.import_module("lime.lime_text")
    count = len(article.words)

    def margins(texts: list[str]) -> Floats:
        kept = np.zeros((len(texts), count), dtype=bool)
        for row, numbers in zip(kept, texts, strict=True):
            row[[int(n) for n in numbers.split()]] = True
        return scorer.margins(article, kept)

    explainer = text.LimeTextExplainer(class_names=list(POLICIES), feature_selection="none", random_state=seed)
    found = explainer.explain_instance(
        " ".join(map(str, range(count))), margins, labels=range(len(POLICIES)), num_features=count, num_samples=samples
    )
    weights = np.zeros((count, len(POLICIES)))
    for policy in range(len(POLICIES)):
        for word, weight in found.as_list(label=policy):
            weights[int(word), policy] = weight
    return Attribution(weights, np.zeros_like(weights), 0.0, 0)


def shap(scorer: Scorer, article: Article, samples: int, seed: int) -> Attribution:
    """PartitionExplainer over a balanced tree of neighbouring words; a word that is out is cut from the text."""
    package = importlib.import_module("shap")
    count = len(article.words)
    masker = package.maskers.Partition(np.zeros((1, count)), clustering=halves(count))

    def margins(rows: Floats) -> Floats:
        return scorer.margins(article, np.asarray(rows) > 0.5)

    np.random.seed(seed)  # the package breaks ties with the global generator
    explainer = package.PartitionExplainer(margins, masker)
    found = explainer(np.ones((1, count)), max_evals=samples, silent=True)
    weights = np.asarray(found.values, dtype=np.float64)[0].reshape(count, len(POLICIES))
    return Attribution(weights, np.zeros_like(weights), 0.0, 0)


def halves(count: int) -> Floats:
    """A balanced tree over `count` neighbours in SciPy's linkage form: (count - 1, 4)."""
    rows: list[list[float]] = []

    def node(first: int, stop: int) -> int:
        if stop - first == 1:
            return first
        middle = (first + stop) // 2
        left, right = node(first, middle), node(middle, stop)
        rows.append([left, right, float(stop - first), stop - first])
        return count + len(rows) - 1

    node(0, count)
    return np.array(rows, dtype=np.float64).reshape(count - 1, 4)


def chance(scorer: Scorer, article: Article, samples: int, seed: int) -> Attribution:
    """Words in random order."""
    draw = np.random.default_rng([seed, len(article.words)])
    weights = draw.random((len(article.words), len(POLICIES)))
    return Attribution(weights, np.zeros_like(weights), 0.0, 0)


METHODS: dict[str, Method] = {"caveat": caveat, "lime": lime, "shap": shap, "chance": chance}
TITLES = {"caveat": "Caveat's spans", "lime": "LIME", "shap": "SHAP", "chance": "chance"}


def installed() -> list[str]:
    """The methods that can run here: LIME and SHAP only where their packages are."""
    return [name for name in METHODS if name not in ("lime", "shap") or importlib.util.find_spec(name) is not None]


def explain(name: str, scorer: Scorer, article: Article, samples: int, seed: int) -> Attribution:
    """One method on one article, with what it cost."""
    calls, started = scorer.calls, time.process_time()
    found = METHODS[name](scorer, article, samples, seed)
    return Attribution(found.weights, found.after, time.process_time() - started, scorer.calls - calls)


def ranked(found: Attribution, policy: int, side: int) -> NDArray[np.int64]:
    """The words in the order in which they speak for a side (+1 worse, -1 better), strongest first."""
    order = np.arange(len(found.weights))
    return np.lexsort((order, -side * found.after[:, policy], -side * found.weights[:, policy]))
