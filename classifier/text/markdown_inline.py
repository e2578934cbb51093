"""The inline marks of one Markdown block, read once from left to right.

What a mark does is an edit: a part of the block that gives nothing, or gives something else. Edits are applied in order
at the end, so that a bracket can be dropped when its partner is found, and an image takes all its inside with it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from .elements import APART, BLOCKS
from .gather import Gatherer
from .markdown_blocks import Block, label_of
from .tags import read_reference, read_tag

_MARK = re.compile(r"[\\`*_~!\[\]<&|]")
_TICKS = re.compile(r"`+")
_RUN = re.compile(r"\*+|_+|~+")
_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TARGET = re.compile(
    r"\([ \t\r\n]*+(?:<[^<>\r\n]*+>|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*+\))(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+)?"
    r"(?:[ \t\r\n]++(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)))?[ \t\r\n]*+\)"
)
_LABEL = re.compile(r"\[([^\[\]]{0,999})\]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,99}\]")
_AUTOLINK = re.compile(r"<((?:[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*+)|[\w.!#$%&'*+/=?^`{|}~-]++@[\w.-]++)>")
_TAG_START = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*+(?=[\s/>])")
_TAG_ATTRIBUTE = re.compile(r"[a-z_:@][\w.:@-]*\Z", re.IGNORECASE)
_RAW_END = {name: re.compile(rf"</{name}\s*+>", re.IGNORECASE) for name in ("script", "style")} | {"-->": re.compile("-->")}
_LONGEST_LABEL = 999


@dataclass(slots=True)
class _Edit:
    """[start, end) of the block gives `text` instead, which stands at `at` in the block (-1: nowhere)."""

    start: int
    end: int
    text: str = ""
    at: int = -1


@dataclass(slots=True)
class _Run:
    """A run of one emphasis mark; what is left of it is [start, end)."""

    char: str
    start: int
    end: int
    opens: bool
    closes: bool
    length: int


def add_inline(markup: str, block: Block, references: set[str], out: Gatherer) -> None:
    """Adds the block's text to `out`, with its marks taken away and white space at its ends left out."""
    origin = [at for start, end in block.pieces for at in range(start, end)]
    text = "".join(markup[start:end] for start, end in block.pieces)
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for edit in [*_Marks(text, block.row, references).edits(), _Edit(len(text), len(text))]:
        if edit.start < at:
            continue  # inside a part that was dropped whole
        kept.append(text[at : edit.start])
        places.extend(origin[at : edit.start])
        kept.append(edit.text)
        places.extend([origin[edit.at] if edit.at >= 0 else -1] * len(edit.text))
        at = edit.end
    plain = "".join(kept)
    lead = len(plain) - len(plain.lstrip())
    bare = plain.strip()
    out.add(bare, places[lead : lead + len(bare)])


