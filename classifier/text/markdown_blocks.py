"""Markdown's lines as blocks of running text: which parts of which lines belong together, markers taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .tags import BOM, raw_end, read_tag, skip_comment

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_FRONT = re.compile(r"\ufeff?---[ \t]*+(?:\r\n|\r|\n)")
_FRONT_END = re.compile(r"(?:---|\.\.\.)[ \t]*+\Z")
_FRONT_KEY = re.compile(r"[A-Za-z_][\w-]*+[ \t]*+:")
_FRONT_TITLE = re.compile(r"title[ \t]*+:[ \t]*+(?P<value>.*)", re.IGNORECASE)
_NO_SCALAR = tuple("|>&*!{[")  # blocks, anchors, tags and collections are no title
# Between the quotes of a YAML scalar: a run, or an escape, of which the group is what is meant.
_QUOTED = {"'": re.compile(r"([^']+)|(')'?"), '"': re.compile(r"([^\\]+)|\\([\"\\/])|(\\)")}
_FENCE = re.compile(r"(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*+\Z")
_QUOTE = re.compile(r">[ \t]?")
_ITEM = re.compile(r"(?:[-*+]|(?P<number>[0-9]{1,9})[.)])(?:[ \t]++(?:\[[ xX]\][ \t]++)?|\Z)")
_HEADING = re.compile(r"#{1,6}(?:[ \t]++|\Z)")
_DELIMITER_ROW = re.compile(r"\|?[ \t]*+:?-+:?[ \t]*+(?:\|[ \t]*+:?-+:?[ \t]*+)*+\|?[ \t]*+\Z")
_DEFINITION = re.compile(r"\[(?P<label>[^\[\]]{1,999})\]:(?P<rest>.*)")
_TARGET = re.compile(r"[ \t]*+(?:<[^<>]*+>|[^\s<]\S*+)(?:[ \t]++(?:\"[^\"]*+\"|'[^']*+'|\([^()]*+\)))?[ \t]*+\Z")
_RAW_START = re.compile(r"<(?P<name>script|style)(?=[\s>])", re.IGNORECASE)


@dataclass
class Block:
    """Pieces [start, end) of the markup that make one block, with their lines' ends. `row`: of a table. `item`: of a list."""

    pieces: list[tuple[int, int]] = field(default_factory=list)
    row: bool = False
    item: bool = False
    quoted: bool = False


@dataclass
class Page:
    """The blocks in order, the labels of the references that are defined anywhere, and the pieces of the
    front matter's title."""

    blocks: list[Block] = field(default_factory=list)
    references: set[str] = field(default_factory=set)
    title: list[tuple[int, int]] = field(default_factory=list)


def read_blocks(markup: str) -> Page:
    """All blocks of a page. Linear: each line is looked at once, from left to right."""
    return _Lines(markup).read()


def label_of(text: str) -> str:
    """A reference's label as it is compared: case and white space do not count."""
    return " ".join(text.split()).casefold()


