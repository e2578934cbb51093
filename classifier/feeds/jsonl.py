"""JSON Lines: one object a line. Empty lines are no rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ..classifier import Document
from .items import Read, RowError
from .rows import read_row

_BOM = b"\xef\xbb\xbf"


def read_jsonl(lines: Iterable[bytes], name: str, defaults: Document) -> Iterator[Read]:
    """A row for each line that is not empty, read as it comes."""
    for number, line in enumerate(lines, 1):
        if number == 1:
            line = line.removeprefix(_BOM)
        if line.strip():
            yield _read(line, f"{name}, line {number}", defaults)


def _read(line: bytes, where: str, defaults: Document) -> Read:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return Read(None, RowError("bad_encoding", f"{where}: not UTF-8 (byte {error.start + 1} of the line)"), where)
    try:
        row = json.loads(text)
    except json.JSONDecodeError as error:
        return Read(None, RowError("bad_json", f"{where}: not JSON: {error.msg} at column {error.colno}"), where)
    except (ValueError, RecursionError):
        return Read(None, RowError("bad_json", f"{where}: JSON nested too deeply, or a number too long"), where)
    if not isinstance(row, dict):
        return Read(None, RowError("not_object", f'{where}: expected an object such as {{"text": "…"}}'), where)
    return read_row(row, where, defaults)
