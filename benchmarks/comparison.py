"""The comparison as a function: one corpus, one set of folds, four scorers, one table of rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from classifier.errors import CorpusError
from classifier.home import corpus_path
from classifier.policy.load import load_policy
from classifier.training.corpus import Corpus, read_corpus
from classifier.training.fit import corpus_folds, fit

from .embeddings import NAME as EMBEDDINGS
from .embeddings import Embedding, check, embedding_scorer
from .rows import not_run, rows_of
from .scorers import caveat_scorer, finished, tfidf_scorer
from .word_list import word_list_scorer

Progress = Callable[[str], None]
T = TypeVar("T")


def compare(
    root: Path | None, *, limit: int | None, embeddings: Path | None, timed: int, jobs: int, folder: Path, progress: Progress
) -> tuple[list[dict[str, Any]], str]:
    """(rows, digest of the model that Caveat's fit gives). `folder` is for files on the way. Raises `CaveatError`."""
    if embeddings is not None:
        check(embeddings)
    policy = load_policy()
    corpus = read_corpus(root or corpus_path(), policy)
    if corpus.problems:
        raise CorpusError(f"{len(corpus.problems)} problems in the corpus; `caveat data check` lists them", corpus.problems)
    corpus = corpus if limit is None else part_of(corpus, limit)
    documents, folds = corpus.documents, corpus_folds(corpus)
    where = np.array([folds[d.id] for d in documents])
    embedding = None if embeddings is None else Embedding.start(embeddings, documents, folder)
    try:
        fitted = fit(corpus, policy, jobs=jobs, progress=lambda step: progress(f"Caveat: {step}"), fold_of=folds)
        classifier = finished(fitted, policy)
        caveat = caveat_scorer(fitted, classifier)
        progress("word list")
        words = word_list_scorer(documents)
        progress("document TF-IDF")
        scorers = [words, tfidf_scorer(documents, where), caveat]
        if embedding is not None:
            progress("sentence embeddings")
            scorers.append(embedding_scorer(embedding, documents, where))
        progress("CPU time")  # last, with nothing of ours beside it
        sample = spread(documents, timed)
        seconds = {s.name: s.seconds(sample) for s in scorers}
    finally:
        if embedding is not None:
            embedding.stop()
    progress("intervals")
    rows = rows_of(scorers, documents, where, seconds, caveat.name, policy)
    if embedding is None:
        rows += not_run(EMBEDDINGS, "not run", policy)
    return rows, classifier.model.sha256


def spread(rows: list[T], count: int) -> list[T]:
    """`count` of the rows, evenly spread; all of them where there are no more."""
    return rows if count >= len(rows) else [rows[i * len(rows) // count] for i in range(count)]


def part_of(corpus: Corpus, limit: int) -> Corpus:
    """`limit` documents, evenly spread, and the same share of the sentences."""
    share = min(1.0, limit / max(1, len(corpus.documents)))
    return Corpus(spread(corpus.sentences, int(share * len(corpus.sentences))), spread(corpus.documents, limit), [], corpus.where)
