"""One experiment with the sentence heads: fitted on most writers by some variant of the model, judged on writers that
nobody learned from.

What is reported is average precision of the heads' own logits, before calibration, gates and voice: what a change of
streams or of regularisation does, and nothing that a later step adds or hides.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.policy.load import Policy
from classifier.text.classes import Classes
from classifier.text.streams import STREAMS
from classifier.training.corpus import Corpus, DocumentRow, SentenceRow
from classifier.training.features import SHIPPED, StreamOptions, render, scale, sentence_vectorizer
from classifier.training.heads import _ITERATIONS as ITERATIONS
from classifier.training.heads import _TOLERANCE as TOLERANCE
from classifier.training.heads import SENTENCE_C
from classifier.training.metrics import Floats, average_precision, resamples
from classifier.training.units import Units, units_of

from .comparison import spread

# Claims, caveats and marks that have ten positives or more in both sets.
HEADS = (
    "disease_claim", "absolute_effect", "replaces_medicine", "absolute_safety", "hedged_benefit", "side_effects",
    "interactions", "who_should_avoid", "dose_limits", "evidence_limits", "not_asserted", "exempt",
)  # fmt: skip
SETS: Mapping[str, frozenset[str]] = {
    "contrast": frozenset({"jasmine", "lilac", "aspen", "linden", "magnolia"}),  # short documents that turn on one sentence
    "natural": frozenset({"myrtle", "quince", "nutmeg", "olive", "cicely", "sage"}),
}


@dataclass(frozen=True)
class Variant:
    """A way to fit the sentence heads. `strength` is scikit-learn's C, `tolerance` its tol."""

    name: str
    what: str
    streams: StreamOptions = SHIPPED
    strength: float = SENTENCE_C
    tolerance: float = TOLERANCE


BASE = Variant("shipped", f"as shipped: C {SENTENCE_C:g}, tolerance {TOLERANCE:g}")
VARIANTS = (
    BASE,
    *(Variant(f"no-{s}", f"without the {s} stream", StreamOptions(leave_out=(s,))) for s in STREAMS),
    *(Variant(f"c-{c:g}", f"C {c:g}", strength=c) for c in (0.001, 0.01, 0.02, 0.06, 0.2) if c != SENTENCE_C),
    *(Variant(f"tol-{t:.0e}".replace("e-0", "e-"), f"fitted to a tolerance of {t:g}", tolerance=t) for t in (1e-4, 1e-6) if t != TOLERANCE),
    Variant("word-1-3", "word trigrams as well", StreamOptions(word_ngrams=(1, 3))),
    Variant("char-3-6", "characters 3-6", StreamOptions(char_ngrams=(3, 6))),
    Variant("no-idf", "no idf in any stream", StreamOptions(use_idf=False)),
    Variant("word-alone", "words and pairs alone: plain TF-IDF + LR", StreamOptions(leave_out=tuple(s for s in STREAMS if s != "word"))),
)


@dataclass(frozen=True)
class Held:
    """Units of held-out writers, and the topic of each."""

    units: Units
    topics: tuple[str, ...]

    def targets(self) -> Floats:
        """(units, HEADS) of 0 and 1."""
        return self.units.targets[:, [self.units.heads.index(h) for h in HEADS]].astype(np.float64)


@dataclass(frozen=True)
class Setting:
    """What every variant is fitted on and judged by. `fingerprint` is of all of it: figures of two are not comparable."""

    train: Units
    held: Mapping[str, Held]
    fingerprint: str

    def to_dict(self) -> dict[str, Any]:
        """Its sizes, for the page."""
        return {
            "fingerprint": self.fingerprint,
            "train": {"units": len(self.train.owner), "writers": len(set(self.train.author))},
            "sets": {name: self._sizes(held) for name, held in self.held.items()},
        }

    def _sizes(self, held: Held) -> dict[str, Any]:
        positives = held.targets().sum(axis=0).astype(int).tolist()
        return {
            "units": len(held.topics),
            "topics": len(set(held.topics)),
            "writers": sorted(set(held.units.author)),
            "positives": dict(zip(HEADS, positives, strict=True)),
        }


