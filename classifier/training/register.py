"""Register: a fitted model becomes a model directory, and a registry says which one is current."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from ..artifact import FORMAT, load_model, write_model
from ..classifier import Classifier
from ..errors import CaveatError, ModelNotFound
from ..home import REGISTRY, read_registry
from ..policy.load import Policy
from ..text.fold import build_table, table_arrays
from .fit import Fitted

ESTIMATORS = "estimators.joblib"
CARD = "card.md"
EVALUATION = "evaluation.json"
GOLDEN = (
    "A daily scoop of Brelva powder reverses kidney disease, and nobody has ever had a bad reaction to it.",
    "Take one tablet with water at night. Do not take it with alcohol, because the two together can slow your breathing. "
    "Tell your pharmacist if you take medicine for epilepsy. It may make you dizzy, and stopping suddenly can cause rebound insomnia.",
    "The bracket cures in an hour once the resin is mixed, and the side effects of a rushed job are bubbles and a weak joint.",
)


def model_parts(fitted: Fitted, policy: Policy) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(arrays, vocabulary, settings) of a model directory, without golden documents."""
    sentence_rows, sentence_weights = _pruned(fitted.sentences.table.vocabulary, fitted.sentences.table.weights)
    document_rows, document_weights = _pruned(fitted.documents.table.vocabulary, fitted.documents.table.weights)
    arrays = {
        **table_arrays(build_table()),
        "sentence_weights": sentence_weights,
        "sentence_bias": fitted.sentences.table.bias.astype(np.float64),
        "gates": fitted.gates.astype(np.float64),
        "voice": fitted.voice.astype(np.float64),
        "impression_weights": fitted.impression.weights,
        "impression_bias": fitted.impression.bias,
        "fact_weights": fitted.facts.weights,
        "fact_bias": fitted.facts.bias,
        "document_weights": document_weights,
        "document_bias": fitted.documents.table.bias.astype(np.float64),
    }
    settings = {
        "sentence_heads": list(fitted.sentences.table.heads),
        "fact_outputs": list(fitted.facts.outputs),
        "document_heads": list(fitted.documents.table.heads),
        "cutoffs": dict(fitted.cutoffs.values),
        "decisive": dict(fitted.cutoffs.decisive),
        "confident": dict(fitted.cutoffs.confident),
        "combiners": {name: asdict(c) for name, c in fitted.combiners.items()},
        "presence": {g: [p.evidence, p.opinion, p.constant] for g, p in fitted.presence.items()},
        "typical": {g: list(v) for g, v in fitted.typical.items()},
        "lexicon": {name: list(terms) for name, terms in fitted.classes.terms.items()},
        "golden": [],
        "info": {"policy_sha256": policy.sha256},
    }
    return arrays, {"sentences": sentence_rows, "documents": document_rows}, settings


def _pruned(vocabulary: Mapping[str, Mapping[str, int]], weights: np.ndarray) -> tuple[dict[str, list[str]], np.ndarray]:
    """Features worth keeping by stream, sorted, and their rows in that order."""
    worth = np.abs(weights).max(axis=1) > 0 if weights.size else np.zeros(0, dtype=bool)
    rows: dict[str, list[str]] = {}
    order: list[int] = []
    for stream in sorted(vocabulary):
        kept = sorted((f, i) for f, i in vocabulary[stream].items() if worth[i])
        rows[stream] = [f for f, _ in kept]
        order += [i for _, i in kept]
    return rows, np.ascontiguousarray(weights[order])


def write_with_golden(
    directory: Path, arrays: Mapping[str, Any], vocabulary: Mapping[str, Any], settings: dict[str, Any], corpus_version: str, policy: Policy
) -> str:
    """Writes a model that carries the margins it gives its golden documents; returns its version."""
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder, "model")
        write_model(first, arrays, vocabulary, settings, corpus_version)
        classifier = Classifier(load_model(first), policy)
        golden = []
        for text in GOLDEN:
            scores = classifier.score(text, explain="none").scores
            golden.append({"text": text, "margins": {name: round(s.margin, 9) for name, s in scores.items()}})
    return write_model(directory, arrays, vocabulary, {**settings, "golden": golden}, corpus_version)


def save_estimators(directory: Path, fitted: Fitted) -> None:
    """The stock scikit-learn estimators, for notebooks. Nothing of Caveat loads this file."""
    bundle = {
        "about": "rows of the sentence matrix are divided by sqrt(words) before the estimators see them; see the model card",
        "format": FORMAT,
        "sentence_vectorizer": fitted.sentences.vectorizer,
        "sentence_heads": dict(zip(fitted.sentences.table.heads, fitted.sentences.estimators, strict=True)),
        "document_vectorizer": fitted.documents.vectorizer,
        "document_heads": fitted.documents.estimators,
    }
    joblib.dump(bundle, directory / ESTIMATORS, compress=3)


def install(source: Path, version: str, folder: Path, *, promote: bool = True) -> Path:
    """Moves a model directory into the registry's folder under its version; by default it becomes `current`."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / version
    if _intact(target):  # a version names its content and a service may be reading it: only what is beside it is new
        for name in (CARD, EVALUATION, ESTIMATORS):
            if (source / name).is_file():
                shutil.move(str(source / name), str(target / name))
    else:
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(str(source), str(target))
    if promote:
        set_alias(folder, "current", version)
    return target


def _intact(directory: Path) -> bool:
    try:
        load_model(directory)
    except CaveatError:
        return False
    return True


def set_alias(folder: Path, alias: str, version: str) -> None:
    """Points an alias at a version, keeping what `current` was as `previous`. Raises `ModelNotFound`."""
    if not (folder / version / "manifest.json").is_file():
        raise ModelNotFound(f"no model {version!r} in {folder}; `caveat models list` shows what there is")
    aliases = read_registry(folder)
    if alias == "current" and aliases.get("current") not in (None, version):
        aliases["previous"] = aliases["current"]
    aliases[alias] = version
    temporary = folder / f".{REGISTRY}.new"
    temporary.write_text(json.dumps({"aliases": dict(sorted(aliases.items()))}, indent=1) + "\n", encoding="utf-8")
    temporary.replace(folder / REGISTRY)
