"""Sources by name: which reader a path gets, all checked before the first row is read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..classifier import Document
from ..errors import InputError
from .files import KINDS, list_folder, read_file, read_folder
from .items import Item, Read
from .jsonl import read_jsonl
from .syndication import check_feed, read_feed
from .table import read_csv, read_header

STDIN = "-"
JSONL = (".jsonl", ".ndjson")
CSV = (".csv", ".tsv")
FEEDS = (".xml", ".rss", ".atom")
SUPPORTED = (*JSONL, *CSV, *FEEDS, *KINDS)

Open = Callable[[], Iterator[Read]]


def open_sources(sources: Sequence[str], defaults: Document | None = None) -> Iterator[Item]:
    """Every row of every source, in order, numbered from 1, read as it is asked for.

    Raises `InputError` before anything is read where a source does not exist, is of no known kind or has no usable
    columns; from there on what cannot be used is an item with an error. `defaults` says what a row does not.
    """
    if sources.count(STDIN) > 1:
        raise InputError("standard input (-) can be read once only")
    openers = [_opener(source, defaults or Document()) for source in sources]
    return _number(openers)


def _number(openers: Sequence[Open]) -> Iterator[Item]:
    for row, read in enumerate((read for opener in openers for read in opener()), 1):
        yield read.numbered(row)


def _opener(source: str, defaults: Document) -> Open:
    if source == STDIN:
        return lambda: read_jsonl(sys.stdin.buffer, "standard input", defaults)
    path = Path(source)
    if path.is_dir():
        names = list_folder(path)
        return lambda: read_folder(path, names, defaults)
    if not path.exists():
        raise InputError(f"{source}: no such file or folder")
    ending = path.suffix.lower()
    if ending in JSONL:
        return lambda: _jsonl_file(path, defaults)
    if ending in CSV:
        header = read_header(path)
        return lambda: read_csv(path, header, defaults)
    if ending in FEEDS:
        check_feed(path)
        return lambda: read_feed(path, defaults)
    if ending in KINDS:
        return lambda: iter([read_file(path, path.name, defaults)])
    raise InputError(f"{source}: expected a folder or a file that ends in {', '.join(SUPPORTED)}; `-` reads JSON lines from standard input")


def _jsonl_file(path: Path, defaults: Document) -> Iterator[Read]:
    with path.open("rb") as stream:
        yield from read_jsonl(stream, path.name, defaults)
