"""CSV: the first row names the columns. Commas, semicolons or tabs, whichever gives a column that is known."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..classifier import Document
from ..errors import InputError
from .items import Read, RowError, is_unicode
from .rows import TEXTS, read_row

COLUMNS = (*TEXTS, "id", "title", "url")
_DELIMITERS = ",;\t"
_SHOWN, _SHOWN_LENGTH = 20, 40


@dataclass(frozen=True)
class Header:
    """The columns of a CSV file: names as they are read, lower case, and what separates them."""

    names: tuple[str, ...]
    delimiter: str


def read_header(path: Path) -> Header:
    """The first row of a CSV file. Raises `InputError` where no column is usable, with the columns found."""
    _lift_limit()
    found: list[str] = []
    for delimiter in _DELIMITERS:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            try:
                cells = next(csv.reader(stream, delimiter=delimiter, strict=True), [])
            except csv.Error:  # quotes that fit another delimiter
                continue
        names = tuple(cell.strip().lower() for cell in cells)
        if any(name in TEXTS for name in names):
            return _distinct(path, Header(names, delimiter))
        found = found or [cell.strip() for cell in cells]
    shown = ", ".join(ascii(name[:_SHOWN_LENGTH]) for name in found[:_SHOWN]) or "none"
    raise InputError(f"{path}: expected a column named text, html or markdown in the first row; columns found: {shown}")


def _distinct(path: Path, header: Header) -> Header:
    for name in COLUMNS:
        if header.names.count(name) > 1:
            raise InputError(f"{path}: column {name} stands in the first row twice")
    return header


def read_csv(path: Path, header: Header, defaults: Document) -> Iterator[Read]:
    """A row for each row below the first; cells stay as they are, an empty one counts as not given."""
    _lift_limit()
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        reader = csv.reader(stream, delimiter=header.delimiter, strict=True)
        first = True
        while True:
            line = reader.line_num + 1
            where = f"{path.name}, line {line}"
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Read(None, RowError("bad_row", f"{where}: {_why(error, reader.line_num)}"), where)
                continue
            if cells and not first:
                yield _read(cells, header, where, defaults)
            first = False


def _read(cells: list[str], header: Header, where: str, defaults: Document) -> Read:
    if not all(map(is_unicode, cells)):
        return Read(None, RowError("bad_encoding", f"{where}: not UTF-8"), where)
    if len(cells) > len(header.names):
        return Read(None, RowError("bad_row", f"{where}: {len(cells)} cells for {len(header.names)} columns; is a quote missing?"), where)
    row = {name: cell for name, cell in zip(header.names, cells, strict=False) if name in COLUMNS and cell}
    return read_row(row, where, defaults)


def _why(error: csv.Error, line: int) -> str:
    if "unexpected end of data" in str(error):
        return f"a quote is opened and never closed; everything up to line {line} is in it"
    return f"not CSV: {error} (line {line})"


def _lift_limit() -> None:
    """The csv module refuses cells above 128 KB unless told."""
    limit = sys.maxsize
    while True:
        try:
            csv.field_size_limit(limit)
            return
        except OverflowError:  # a C long has 32 bits on some platforms
            limit >>= 1
