"""RSS and Atom, read by feedparser from bytes in memory: no address is ever fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..classifier import Document
from ..errors import InputError
from ..text.html import extract_html
from .items import Read, RowError, is_unicode

_ROOTS = (b"<rss", b"<feed", b"<rdf:rdf", b"<atom:feed", b"<channel")
_LOOKED_AT = 65_536
# feedparser calls a feed "bozo" for these too, but they say how it was served, not that it is broken.
_HARMLESS = frozenset({"CharacterEncodingOverride", "NonXMLContentType"})


def check_feed(path: Path) -> None:
    """Raises `InputError` unless the file looks like RSS or Atom."""
    with path.open("rb") as stream:
        start = stream.read(_LOOKED_AT).replace(b"\0", b"").lower()  # NULs: UTF-16
    if not any(root in start for root in _ROOTS):
        raise InputError(f"{path}: is XML but no RSS or Atom feed; expected <rss>, <feed> or <rdf:RDF>")


def read_feed(path: Path, defaults: Document) -> Iterator[Read]:
    """An entry a row. What feedparser could not read is told by an error row behind the entries it could."""
    import feedparser

    name = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        yield Read(None, RowError("unreadable", f"{name}: {error.strerror or 'cannot be read'}"), name)
        return
    feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    for number, entry in enumerate(feed.entries, 1):
        yield _read(entry, f"{name}, entry {number}", defaults)
    if feed.bozo and type(feed.bozo_exception).__name__ not in _HARMLESS:
        yield Read(None, RowError("bad_feed", f"{name}: {_why(feed.bozo_exception)}; entries behind that place may be missing"), name)


def _read(entry: Mapping[str, Any], where: str, defaults: Document) -> Read:
    url, id_ = entry.get("link") or None, entry.get("id") or None
    if url == id_ and not str(url).startswith(("http://", "https://")):
        url = None  # feedparser gives the id as the link where an entry has none
    id_ = id_ or url
    kind, content = _content(entry)
    title = _title(entry)
    if not all(is_unicode(v) for v in (id_, url, title, content) if v is not None):
        return Read(None, RowError("bad_text", f"{where}: holds a lone surrogate, which is not text"), where)
    if not content.strip():
        return Read(id_, RowError("no_text", f"{where}: no content, summary or description"), where)
    document = replace(defaults, id=id_, title=title, url=url)
    return Read(id_, replace(document, text=content) if kind == "text" else replace(document, html=content), where)


def _content(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The kind and the text of an entry: its content where it has one, else its summary. The longest of several."""
    contents = [c for c in entry.get("content", ()) if (c.get("value") or "").strip()]
    detail = max(contents, key=lambda c: len(c["value"])) if contents else entry.get("summary_detail") or {}
    kind = "text" if detail.get("type") == "text/plain" else "html"
    return kind, detail.get("value") or ""


def _title(entry: Mapping[str, Any]) -> str | None:
    detail = entry.get("title_detail") or {}
    title = detail.get("value") or ""
    if detail.get("type") in ("text/html", "application/xhtml+xml"):
        title = extract_html(title).text
    return title.strip() or None


def _why(problem: object) -> str:
    """What feedparser says, by kind and place: its messages may quote the feed."""
    line = getattr(problem, "getLineNumber", lambda: None)()
    message = getattr(problem, "getMessage", lambda: "")()
    told = f"not well-formed ({message})" if message else f"not well-formed ({type(problem).__name__})"
    return f"{told} at line {line}" if line else told
