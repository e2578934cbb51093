"""A model directory: what is damaged, altered, foreign or missing gives a clear error and executes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from classifier import Classifier, ModelDamaged, ModelError, ModelMismatch, ModelNotFound
from classifier.artifact import FILES, load_model
from classifier.home import resolve_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    source, target = resolve_model(), tmp_path / "model"
    target.mkdir()
    for name in (*FILES, "manifest.json"):
        shutil.copy(source / name, target / name)
    return target


def test_a_copy_loads_and_reproduces_its_golden_documents(model: Path) -> None:
    Classifier.load(model).check_golden()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["truncate", "flip", "delete"])
def test_damage_is_found(model: Path, name: str, damage: str) -> None:
    path = model / name
    data = bytearray(path.read_bytes())
    if damage == "truncate":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "flip":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    else:
        path.unlink()
    with pytest.raises(ModelDamaged, match="retrain"):
        load_model(model)


def test_another_format_is_refused_with_what_to_do(model: Path) -> None:
    manifest = json.loads((model / "manifest.json").read_text())
    (model / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(ModelMismatch, match="caveat train"):
        load_model(model)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 1}', "[" * 100_000])
def test_a_malformed_manifest_is_a_model_error(model: Path, content: str) -> None:
    (model / "manifest.json").write_text(content)
    with pytest.raises(ModelError):
        load_model(model)


def test_no_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="caveat train"):
        load_model(tmp_path)
