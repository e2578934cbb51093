"""The HTML face: one self-contained page. No script, nothing fetched from anywhere, everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from . import words
from .sheet import Sheet

if TYPE_CHECKING:
    from jinja2 import Template

UNITS = {"code_point": "characters", "utf16": "UTF-16 units", "utf8": "UTF-8 bytes"}


def to_page(sheets: Sequence[Sheet]) -> str:
    """A page with an article for each sheet, in order."""
    return _template().render(sheets=sheets, words=words, units=UNITS)


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).resolve().parent)
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = words.visible
    return environment.get_template("page.html")
