"""HTML as tokens with their places, and character references, by the tokenisation rules of the HTML standard.

The standard library's `html.parser` cannot carry this: on text without an end (`<!--<!--<!--…`) it takes quadratic time,
`<![a` makes it raise, without `convert_charrefs` a malformed reference makes it give back the rest of the page as text,
and its answers differ between patch releases, while the same text has to give the same bytes on every Python.
Each rule below consumes what it has looked at, so the whole is linear.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

BOM = "\ufeff"
SPACES = " \t\n\r\f"
RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "noscript"})  # no tags inside, up to the end tag
TEXT_ONLY = frozenset({"title", "textarea"})  # references but no tags inside

_NAME = re.compile(r"[^ \t\n\r\f/>]+")
_GAP = re.compile(r"[ \t\n\r\f/]*")
_ATTRIBUTE = re.compile(r"[^ \t\n\r\f/>][^ \t\n\r\f/>=]*")
_EQUALS = re.compile(r"[ \t\n\r\f]*=[ \t\n\r\f]*")
_BARE = re.compile(r"[^ \t\n\r\f>]*")
_RAW_END = {name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE) for name in RAW | TEXT_ONLY}
_COMMENT_END = re.compile(r"--!?>")
_REFERENCE = re.compile(r"&(?:#(?P<decimal>[0-9]+);?|#[xX](?P<hex>[0-9a-fA-F]+);?|(?P<name>[a-zA-Z][a-zA-Z0-9]{0,31};?))")
_WIDEST = 7  # digits of the largest code point, decimal; anything longer is no code point


@dataclass(frozen=True, slots=True)
class Tag:
    """`<name …>` or `</name …>`: [start, end) in the markup. `closed` is the slash of `<br/>`."""

    name: str
    start: int
    end: int
    is_end: bool
    closed: bool
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """Text between tags: [start, end) in the markup. In a `raw` run references are not decoded."""

    start: int
    end: int
    raw: bool = False


def tokens(markup: str) -> Iterator[Tag | Run]:
    """Tags and runs of text in order; comments and declarations give nothing. What a browser drops at the end of a
    page cut short (half a tag, an open comment) is dropped here."""
    start = at = int(markup.startswith(BOM))
    while (at := markup.find("<", at)) >= 0:
        found = _markup_at(markup, at)
        if found is None:
            at += 1
            continue
        if start < at:
            yield Run(start, at)
        tag, start = found
        if tag is not None:
            yield tag
            if not tag.is_end and tag.name in RAW | TEXT_ONLY:
                end = raw_end(markup, tag.name, tag.end)
                if start < end:
                    yield Run(start, end, tag.name in RAW)
                start = end
        at = start
    if start < len(markup):
        yield Run(start, len(markup))


def read_tag(markup: str, at: int, stop: int | None = None) -> Tag | None:
    """The tag that starts at `at` (a `<`, perhaps a slash, a letter). None where it does not end before `stop`."""
    stop = len(markup) if stop is None else stop
    is_end = markup.startswith("/", at + 1)
    name = _NAME.match(markup, at + 1 + is_end, stop)
    assert name is not None
    attributes: dict[str, str] = {}
    gap = _GAP.match(markup, name.end(), stop)
    while gap is not None and gap.end() < stop:
        place = gap.end()
        if markup[place] == ">":
            closed = not is_end and place > gap.start() and markup[place - 1] == "/"
            return Tag(name.group().lower(), at, place + 1, is_end, closed, attributes)
        place = _read_attribute(markup, place, stop, attributes)
        gap = _GAP.match(markup, place, stop) if place >= 0 else None
    return None


def _read_attribute(markup: str, at: int, stop: int, into: dict[str, str]) -> int:
    """Reads one attribute; the first of a name counts. Gives where it ends, -1 where its quote never closes."""
    name = _ATTRIBUTE.match(markup, at, stop)
    assert name is not None
    equals = _EQUALS.match(markup, name.end(), stop)
    value, end = "", name.end()
    if equals is not None:
        end = equals.end()
        quote = markup[end : end + 1] if end < stop else ""
        if quote and quote in "\"'":
            close = markup.find(quote, end + 1, stop)
            if close < 0:
                return -1
            value, end = markup[end + 1 : close], close + 1
        elif (bare := _BARE.match(markup, end, stop)) is not None:
            value, end = bare.group(), bare.end()
    into.setdefault(name.group().lower(), value)
    return end


def skip_comment(markup: str, at: int) -> int:
    """Where the comment that starts at `at` (`<!--`) ends: the end of the markup where it is never closed."""
    for empty in ("<!-->", "<!--->"):
        if markup.startswith(empty, at):
            return at + len(empty)
    close = _COMMENT_END.search(markup, at + 4)
    return close.end() if close else len(markup)


def _markup_at(markup: str, at: int) -> tuple[Tag | None, int] | None:
    """What starts at the `<` at `at`: a tag or nothing to show, and where it ends. None where the `<` is text."""
    after = markup[at + 1 : at + 2]
    letter = markup[at + 2 : at + 3] if after == "/" else after
    if _is_letter(letter):
        tag = read_tag(markup, at)
        return (tag, tag.end) if tag is not None else (None, len(markup))
    if markup.startswith("<!--", at):
        return None, skip_comment(markup, at)
    if after in ("!", "?") or (after == "/" and letter):
        close = markup.find(">", at + 2)
        return None, close + 1 if close >= 0 else len(markup)
    return None


def _is_letter(char: str) -> bool:
    return len(char) == 1 and char.isascii() and char.isalpha()


def raw_end(markup: str, name: str, at: int) -> int:
    """Where the end tag of `name`, an element without tags inside, starts behind `at`; the end of the markup where none does."""
    close = _RAW_END[name].search(markup, at)
    return close.start() if close else len(markup)


def read_reference(markup: str, at: int, stop: int) -> tuple[str, int] | None:
    """The characters that the reference at `at` (an `&`) stands for and where it ends; None where there is none."""
    match = _REFERENCE.match(markup, at, stop)
    if match is None:
        return None
    digits, base = (match["decimal"], 10) if match["decimal"] else (match["hex"], 16)
    if digits:
        digits = digits.lstrip("0") or "0"
        value = "\ufffd" if len(digits) > _WIDEST else html.unescape(f"&#{int(digits, base)};")
        return value, match.end()
    name = match["name"]
    for length in range(len(name), 1, -1):
        if name[:length] in html5:
            return html5[name[:length]], at + 1 + length
    return None
