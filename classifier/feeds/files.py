"""Files of one document each, and folders of them."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..classifier import Document
from ..errors import InputError
from .items import Read, RowError

KINDS = {".txt": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html"}


def list_folder(folder: Path) -> list[str]:
    """The documents below `folder` as relative paths with slashes, sorted. Raises `InputError` where there is none."""
    found: list[str] = []
    for base, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(base).relative_to(folder)
        found.extend((below / name).as_posix() for name in names if Path(name).suffix.lower() in KINDS and not name.startswith("."))
    if not found:
        raise InputError(f"{folder}: holds no {', '.join(KINDS)} file")
    return sorted(found)


def _refuse(error: OSError) -> None:
    raise error


def read_folder(folder: Path, names: list[str], defaults: Document) -> Iterator[Read]:
    """A document a file; its id is its path below the folder."""
    for name in names:
        yield read_file(folder / name, name, defaults)


def read_file(path: Path, name: str, defaults: Document) -> Read:
    """One file as one document with the id `name`; line ends and a BOM stay as they are."""
    id_ = printable(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        return Read(id_, RowError("unreadable", f"{id_}: {error.strerror or 'cannot be read'}"), id_)
    content = _decode(data, id_)
    if isinstance(content, RowError):
        return Read(id_, content, id_)
    given: dict[str, Any] = {KINDS[path.suffix.lower()]: content}
    return Read(id_, replace(defaults, id=id_, **given), id_)


def _decode(data: bytes, name: str) -> str | RowError:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return RowError("bad_encoding", f"{name}: is UTF-16, not UTF-8; convert it first")
    if b"\0" in data:
        return RowError("bad_text", f"{name}: is binary (holds NUL bytes)")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return RowError("bad_encoding", f"{name}: is not UTF-8 (byte {error.start + 1:,}); convert it first")


def printable(name: str) -> str:
    """A file name as valid Unicode: bytes that are no UTF-8 are escaped."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
