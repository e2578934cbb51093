"""Fit: split → heads out of fold → calibrate → combiner → everything again on all rows.

Every number that a later step learns from (calibration, cut-offs, the combiner, Platt, what is typical) comes from
texts whose topic the heads had not seen. Seeded by construction: nothing here draws at random.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..policy.load import POLICIES, Policy
from ..scoring.analyse import Analysis, Reader, conclude, read_text
from ..scoring.combine import Combiner, Presence
from ..scoring.facts import FactModel, impression_features
from ..scoring.findings import Cutoffs
from ..scoring.kernel import sigmoid
from ..scoring.lists import word_lists
from ..scoring.sentences import GATES
from ..scoring.voice import voice as voice_of
from ..scoring.voice import voice_names
from ..text.classes import Classes
from ..text.fold import build_table
from ..text.streams import Streams
from ..text.tokens import Sentence
from .combiner import Calibration, Lines, apply, calibrate_head, fit_combiner, fit_presence, lines_of, platt
from .corpus import Corpus, DocumentRow, SentenceRow
from .fact_model import fit_facts
from .heads import DocumentHeads, SentenceHeads, fit_document_heads, fit_sentence_heads, rebuild, satisfies
from .split import folds
from .units import Units, document_sentences, document_streams, units_of

Progress = Callable[[str], None]
CUTOFF_LOW, CUTOFF_HIGH = 0.2, 0.6
DECISIVE, DECISIVE_HIGH = 0.6, 0.6
CONFIDENT_HIGH = 0.96  # a head that never reaches the precision is sure of nothing below this


@dataclass
class OutOfFold:
    """What the corpus looks like to heads that had not seen its topics."""

    units: Units
    raw: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    documents: list[DocumentRow]
    analyses: list[Analysis]
    scores: dict[str, NDArray[np.float64]]
    unit_folds: NDArray[np.int64]
    document_folds: NDArray[np.int64]


@dataclass
class Fitted:
    """Everything a model directory is made of, and the out-of-fold view that its numbers come from."""

    sentences: SentenceHeads
    documents: DocumentHeads
    gates: NDArray[np.float64]
    voice: NDArray[np.float64]
    impression: FactModel
    facts: FactModel
    cutoffs: Cutoffs
    combiners: dict[str, Combiner]
    presence: dict[str, Presence]
    typical: dict[str, tuple[float, float]]
    classes: Classes
    out_of_fold: OutOfFold


def corpus_folds(corpus: Corpus, *, by: Callable[[SentenceRow | DocumentRow], str] | None = None) -> dict[str, int]:
    """The fold of every row id: by topic, contrast group and near-duplicates, or by `by` (a writer, a genre)."""
    rows: list[SentenceRow | DocumentRow] = [*corpus.sentences, *corpus.documents]
    if by is not None:
        names = sorted({by(r) for r in rows})
        return {r.id: names.index(by(r)) for r in rows}
    found = folds([r.id for r in rows], [r.topic for r in rows], [r.group for r in rows], [r.text for r in rows])
    return {r.id: f for r, f in zip(rows, found, strict=True)}


def fit(corpus: Corpus, policy: Policy, *, jobs: int, progress: Progress, fold_of: Mapping[str, int] | None = None) -> Fitted:
    """The whole fit. With `fold_of`, other folds than the usual ones."""
    classes = Classes.shipped()
    units = units_of(corpus, classes, policy)
    where = corpus_folds(corpus) if fold_of is None else fold_of
    unit_folds = np.array([where[o] for o in units.owner])
    document_folds = np.array([where[d.id] for d in corpus.documents])
    sentences = document_sentences(corpus.documents)
    streams = document_streams(sentences, classes)
    count = int(max(unit_folds.max(initial=0), document_folds.max(initial=0))) + 1
    parts: list[tuple[SentenceHeads, DocumentHeads]] = []
    raw = np.zeros(units.targets.shape)
    for fold in range(count):
        progress(f"fit fold {fold + 1} of {count}")
        heads = fit_sentence_heads(units.take(unit_folds != fold), jobs)
        kept = np.flatnonzero(document_folds != fold)
        parts.append((heads, fit_document_heads([corpus.documents[int(i)] for i in kept], [streams[int(i)] for i in kept], policy, jobs)))
        if (unit_folds == fold).any():
            raw[unit_folds == fold] = heads.raw(units.take(unit_folds == fold))
    progress("calibrate sentence heads")
    first = _impressions(sentences, streams, document_folds, parts, policy)
    impressions = _fact_models(first, corpus.documents, document_folds, policy)
    heard, typical_voice = _voices(corpus.documents, first, document_folds, impressions, units, policy)
    calibrations, gates, voice, probabilities = _calibrate(units, raw, heard, typical_voice)
    cutoffs = _cutoffs(units, probabilities, policy)
    progress("read documents out of fold")
    readers = [
        Reader(build_table(), classes, _calibrated(h, calibrations).table, d.table, gates, voice, cutoffs, m, m)
        for (h, d), m in zip(parts, impressions[:-1], strict=True)
    ]
    placed = list(zip(document_folds.tolist(), corpus.documents, strict=True))
    readings = [read_text(readers[f], policy, d.title, d.text, {}) for f, d in placed]
    facts = _fact_models(np.array([r.features for r in readings]), corpus.documents, document_folds, policy)
    readers = [replace(r, facts=m) for r, m in zip(readers, facts[:-1], strict=True)]
    analyses = [conclude(r, readers[f], policy, {}) for (f, _), r in zip(placed, readings, strict=True)]
    progress("fit combiner")
    combiners, scores = _combiners(corpus.documents, analyses, document_folds, policy)
    progress("fit on all rows")
    final = _calibrated(fit_sentence_heads(units, jobs), calibrations)
    return Fitted(
        sentences=final,
        documents=fit_document_heads(corpus.documents, streams, policy, jobs),
        gates=gates,
        voice=voice,
        impression=impressions[-1],
        facts=facts[-1],
        cutoffs=cutoffs,
        combiners=combiners,
        presence=_presence(corpus.documents, analyses, policy),
        typical=_typical(corpus.documents, analyses, policy),
        classes=classes,
        out_of_fold=OutOfFold(units, raw, probabilities, list(corpus.documents), analyses, scores, unit_folds, document_folds),
    )


def _impressions(
    sentences: Sequence[Sequence[Sentence]], found: Sequence[Sequence[Streams]], where: NDArray[np.int64],
    parts: Sequence[tuple[SentenceHeads, DocumentHeads]], policy: Policy,
) -> NDArray[np.float64]:  # fmt: skip
    """The impression's features of each document (documents, features), by the document heads of its fold."""
    lists = word_lists(policy)
    rows = []
    for i, own in enumerate(sentences):
        table = parts[where[i]][1].table
        document = dict(zip(table.heads, map(float, table.logits(found[i])), strict=True))
        rows.append(impression_features(own, found[i], document, lists))
    return np.array(rows)