class _Lines:
    def __init__(self, markup: str) -> None:
        self.markup, self.page = markup, Page()
        self._block = Block()
        self._fence, self._fence_quoted = "", False
        self._rule_from = 0

    def read(self) -> Page:
        at = self._front_matter()
        while at < len(self.markup):
            line = _LINE.match(self.markup, at)
            assert line is not None
            at = self._line(at, line.end())
        self._close()
        return self.page

    def _front_matter(self) -> int:
        """Where the page starts: behind its front matter, if it has one."""
        nothing = int(self.markup.startswith(BOM))
        opening = _FRONT.match(self.markup)
        at = opening.end() if opening else 0
        title: list[tuple[int, int]] = []
        keyed = False
        while opening and at < len(self.markup):
            line = _LINE.match(self.markup, at)
            assert line is not None
            start, text, at = at, line.group().rstrip("\r\n"), line.end()
            if _FRONT_END.match(text):
                self.page.title = title
                return at
            if text.strip() and not keyed and not text.startswith("#") and not _FRONT_KEY.match(text):
                return nothing  # a rule and text, not front matter
            keyed = keyed or bool(text.strip() and not text.startswith("#"))
            found = _FRONT_TITLE.match(text)
            title = _plain(found["value"], start + found.start("value")) if found and not title else title
        return nothing

    # ------------------------------------------------------------ one line

    def _line(self, start: int, end: int) -> int:
        """Takes the line [start, end) and gives where the next one starts."""
        stop = start + len(self.markup[start:end].rstrip("\r\n"))
        at = self._unindent(start, stop)
        if self._fence and not (self._fence_quoted and not self.markup.startswith(">", at)):
            self._inside_fence(at, stop)
            return end
        self._fence, self._fence_quoted = "", self.markup.startswith(">", at)
        self._rule_from = self._rule_start(start, stop)
        quoted = self.markup.startswith(">", at)
        if quoted and not self._block.quoted:
            self._close()
        at, marked = self._containers(at, stop)
        if at >= stop:
            self._close()
        elif (past := self._html_block(at)) >= 0:
            self._close()
            return past  # what follows in the line is read as a line of its own
        elif not self._special(at, stop):
            self._running(at, end, marked)
            self._block.quoted = self._block.quoted or quoted
        return end

    def _unindent(self, at: int, stop: int) -> int:
        while at < stop and self.markup[at] in " \t":
            at += 1
        return at

    def _rule_start(self, start: int, stop: int) -> int:
        """Where the line's tail of one mark and white space starts: only from there on can it be a rule."""
        line = self.markup[start:stop].rstrip(" \t")
        return start + len(line.rstrip(line[-1] + " \t")) if line and line[-1] in "*-_" else stop

    def _is_rule(self, at: int, stop: int) -> bool:
        return at >= self._rule_from and self.markup.count(self.markup[at], at, stop) > 2

    def _inside_fence(self, at: int, stop: int) -> None:
        quote = at
        while quote < stop and self.markup[quote] in " \t>":  # a fence inside a block quote
            quote += 1
        text = self.markup[quote:stop].rstrip(" \t")
        if len(text) >= len(self._fence) and text == self._fence[0] * len(text):
            self._fence = ""

    def _containers(self, at: int, stop: int) -> tuple[int, bool]:
        """Takes off the marks of quotes and list items. Gives where the text starts, and whether an item starts here."""
        marked = False
        while at < stop:
            if (mark := _QUOTE.match(self.markup, at, stop)) is not None:
                at = self._unindent(mark.end(), stop)
            elif (mark := self._item(at, stop, marked)) is not None:
                at, marked = mark.end(), True
            else:
                break
        return at, marked

    def _item(self, at: int, stop: int, marked: bool) -> re.Match[str] | None:
        mark = _ITEM.match(self.markup, at, stop)
        if mark is None or self._is_rule(at, stop):
            return None
        number = mark["number"]
        # In the middle of a paragraph "1986. That year…" is text: only a list that begins with 1 may interrupt it.
        if number and not marked and self._block.pieces and not self._block.item and int(number) != 1:
            return None
        return mark if mark.end() < stop or not self._block.pieces else None

    def _html_block(self, at: int) -> int:
        """Where a comment, script or style that starts the text at `at` ends; -1 where there is none."""
        if self.markup.startswith("<!--", at):
            return skip_comment(self.markup, at)
        if (raw := _RAW_START.match(self.markup, at)) is not None:
            close = raw_end(self.markup, raw["name"].lower(), raw.end())
            tag = read_tag(self.markup, close) if close < len(self.markup) else None
            return tag.end if tag else len(self.markup)
        return -1

    def _special(self, at: int, stop: int) -> bool:
        """Fences, rules, underlines, delimiter rows, headings and definitions: whether the line was one of them."""
        markup = self.markup
        if (fence := _FENCE.match(markup, at, stop)) is not None and not (fence["mark"][0] == "`" and "`" in fence["info"]):
            self._close()
            self._fence = fence["mark"]
            return True
        text = self._block.pieces
        if text and "|" in markup[at:stop] and _DELIMITER_ROW.match(markup, at, stop) and "|" in markup[slice(*text[-1])]:
            self._table()
            return True
        if self._is_rule(at, stop) or (text and _UNDERLINE.match(markup, at, stop)):
            self._close()
            return True
        if (heading := _HEADING.match(markup, at, stop)) is not None:
            self._close()
            self._heading(heading.end(), stop)
            return True
        return not text and self._definition(at, stop)

    def _heading(self, at: int, stop: int) -> None:
        end = at + len(self.markup[at:stop].rstrip(" \t"))
        bare = at + len(self.markup[at:end].rstrip("#"))
        if bare == at or self.markup[bare - 1] in " \t":
            end = bare
        self._block.pieces.append((at, end))
        self._close()

    def _definition(self, at: int, stop: int) -> bool:
        found = _DEFINITION.match(self.markup, at, stop)
        if found is None:
            return False
        if found["label"].startswith("^"):  # a footnote: its text counts, its mark does not
            self._block.pieces.append((self._unindent(found.start("rest"), stop), stop))
            self._close()
            return True
        if not _TARGET.match(found["rest"]):
            return False
        self.page.references.add(label_of(found["label"]))
        return True

    # ------------------------------------------------------------ blocks

    def _running(self, at: int, end: int, marked: bool) -> None:
        if marked or self._block.row:
            row = self._block.row and not marked
            self._close()
            self._block.row = row
        self._block.item = self._block.item or marked
        self._block.pieces.append((at, end))

    def _table(self) -> None:
        """The line before a delimiter row is the table's head; lines before that are a paragraph."""
        head = self._block.pieces.pop()
        self._close()
        self._block = Block([head], row=True)

    def _close(self) -> None:
        if self._block.pieces:
            self.page.blocks.append(self._block)
        self._block = Block()


def _plain(value: str, at: int) -> list[tuple[int, int]]:
    """The pieces of a YAML scalar of one line that starts at `at`, without its quotes, escapes or a comment."""
    at += len(value) - len(value.lstrip())
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTED:
        found = [m.span(m.lastindex or 0) for m in _QUOTED[value[0]].finditer(value, 1, len(value) - 1)]
    else:
        found = [(0, len(re.split(r"[ \t]#", value, maxsplit=1)[0].rstrip()) if value[:1] not in _NO_SCALAR else 0)]
    return [(at + a, at + b) for a, b in found if a < b]
