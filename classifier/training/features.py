"""The streams as matrices: stock scikit-learn vectorisers over rendered streams.

No L2 norm: a row is divided by the square root of its number of words, so a logit is a sum over words (DESIGN 2,
"TF-IDF without the L2 norm"). Only stock classes are used, so the fitted vectorisers open in any notebook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer

from ..text.streams import STREAMS, Streams

CHAR_WEIGHT = 0.5
WORD = r"\S+"


@dataclass(frozen=True)
class StreamOptions:
    """How the sentence streams become columns. The defaults are what ships; the rest is for `benchmarks.experiments`."""

    leave_out: tuple[str, ...] = ()
    word_ngrams: tuple[int, int] = (1, 2)
    char_ngrams: tuple[int, int] = (3, 5)
    use_idf: bool = True

    def __post_init__(self) -> None:
        if unknown := set(self.leave_out) - set(STREAMS):
            raise ValueError(f"leave_out: unknown streams {', '.join(sorted(unknown))}; known: {', '.join(STREAMS)}")


SHIPPED = StreamOptions()


def sentence_vectorizer(options: StreamOptions = SHIPPED) -> ColumnTransformer:
    """Columns in the order of STREAMS: word 1-2, class 1-3, cross 1, char_wb 3-5 at half weight, mixed 2-3, relation 1."""

    def tfidf(**own: object) -> TfidfVectorizer:
        return TfidfVectorizer(lowercase=False, norm=None, dtype=np.float64, use_idf=options.use_idf, **own)

    parts = [
        ("word", tfidf(token_pattern=WORD, ngram_range=options.word_ngrams), 0),
        ("class", tfidf(token_pattern=WORD, ngram_range=(1, 3), min_df=2), 1),
        ("cross", tfidf(token_pattern=WORD, min_df=2), 2),
        ("char", tfidf(analyzer="char_wb", ngram_range=options.char_ngrams, min_df=3), 3),
        ("mixed", tfidf(token_pattern=WORD, ngram_range=(2, 3), min_df=2), 4),
        ("relation", tfidf(token_pattern=WORD, min_df=4), 5),
    ]
    kept = [part for part in parts if part[0] not in options.leave_out]
    return ColumnTransformer(kept, transformer_weights={"char": CHAR_WEIGHT}, sparse_threshold=1.0)


def document_vectorizer() -> ColumnTransformer:
    """The document head's streams: word 1-2 and class 1-2, sublinear, over the whole text."""
    parts = [
        ("word", TfidfVectorizer(lowercase=False, norm=None, sublinear_tf=True, token_pattern=WORD, ngram_range=(1, 2), min_df=2), 0),
        ("class", TfidfVectorizer(lowercase=False, norm=None, sublinear_tf=True, token_pattern=WORD, ngram_range=(1, 2), min_df=2), 1),
    ]
    return ColumnTransformer(parts, sparse_threshold=1.0)


def render(rows: Sequence[Streams]) -> np.ndarray:
    """Rows × streams of rendered text, as a vectoriser takes them."""
    out = np.empty((len(rows), len(STREAMS)), dtype=object)
    for i, row in enumerate(rows):
        out[i] = [row.render(stream) for stream in STREAMS]
    return out


def render_documents(documents: Sequence[Sequence[Streams]]) -> np.ndarray:
    """Documents × (word, class), each the sentences' streams joined by a line break token that no n-gram crosses usefully."""
    out = np.empty((len(documents), 2), dtype=object)
    for i, rows in enumerate(documents):
        out[i] = [" ".join(r.render("word") for r in rows), " ".join(r.render("class") for r in rows)]
    return out


def scale(matrix: sp.csr_matrix, words: Sequence[int] | NDArray[np.int64]) -> sp.csr_matrix:
    """Each row divided by √words."""
    factors = 1.0 / np.sqrt(np.maximum(1, np.asarray(words, dtype=np.float64)))
    return sp.csr_matrix(sp.diags(factors) @ matrix)
