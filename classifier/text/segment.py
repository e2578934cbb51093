"""Sentences, by one linear rule, as spans of the submitted text.

A sentence ends at . ! ? … (with closing quotes) before white space, unless the dot belongs to an abbreviation or an
initial; and at a line break, unless the next line plainly goes on (it starts with a lower-case letter and the line
before did not end a sentence). A heading or a bullet is a sentence. White space and bullets are outside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOP = re.compile(r"[.!?…。！？．]+[\"'’”»)\]\u200b-\u200f\u2060\ufeff]*(?=\s)|[\r\n]+[^\S\r\n]*(?:[\r\n]+[^\S\r\n]*)*")
_BREAK = re.compile(r"[\r\n]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|dr|mr|mrs|ms|prof|st|vs|etc|approx|no|fig|figs|al|inc|ltd|co|corp|dept|est|min|max|viz|cf|"
    r"jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|vol|ed|eds|ca|incl|tab|tabs)|\b(?:[a-z]\.)*[a-z])\.$",
    re.IGNORECASE,
)
_SPACE_OR_BULLET = re.compile(r"[\s•‣◦▪●*·–—-]*(?=\s)\s*|\s+")
_LONGEST = 1_500  # code points; a longer run without a stop is cut at white space, so that cost stays linear


def sentences(text: str) -> list[tuple[int, int]]:
    """[start, end) of each sentence, in order, never empty, never overlapping, together all but white space."""
    return [piece for start, end in _raw(text) if (span := _trim(text, start, end)) for piece in _cut(text, *span)]


def _raw(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _STOP.finditer(text):
        if _goes_on(text, start, match):
            continue
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the candidate stop lies inside a sentence."""
    stop = match.group()
    if not _BREAK.match(stop):
        if not stop.startswith(".") or len(stop.rstrip("\"'’”»)]")) > 1:
            return False
        found = _ABBREVIATION.search(text[max(start, match.start() - 12) : match.start() + 1])
        return found is not None and not _starts_line(text, match.end())
    if len(_BREAK.findall(stop.replace("\r\n", "\n"))) > 1 or match.end() >= len(text):
        return False
    before = text[match.start() - 1] if match.start() > start else "\n"
    return text[match.end()].islower() and before not in ".!?…:;\"'”’)"


def _starts_line(text: str, at: int) -> bool:
    return bool(re.compile(r"[^\S\r\n]*[\r\n]").match(text, at))


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    lead = _SPACE_OR_BULLET.match(text, start, end)
    if lead:
        start = lead.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return (start, end) if start < end else None


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A run that never stops, in pieces of at most `_LONGEST`, cut behind white space where there is any."""
    while end - start > _LONGEST:
        window = text[start : start + _LONGEST]
        at = max(window.rfind(" "), window.rfind("\n"), window.rfind("\t"))
        stop = start + (at if at > 0 else _LONGEST)
        yield start, stop
        start = stop
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end