def setting(corpus: Corpus, policy: Policy, share: float = 1.0) -> Setting:
    """The split by writers. With a `share` below 1, an even share of the corpus's rows."""
    part = Corpus(spread(corpus.sentences, _share(share, corpus.sentences)), spread(corpus.documents, _share(share, corpus.documents)))
    units = units_of(part, Classes.shipped(), policy)
    rows: list[SentenceRow | DocumentRow] = [*part.sentences, *part.documents]
    topic = {r.id: r.topic for r in rows}
    author = np.array(units.author)
    masks = {name: np.isin(author, sorted(writers)) for name, writers in SETS.items()}
    held = {}
    for name, mask in masks.items():
        own = units.take(mask)
        held[name] = Held(own, tuple(topic[o] for o in own.owner))
    return Setting(units.take(~np.any(list(masks.values()), axis=0)), held, _fingerprint(units, topic))


def _share(share: float, rows: Sequence[object]) -> int:
    return max(1, round(share * len(rows)))


def _fingerprint(units: Units, topic: Mapping[str, str]) -> str:
    """Of the streams as rendered, so of corpus, class lexicon and reading at once, of the labels and of what ships."""
    digest = sha256(
        repr((HEADS, sorted((n, sorted(w)) for n, w in SETS.items()), asdict(SHIPPED), SENTENCE_C, ITERATIONS, TOLERANCE)).encode()
    )
    columns = [units.heads.index(h) for h in HEADS]
    for row, target, owner, author in zip(render(units.streams), units.targets[:, columns], units.owner, units.author, strict=True):
        digest.update(repr((list(row), target.tolist(), topic[owner], author)).encode())
    return digest.hexdigest()


def fit_head(matrix: Any, target: NDArray[np.int64], strength: float, tolerance: float = TOLERANCE) -> LogisticRegression:
    """One head on a float32 matrix, as `classifier.training.heads` fits it, with any strength and tolerance.

    The shift that balanced classes bring stays on the intercept: it moves no ranking.
    """
    return LogisticRegression(C=strength, class_weight="balanced", max_iter=ITERATIONS, tol=tolerance).fit(matrix, target)


def run(variant: Variant, at: Setting) -> dict[str, Any]:
    """The variant's row: its size and cost, and by set the figures of `figures`."""
    rows = render(at.train.streams)
    started = time.process_time()
    vectorizer = sentence_vectorizer(variant.streams)
    matrix = scale(vectorizer.fit_transform(rows), at.train.words).astype(np.float32)
    columns = [at.train.heads.index(h) for h in HEADS]
    heads = [fit_head(matrix, at.train.targets[:, h], variant.strength, variant.tolerance) for h in columns]
    seconds = time.process_time() - started
    sets = {}
    for name, held in at.held.items():
        seen = scale(vectorizer.transform(render(held.units.streams)), held.units.words)
        sets[name] = figures(held.targets(), np.column_stack([h.decision_function(seen) for h in heads]), held.topics)
    return {
        "what": variant.what,
        "features": matrix.shape[1],
        "steps": max(int(h.n_iter_[0]) for h in heads),
        "cpu_seconds": round(seconds, 1),
        "sets": sets,
    }


def figures(labels: Floats, scores: Floats, topics: Sequence[str]) -> dict[str, Any]:
    """Average precision by head, their mean, and the mean of each bootstrap sample of topics (the same for every variant)."""
    by_head = _by_head(labels, scores)
    draws = [_macro(_by_head(labels[s], scores[s])) for s in resamples(topics)]
    return {
        "macro": _macro(by_head),
        "heads": {h: None if np.isnan(v) else round(v, 5) for h, v in zip(HEADS, by_head, strict=True)},
        "draws": [round(d, 5) for d in draws],
    }


def _by_head(labels: Floats, scores: Floats) -> list[float]:
    return [average_precision(labels[:, h], scores[:, h]) for h in range(labels.shape[1])]


def _macro(values: Sequence[float]) -> float:
    """The mean over heads that have both classes here; which these are hangs on the labels, so not on the variant."""
    defined = [v for v in values if not np.isnan(v)]
    return float(np.mean(defined)) if defined else float("nan")
