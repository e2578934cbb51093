"""Where models live, and which one is meant.

`CAVEAT_HOME` holds them (default: `models/` in a checkout, else the platform's data folder). A model is named by its
directory, its version or an alias; the alias `current` is what is used when none is named. A wheel carries a model
inside, used when the home has none.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from platformdirs import user_data_path

from .errors import ModelDamaged, ModelNotFound

PACKAGE = Path(__file__).resolve().parent
SHIPPED_MODEL = PACKAGE / "_shipped" / "model"
SHIPPED_CORPUS = PACKAGE / "_shipped" / "training_data"
REGISTRY = "registry.json"


def checkout() -> Path | None:
    """The checkout this package runs from, if it does."""
    root = PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "training_data").is_dir() else None


def home() -> Path:
    """The folder of models."""
    named = os.environ.get("CAVEAT_HOME")
    if named:
        return Path(named)
    root = checkout()
    return root / "models" if root else Path(user_data_path("caveat", appauthor=False)) / "models"


def corpus_path() -> Path:
    """The corpus to train on: the checkout's, else the one inside the wheel."""
    root = checkout()
    return root / "training_data" if root else SHIPPED_CORPUS


def read_registry(folder: Path) -> dict[str, str]:
    """Aliases by name. An empty one where there is no file."""
    path = folder / REGISTRY
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return {str(k): str(v) for k, v in value["aliases"].items()}
    except (ValueError, KeyError, AttributeError, OSError):
        raise ModelDamaged(f"{path}: cannot be read; delete it and run `caveat models promote VERSION`") from None


def resolve_model(name: str | Path | None = None) -> Path:
    """The directory of the model that is meant. Raises `ModelNotFound` with what to do."""
    wanted = str(name) if name is not None else os.environ.get("CAVEAT_MODEL") or None
    folder = home()
    if wanted is None:
        alias = read_registry(folder).get("current")
        if alias and (folder / alias / "manifest.json").is_file():
            return folder / alias
        if (SHIPPED_MODEL / "manifest.json").is_file():
            return SHIPPED_MODEL
        raise ModelNotFound(f"no model in {folder}; run `caveat train`, or name one with --model or CAVEAT_MODEL")
    if Path(wanted).is_dir():
        return Path(wanted)
    candidate = folder / read_registry(folder).get(wanted, wanted)
    if os.sep not in wanted and candidate.is_dir():
        return candidate
    raise ModelNotFound(f"no model named {wanted!r}; `caveat models list` shows what there is, `caveat train` makes one")
