"""What can go wrong, one tree.

::

    CaveatError                  everything below; `code` is stable, `str()` says what to do
    ├── InputError               the text, row or option cannot be used (exit 2, HTTP 422)
    │   ├── TextError            not text: a lone surrogate, binary data
    │   └── LabelError           a labelled row that cannot be used; carries every problem found
    ├── PolicyError              a policy file is wrong; names file, key and what was expected (exit 2)
    ├── CorpusError              the corpus has problems; carries all of them (exit 2)
    ├── TrainingError            the data cannot be trained on, and why (exit 2)
    └── ModelError               no model, or one that cannot be used (exit 3)
        ├── ModelNotFound
        ├── ModelDamaged         truncated, altered or malformed
        └── ModelMismatch        another version or another digest than was asked for
"""

from __future__ import annotations

from dataclasses import dataclass


class CaveatError(Exception):
    """Base of every error Caveat raises on purpose. `code` is stable; the message never holds submitted text."""

    code = "error"


class InputError(CaveatError):
    """The text, row or option given cannot be used."""

    code = "bad_input"


class TextError(InputError):
    """What was given as text is not text: it holds a lone surrogate or binary data."""

    code = "bad_text"


@dataclass(frozen=True)
class Problem:
    """One finding in a data file. `line` counts from 1; 0 means the file as a whole."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class _WithProblems(CaveatError):
    """An error that reports everything it found, not only the first."""

    def __init__(self, summary: str, problems: list[Problem]) -> None:
        super().__init__(summary)
        self.problems = problems


class LabelError(_WithProblems, InputError):
    """Labelled rows that cannot be used."""

    code = "bad_labels"


class CorpusError(_WithProblems):
    """The corpus has problems."""

    code = "bad_corpus"


class PolicyError(CaveatError):
    """A policy file is wrong: names the file, the key and what was expected."""

    code = "bad_policy"


class TrainingError(CaveatError):
    """The data cannot be trained on, and why."""

    code = "cannot_train"


class ModelError(CaveatError):
    """There is no model, or it cannot be used."""

    code = "model"


class ModelNotFound(ModelError):
    """No model stands where one was asked for."""

    code = "no_model"


class ModelDamaged(ModelError):
    """A model directory is truncated, altered or malformed."""

    code = "model_damaged"


class ModelMismatch(ModelError):
    """The model is of another format, or not the one that was expected."""

    code = "model_mismatch"