def _fact_models(
    features: NDArray[np.float64], documents: Sequence[DocumentRow], where: NDArray[np.int64], policy: Policy
) -> list[FactModel]:
    """A fact model for each fold, fitted without it, and at the end one on all documents."""
    out = []
    for fold in range(int(where.max(initial=0)) + 1):
        kept = np.flatnonzero(where != fold)
        out.append(fit_facts(features[kept], [documents[int(i)] for i in kept], policy))
    return [*out, fit_facts(features, documents, policy)]


def _voices(
    documents: Sequence[DocumentRow], features: NDArray[np.float64], where: NDArray[np.int64], models: Sequence[FactModel],
    units: Units, policy: Policy,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """The voice that each unit stands in, out of fold (units, names), and the mean voice, in which isolated sentences stand."""
    heard = {d.id: voice_of(models[where[i]].probabilities(features[i]), {}, policy) for i, d in enumerate(documents)}
    mean = np.mean(list(heard.values()), axis=0) if heard else np.zeros(len(voice_names(policy)))
    return np.array([heard.get(owner, mean) for owner in units.owner]).reshape(len(units.owner), len(mean)), mean


def _calibrate(
    units: Units, raw: NDArray[np.float64], heard: NDArray[np.float64], mean: NDArray[np.float64]
) -> tuple[list[Calibration], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(calibration by head, gates (3, heads), voice (names, heads), out-of-fold probabilities after all of them)."""
    column = {h: i for i, h in enumerate(units.heads)}
    nothing, silent, spoken = np.zeros((len(raw), 3)), np.zeros_like(heard), heard - mean
    own = {g: calibrate_head(raw[:, column[g]], nothing, silent, units.targets[:, column[g]].astype(float)) for g in GATES}
    softplus = np.column_stack([np.logaddexp(0, own[g].a * raw[:, column[g]] + own[g].b) for g in GATES])
    calibrations = []
    for head in units.heads:
        found = own.get(head) or calibrate_head(raw[:, column[head]], softplus, spoken, units.targets[:, column[head]].astype(float))
        calibrations.append(replace(found, b=found.b - float(mean @ found.voice)))
    gates = np.array([c.gates for c in calibrations]).T
    voice = np.array([c.voice for c in calibrations]).T
    z = raw * np.array([c.a for c in calibrations]) + np.array([c.b for c in calibrations]) - softplus @ gates + heard @ voice
    return calibrations, gates, voice, 0.5 * (1.0 + np.tanh(0.5 * z))


def _cutoffs(units: Units, probabilities: NDArray[np.float64], policy: Policy) -> Cutoffs:
    """Found: the best F1 out of fold, within bounds. Decisive, for claims, and confident: the first cut of `DECISIVE` precision."""
    grid = np.round(np.arange(CUTOFF_LOW, CUTOFF_HIGH + 1e-9, 0.02), 2)
    out = {}
    for h, head in enumerate(units.heads):
        truth = units.targets[:, h] == 1
        scores = [_f1(truth, probabilities[:, h] >= t) for t in grid]
        out[head] = float(grid[int(np.argmax(scores))])
    decisive = {s: _precise(units, probabilities, units.heads.index(s), out[s], DECISIVE_HIGH) for s in policy.claim_signals}
    confident = {s: _precise(units, probabilities, units.heads.index(s), out[s], CONFIDENT_HIGH) for s in policy.signals}
    return Cutoffs(out, decisive, confident)


def _precise(units: Units, probabilities: NDArray[np.float64], h: int, least: float, most: float) -> float:
    truth = units.targets[:, h] == 1
    for cut in np.round(np.arange(least, most, 0.02), 2):
        found = probabilities[:, h] >= cut
        if found.any() and truth[found].mean() >= DECISIVE:
            return float(cut)
    return most


def _f1(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    hits = int((truth & found).sum())
    return 2 * hits / max(1, int(truth.sum()) + int(found.sum()))


def _calibrated(heads: SentenceHeads, calibrations: Sequence[Calibration]) -> SentenceHeads:
    """The same heads with their calibration folded into weights and intercepts."""
    coefficients = np.column_stack([e.coef_[0] * c.a for e, c in zip(heads.estimators, calibrations, strict=True)])
    intercepts = np.array([float(e.intercept_[0]) * c.a + c.b for e, c in zip(heads.estimators, calibrations, strict=True)])
    return rebuild(heads.vectorizer, heads.table.heads, coefficients, intercepts)


def all_lines(analyses: Sequence[Analysis], policy: Policy) -> dict[str, Lines]:
    """The combiner's matrix for both policies, on detected facts."""
    genres = [a.facts.genre for a in analyses]
    tiers = [a.facts.tier for a in analyses]
    features = [a.features(policy) for a in analyses]
    return {p: lines_of([f[p] for f in features], genres, tiers) for p in POLICIES}


def _combiners(
    documents: Sequence[DocumentRow], analyses: Sequence[Analysis], where: NDArray[np.int64], policy: Policy
) -> tuple[dict[str, Combiner], dict[str, NDArray[np.float64]]]:
    """Both combiners with Platt, and the out-of-fold scores of every document."""
    combiners, scores = {}, {}
    for name, lines in all_lines(analyses, policy).items():
        target = np.array([d.labels[name] for d in documents])
        margins = np.zeros(len(target))
        for fold in sorted(set(where.tolist())):
            train, test = np.flatnonzero(where != fold), np.flatnonzero(where == fold)
            margins[test] = apply(fit_combiner(lines.take(train), target[train]), lines.take(test))
        a, c = platt(margins, target)
        combiners[name] = replace(fit_combiner(lines, target), a=a, c=c)
        scores[name] = np.array([sigmoid(float(a * m + c)) for m in margins])
    return combiners, scores


def _presence(documents: Sequence[DocumentRow], analyses: Sequence[Analysis], policy: Policy) -> dict[str, Presence]:
    """By group, fitted on out-of-fold documents."""
    out = {}
    for group in policy.groups:
        mean = np.array([a.evidence.means[f"group:{group}"] for a in analyses])
        opinion = np.array([a.evidence.opinions[group] for a in analyses])
        out[group] = fit_presence(mean, opinion, np.array([float(satisfies(d, group, policy)) for d in documents]))
    return out


def _typical(documents: Sequence[DocumentRow], analyses: Sequence[Analysis], policy: Policy) -> dict[str, tuple[float, float]]:
    """By group, the median evidence and opinion of documents that satisfy it (`score_if_added`)."""
    out = {}
    for group in policy.groups:
        own = [a.evidence for d, a in zip(documents, analyses, strict=True) if satisfies(d, group, policy)]
        means, opinions = [e.means[f"group:{group}"] for e in own], [e.opinions[group] for e in own]
        out[group] = (float(np.median(means)), float(np.median(opinions))) if own else (0.0, 0.0)
    return out


__all__ = ["Fitted", "OutOfFold", "corpus_folds", "fit"]
