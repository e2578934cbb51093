"""The review page: static files, served from memory under the strict policy of `service.guard`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TYPES: Mapping[str, str] = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


def load_page() -> dict[str, tuple[bytes, str]]:
    """(content, media type) of each file of the page, by name."""
    return {path.name: (path.read_bytes(), TYPES[path.suffix]) for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}
