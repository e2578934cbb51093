"""`caveat train` as functions: check → split → fit → calibrate → evaluate → register."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from joblib import parallel_config
from safetensors.numpy import load_file
from threadpoolctl import threadpool_limits

from ..artifact import Model, load_model
from ..classifier import Classifier
from ..errors import CorpusError
from ..home import resolve_model
from ..policy.load import POLICIES, Policy, load_policy
from .card import model_card, read_comparison, read_measured
from .check import check_corpus
from .corpus import Corpus, DocumentRow
from .evaluate import Report, evaluate_model, evaluate_out_of_fold
from .fit import fit
from .labels import LabelledDocument
from .register import install, model_parts, save_estimators, write_with_golden
from .residual import Fit, as_settings, fit_residuals

Progress = Callable[[str], None]
CORPUS_VERSION = "2"


@dataclass(frozen=True)
class Trained:
    """What a training run left, and what it found."""

    version: str
    directory: Path
    report: Report
    residuals: dict[str, Fit]


def train_model(
    corpus_root: Path, *, home: Path, out: Path | None, data: Sequence[LabelledDocument], jobs: int, progress: Progress
) -> Trained:
    """Fits everything on the corpus (and `data`, which then joins the documents) and registers the model.

    Raises `CorpusError` with all problems of the corpus.
    """
    policy = load_policy()
    progress("check corpus")
    corpus, problems = check_corpus(corpus_root, policy)
    if problems:
        raise CorpusError(f"{len(problems)} problems in the corpus; `caveat data check` lists them", problems)
    if data:
        corpus = Corpus(corpus.sentences, [*corpus.documents, *_as_documents(data)], [], corpus.where)
    # One thread to a sum: how many share it decides its last bits, and the same corpus must give the same model anywhere.
    with threadpool_limits(limits=1), parallel_config(backend="loky", inner_max_num_threads=1):
        fitted = fit(corpus, policy, jobs=jobs, progress=progress)
    parent = home if out is None else out.parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".training-") as folder:
        directory = Path(folder, "model")
        version = write_with_golden(directory, *model_parts(fitted, policy), CORPUS_VERSION, policy)
        progress("evaluate")
        report = evaluate_out_of_fold(fitted.out_of_fold, policy, fitted.cutoffs.values)
        (directory / "evaluation.json").write_text(json.dumps(report.to_dict(), indent=1) + "\n", encoding="utf-8")
        digest = load_model(directory).sha256
        measured, compared = read_measured(corpus_root, digest), read_comparison(corpus_root, digest)
        (directory / "card.md").write_text(model_card(version, corpus, policy, report, measured, compared), encoding="utf-8")
        save_estimators(directory, fitted)
        return Trained(version, _place(directory, version, home, out), report, {})


def _place(directory: Path, version: str, home: Path, out: Path | None) -> Path:
    if out is None:
        return install(directory, version, home)
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(directory.iterdir()):
        path.replace(out / path.name)
    return out


def _as_documents(data: Sequence[LabelledDocument]) -> list[DocumentRow]:
    """A user's documents as corpus rows for the document heads and the combiner. Facts not told are the mildest."""
    mild = {
        "genre": "advice",
        "tier": "R2",
        "serious_condition": False,
        "vulnerable": False,
        "commercial": False,
        "authorised_use": False,
        "habit_forming": False,
    }
    return [
        DocumentRow(
            id=f"data:{i}", title=d.title, text=d.text, facts={**mild, **d.facts}, labels={p: d.labels.get(p, np.nan) for p in POLICIES},
            sentences=(), topic=d.split_group or f"data:{i}", author="data", group=d.split_group or f"data:{i}", override="labelled by a reviewer",
        )
        for i, d in enumerate(data)
        if len(d.labels) == len(POLICIES)
    ]  # fmt: skip


def train_residual(data: Sequence[LabelledDocument], *, base: str | None, home: Path, out: Path | None, progress: Progress) -> Trained:
    """A residual on `data` over the base model's frozen margin, registered as a model of its own. Raises `TrainingError`."""
    policy: Policy = load_policy()
    source = load_model(resolve_model(base))
    frozen = Classifier(_without_residual(source), policy)
    progress("fit residual")
    fits = fit_residuals(frozen, data)
    arrays, vocabulary, settings = _parts(source.path)
    settings["residuals"] = as_settings(fits)
    parent = home if out is None else out.parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".training-") as folder:
        directory = Path(folder, "model")
        version = write_with_golden(directory, arrays, vocabulary, settings, f"{source.version.partition('+')[0]}.data", policy)
        progress("evaluate on the labels it was fitted on")
        report = evaluate_model(Classifier(load_model(directory), policy), data)
        (directory / "evaluation.json").write_text(json.dumps(report.to_dict(), indent=1) + "\n", encoding="utf-8")
        (directory / "card.md").write_text(_residual_card(version, source.version, fits), encoding="utf-8")
        return Trained(version, _place(directory, version, home, out), report, fits)


def _without_residual(model: Model) -> Model:
    return replace(model, residuals={})


def _parts(directory: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The arrays, vocabulary and settings of a model directory that was loaded, and so checked, before."""
    read = {name: json.loads((directory / f"{name}.json").read_text(encoding="utf-8")) for name in ("vocabulary", "settings")}
    return load_file(directory / "arrays.safetensors"), read["vocabulary"], read["settings"]


def _residual_card(version: str, base: str, fits: dict[str, Fit]) -> str:
    lines = [f"# Model {version}", "", f"A residual over the frozen model {base}; see that model's card for everything else.", ""]
    for name, f in fits.items():
        top = sorted(zip(f.features, f.weights, strict=True), key=lambda x: -abs(x[1]))[:30]
        lines += [f"## {name}", "", f"{f.labels} labels, scale {f.scale:.3f}, shift {f.shift:.3f}, {len(f.features)} words.", ""]
        lines += [f"- `{word}` {weight:+.2f}" for word, weight in top] + [""]
    return "\n".join(lines)
