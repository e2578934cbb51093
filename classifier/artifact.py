"""A model directory: data only, with digests, in a versioned format.

    manifest.json        format, version, and the SHA-256 of every file below
    arrays.safetensors   weights, biases, gates, voice, fact models, fold table
    vocabulary.json      features by stream, in row order
    settings.json        heads, cut-offs, combiners, lexicon, golden documents, and a user's residual if there is one

Beside them, read by nobody here: `card.md`, `evaluation.json` (written by later steps) and `estimators.joblib` (the
scikit-learn estimators, for notebooks). Reading executes nothing: arrays by safetensors, the rest by JSON.

FORMAT changes when a reader of the old format would misread the new one. To change it: raise the number, teach
`load_model` the old one or refuse it with the line that retrains, add a case to tests/test_artifact.py, and write the
change into docs/decisions.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as save_tensors

from .errors import ModelDamaged, ModelMismatch, ModelNotFound
from .scoring.combine import Combiner, Presence
from .scoring.facts import FactModel
from .scoring.findings import Cutoffs
from .scoring.tables import DocumentTable, SentenceTable
from .text.classes import Classes
from .text.fold import table_from_arrays

FORMAT = 2  # 1 to 2: the relation stream, and the cut from which a finding is sure (`confident`)
FILES = ("arrays.safetensors", "vocabulary.json", "settings.json")
ARRAYS = (
    "fold_codes",
    "fold_ends",
    "fold_values",
    "sentence_weights",
    "sentence_bias",
    "gates",
    "voice",
    "impression_weights",
    "impression_bias",
    "fact_weights",
    "fact_bias",
    "document_weights",
    "document_bias",
)
_JSON_LIMIT = 200_000_000


@dataclass(frozen=True)
class Residual:
    """What a user's labels added to one policy's margin: sublinear word and pair weights over √words of the text."""

    vocabulary: Mapping[str, int]
    weights: NDArray[np.float64]
    scale: float
    shift: float


@dataclass(frozen=True)
class Model:
    """A loaded model."""

    version: str
    sha256: str
    path: Path
    fold_table: Mapping[int, str]
    classes: Classes
    sentences: SentenceTable
    documents: DocumentTable
    gates: NDArray[np.float64]
    voice: NDArray[np.float64]
    impression: FactModel
    facts: FactModel
    cutoffs: Cutoffs
    combiners: Mapping[str, Combiner]
    presence: Mapping[str, Presence]
    typical: Mapping[str, tuple[float, float]]
    golden: tuple[Mapping[str, Any], ...]
    residuals: Mapping[str, Residual] = field(default_factory=dict)
    info: Mapping[str, Any] = field(default_factory=dict)


def digest(data: bytes) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(data).hexdigest()


def write_model(
    directory: Path, arrays: Mapping[str, NDArray[Any]], vocabulary: Mapping[str, Any], settings: Mapping[str, Any], corpus_version: str
) -> str:
    """Writes a model directory, whole or not at all, and returns its version: corpus version + content hash.

    The same content gives the same bytes: no time, no host, keys sorted.
    """
    content = {
        "arrays.safetensors": save_tensors({k: np.ascontiguousarray(arrays[k]) for k in sorted(arrays)}),
        "vocabulary.json": _json(vocabulary),
        "settings.json": _json(settings),
    }
    files = {name: digest(data) for name, data in content.items()}
    sha = digest(_json({"format": FORMAT, "files": files}))
    version = f"{corpus_version}+{sha[:12]}"
    manifest = {"format": FORMAT, "version": version, "sha256": sha, "files": files}
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".writing-") as temporary:
        for name, data in {**content, "manifest.json": _json(manifest)}.items():
            (Path(temporary) / name).write_bytes(data)
        Path(temporary).chmod(0o755)  # a model is meant to be read by the service's user
        _replace(Path(temporary), directory)
    return version


def _replace(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for path in sorted(source.iterdir()):  # the manifest is written last but read first: digests catch a torn mix
        path.replace(target / path.name)


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def load_model(directory: Path) -> Model:
    """The model in `directory`. Raises `ModelNotFound`, `ModelDamaged` or `ModelMismatch`; executes nothing."""
    if not (directory / "manifest.json").is_file():
        raise ModelNotFound(f"{directory}: no model here; run `caveat train`, or name one with --model or CAVEAT_MODEL")
    manifest = _load_json(directory, "manifest.json", None)
    if manifest.get("format") != FORMAT:
        raise ModelMismatch(
            f"{directory}: model format {manifest.get('format')!r}, this Caveat reads {FORMAT}; retrain with `caveat train`"
        )
    files = manifest.get("files")
    if not isinstance(files, dict) or set(files) != set(FILES):
        raise ModelDamaged(f"{directory}: manifest.json does not list {', '.join(FILES)}; copy the model again or retrain")
    if manifest.get("sha256") != digest(_json({"format": FORMAT, "files": files})):
        raise ModelDamaged(f"{directory}: manifest.json was altered; copy the model again or retrain")
    try:
        return _assemble(directory, manifest)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise ModelDamaged(f"{directory}: malformed model ({type(error).__name__}); copy the model again or retrain") from None


def _checked(directory: Path, name: str, expected: str | None) -> bytes:
    try:
        data = (directory / name).read_bytes()
    except OSError as error:
        raise ModelDamaged(f"{directory}: {name}: {error.strerror}; copy the model again or retrain") from None
    if expected is not None and digest(data) != expected:
        raise ModelDamaged(f"{directory}: {name} is truncated or was altered; copy the model again or retrain")
    return data


def _load_json(directory: Path, name: str, expected: str | None) -> dict[str, Any]:
    data = _checked(directory, name, expected)
    try:
        value = json.loads(data) if len(data) < _JSON_LIMIT else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ModelDamaged(f"{directory}: {name} is not the JSON object that was expected; copy the model again or retrain")
    return value


def _arrays(directory: Path, expected: str) -> dict[str, NDArray[Any]]:
    _checked(directory, "arrays.safetensors", expected)
    try:
        with safe_open(directory / "arrays.safetensors", framework="numpy") as handle:
            arrays = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError) as error:
        raise ModelDamaged(f"{directory}: arrays.safetensors cannot be read ({type(error).__name__})") from None
    if missing := [name for name in ARRAYS if name not in arrays]:
        raise ModelDamaged(f"{directory}: arrays.safetensors lacks {', '.join(missing)}")
    return arrays


def _rows(streams: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    out: dict[str, dict[str, int]] = {}
    start = 0
    for name in sorted(streams):
        features = streams[name]
        out[name] = {feature: start + i for i, feature in enumerate(features)}
        start += len(features)
    return out


def _assemble(directory: Path, manifest: Mapping[str, Any]) -> Model:
    files = manifest["files"]
    arrays = _arrays(directory, files["arrays.safetensors"])
    vocabulary = _load_json(directory, "vocabulary.json", files["vocabulary.json"])
    settings = _load_json(directory, "settings.json", files["settings.json"])
    sentences = SentenceTable(
        tuple(settings["sentence_heads"]), _rows(vocabulary["sentences"]), arrays["sentence_weights"], arrays["sentence_bias"]
    )
    documents = DocumentTable(
        tuple(settings["document_heads"]), _rows(vocabulary["documents"]), arrays["document_weights"], arrays["document_bias"]
    )
    for table in (sentences, documents):
        if table.weights.shape != (sum(map(len, table.vocabulary.values())), len(table.heads)):
            raise ValueError("weights do not fit the vocabulary")
    outputs = tuple(settings["fact_outputs"])
    return Model(
        version=str(manifest["version"]),
        sha256=str(manifest["sha256"]),
        path=directory,
        fold_table=table_from_arrays(arrays["fold_codes"], arrays["fold_ends"], arrays["fold_values"]),
        classes=Classes(settings["lexicon"]),
        sentences=sentences,
        documents=documents,
        gates=arrays["gates"],
        voice=arrays["voice"],
        impression=FactModel(outputs, arrays["impression_weights"], arrays["impression_bias"]),
        facts=FactModel(outputs, arrays["fact_weights"], arrays["fact_bias"]),
        cutoffs=Cutoffs(settings["cutoffs"], settings["decisive"], settings["confident"]),
        combiners={p: Combiner(**c) for p, c in settings["combiners"].items()},
        presence={g: Presence(*map(float, values)) for g, values in settings["presence"].items()},
        typical={g: (float(evidence), float(opinion)) for g, (evidence, opinion) in settings["typical"].items()},
        golden=tuple(settings["golden"]),
        residuals={
            p: Residual(
                {f: i for i, f in enumerate(r["features"])}, np.array(r["weights"], dtype=np.float64), float(r["scale"]), float(r["shift"])
            )
            for p, r in settings.get("residuals", {}).items()
        },
        info=settings.get("info", {}),
    )
