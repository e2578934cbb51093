"""Puts the current model into the wheel, where there is one (`make dist` makes sure of that)."""

import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ModelHook(BuildHookInterface):
    """Includes `models/<current>` as the model that ships."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        registry = Path(self.root, "models", "registry.json")
        if version == "editable" or not registry.is_file():
            return
        current = registry.parent / json.loads(registry.read_text(encoding="utf-8"))["aliases"]["current"]
        if not (current / "manifest.json").is_file():
            raise FileNotFoundError(f"{registry}: the current model {current.name} is not there; run `caveat train`")
        for name in ("manifest.json", "arrays.safetensors", "vocabulary.json", "settings.json", "card.md", "evaluation.json"):
            if (current / name).is_file():
                build_data["force_include"][str(current / name)] = f"classifier/_shipped/model/{name}"