@dataclass
class _Marks:
    """Finds the edits of one block."""

    text: str
    row: bool
    references: set[str]
    found: list[_Edit] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    brackets: list[tuple[int, bool]] = field(default_factory=list)  # where, and whether it is an image's
    ticks: dict[int, list[int]] = field(default_factory=dict)  # where runs of backticks stand, by length
    endless: set[str] = field(default_factory=set)  # what did not end in this block once: what starts later cannot either

    def edits(self) -> list[_Edit]:
        """All edits, by where they start; of two that start together the longer first."""
        for run in _TICKS.finditer(self.text):
            self.ticks.setdefault(len(run.group()), []).append(run.start())
        at = 0
        while (mark := _MARK.search(self.text, at)) is not None:
            at = self._HANDLERS[mark.group()](self, mark.start())
        self.found.extend(_emphasis(self.runs))
        return sorted(self.found, key=lambda e: (e.start, -e.end))

    def _drop(self, start: int, end: int) -> int:
        self.found.append(_Edit(start, end))
        return end

    # Each handler takes the mark at `at` and gives where to go on.

    def _backslash(self, at: int) -> int:
        after = self.text[at + 1 : at + 2]
        if after in _ESCAPABLE or after in ("\r", "\n"):
            self._drop(at, at + 1)
            return at + 2
        return at + 1

    def _code(self, at: int) -> int:
        run = _TICKS.match(self.text, at)
        assert run is not None
        length = len(run.group())
        others = self.ticks.get(length, [])
        index = bisect_right(others, at)
        if index == len(others):
            return run.end()
        self._drop(at, run.end())
        return self._drop(others[index], others[index] + length)

    def _emphasis(self, at: int) -> int:
        match = _RUN.match(self.text, at)
        assert match is not None
        char, end = match.group()[0], match.end()
        before, after = self.text[at - 1 : at] or " ", self.text[end : end + 1] or " "
        left = not after.isspace() and (after.isalnum() or not before.isalnum())
        right = not before.isspace() and (before.isalnum() or not after.isalnum())
        if char == "_":
            left, right = left and (not right or not before.isalnum()), right and (not left or not after.isalnum())
        if char != "~" or end - at == 2:
            self.runs.append(_Run(char, at, end, left, right, end - at))
        return end

    def _bang(self, at: int) -> int:
        if self.text.startswith("[", at + 1):
            self.brackets.append((at, True))
            return at + 2
        return at + 1

    def _open(self, at: int) -> int:
        if (note := _FOOTNOTE.match(self.text, at)) is not None:
            return self._drop(at, note.end())
        self.brackets.append((at, False))
        return at + 1

    def _close(self, at: int) -> int:
        if not self.brackets:
            return at + 1
        opened, image = self.brackets.pop()
        end = self._link_end(opened + 1 + image, at)
        if end < 0:
            return at + 1
        if image:
            while self.runs and self.runs[-1].start > opened:
                self.runs.pop()
            return self._drop(opened, end)
        self._drop(opened, opened + 1)
        return self._drop(at, end)

    def _link_end(self, inside: int, at: int) -> int:
        """Where the link or image ends whose text is [inside, at); -1 where it is none."""
        if (target := _TARGET.match(self.text, at + 1)) is not None:
            return target.end()
        own = label_of(self.text[inside:at]) if at - inside <= _LONGEST_LABEL else ""
        if (label := _LABEL.match(self.text, at + 1)) is not None:
            return label.end() if (label_of(label.group(1)) or own) in self.references else -1
        return at + 1 if own in self.references else -1

    def _angle(self, at: int) -> int:
        if (link := _AUTOLINK.match(self.text, at)) is not None:
            self._drop(at, at + 1)
            return self._drop(link.end() - 1, link.end())
        if self.text.startswith("<!--", at):
            end = self._past("-->", at)
            return self._drop(at, end) if end >= 0 else at + 4
        if "tag" in self.endless or _TAG_START.match(self.text, at) is None:
            return at + 1
        tag = read_tag(self.text, at)
        if tag is None:
            self.endless.add("tag")
            return at + 1
        if not all(map(_TAG_ATTRIBUTE.match, tag.attributes)):
            return tag.end  # not a tag but text with < and >, as in "x <y, but z> 2"
        past = self._past(tag.name, tag.end) if tag.name in _RAW_END and not tag.is_end else -1
        end = max(tag.end, past)
        glue = "\n\n" if tag.name in BLOCKS else " " if tag.name in APART else ""
        if tag.name == "br" and self.text[end : end + 1] not in ("\r", "\n"):
            glue = "\n"
        self.found.append(_Edit(at, end, glue))
        return end

    def _past(self, name: str, at: int) -> int:
        """Where the comment, script or style that is open at `at` ends; -1 where it does not end in this block."""
        close = _RAW_END[name].search(self.text, at) if name not in self.endless else None
        if close is None:
            self.endless.add(name)
            return -1
        return close.end()

    def _reference(self, at: int) -> int:
        reference = read_reference(self.text, at, len(self.text))
        if reference is None or self.text[reference[1] - 1] != ";":
            return at + 1
        self.found.append(_Edit(at, reference[1], reference[0], at))
        return reference[1]

    def _pipe(self, at: int) -> int:
        if self.row:
            self.found.append(_Edit(at, at + 1, " "))
        return at + 1

    _HANDLERS: ClassVar[dict[str, Callable[[_Marks, int], int]]] = {
        "\\": _backslash, "`": _code, "*": _emphasis, "_": _emphasis, "~": _emphasis, "!": _bang,
        "[": _open, "]": _close, "<": _angle, "&": _reference, "|": _pipe,
    }  # fmt: skip


def _emphasis(runs: list[_Run]) -> Iterator[_Edit]:
    """Pairs of runs that make emphasis, as edits that drop them. A run without a partner is text: "* see below"."""
    opened: dict[str, list[_Run]] = {"*": [], "_": [], "~": []}
    for run in runs:
        waiting = opened[run.char]
        while run.closes and run.end > run.start and waiting and _may_pair(waiting[-1], run):
            first = waiting[-1]
            size = min(first.end - first.start, run.end - run.start)
            yield _Edit(first.end - size, first.end)
            yield _Edit(run.start, run.start + size)
            first.end -= size
            run.start += size
            if first.end == first.start:
                waiting.pop()
        if run.opens and run.end > run.start:
            waiting.append(run)


def _may_pair(first: _Run, second: _Run) -> bool:
    """The standard's rule of three, for runs that could both open and close."""
    if not (first.closes or second.opens) or first.length % 3 == second.length % 3 == 0:
        return True
    return (first.length + second.length) % 3 != 0
