"""The text a reader sees on a web page, with the place in the markup of each of its code points.

One pass over the tags (`tags.py`) with a stack of open elements. Blocks are separated by an empty line, `<br>` is a
line break, table cells are a space apart, white space inside a block is one space. Left out: what a browser does not
show (scripts, styles, templates, hidden elements) and what frames a page (navigation, side bars, forms, buttons);
headers and footers stay, because caveats stand there. A page that is nothing but frame keeps the frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .elements import APART, BLOCKS, CONTENT, ENDS, FOREIGN, FRAME, LISTS, NEVER_SHOWN, SPECIAL, TABLE, VOID, WALLS
from .extracted import Extracted
from .gather import BLOCK, LINE, SPACE, Gatherer
from .tags import SPACES, Run, Tag, read_reference, tokens

_HIDDEN_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))(?![\w-])", re.IGNORECASE)
_PIECE = re.compile(r"[ \t\n\r\f]+|&|[^ \t\n\r\f&]+")


def extract_html(markup: str) -> Extracted:
    """`text` as described above, `origin` per code point into `markup` (a decoded reference: where it starts; -1: a
    separator that stands nowhere), `title` from the first `<title>`, likewise with its
    places. Never raises; linear in the markup."""
    page = _Page(markup, keep_frame=False)
    extracted = page.read()
    if not extracted.text and page.left_out:
        return _Page(markup, keep_frame=True).read()
    return extracted


@dataclass(slots=True)
class _Open:
    """An open element: `hides` and `frames` say why its text is left out, if it is."""

    name: str
    hides: bool
    frames: bool


class _Page:
    """The pass. Open elements are also indexed by name, so that finding what an end tag ends takes no search."""

    def __init__(self, markup: str, keep_frame: bool) -> None:
        self.markup, self.keep_frame = markup, keep_frame
        self.left_out = False
        self._out, self._title = Gatherer(), Gatherer()
        self._title_seen = False
        self._stack: list[_Open] = []
        self._places: dict[str, list[int]] = {}
        self._walls: list[int] = [-1]
        self._blocks: list[int] = [-1]
        self._hiding = self._framing = 0

    def read(self) -> Extracted:
        for token in tokens(self.markup):
            if isinstance(token, Run):
                self._text(token)
            elif token.is_end:
                self._end(token.name)
            else:
                self._start(token)
        return self._out.finish(self._title)

    # ------------------------------------------------------------ elements

    def _start(self, tag: Tag) -> None:
        for name in ENDS.get(tag.name, ()):
            self._end_implied(tag.name, name)
        self._boundary(tag.name)
        if tag.name in CONTENT and self._framing:
            self._unframe_forms()
        if tag.name not in VOID and not (tag.closed and (tag.name in FOREIGN or self._is_open("svg") or self._is_open("math"))):
            self._push(_Open(tag.name, tag.name in NEVER_SHOWN or _is_hidden(tag), tag.name in FRAME and not self.keep_frame))

    def _end(self, name: str) -> None:
        if name == "br":
            self._boundary(name)
        elif (place := self._nearest(name)) >= 0:
            while len(self._stack) > place:
                self._pop()

    def _end_implied(self, starting: str, name: str) -> None:
        around = [self._places[n][-1] for n in LISTS.get(starting, ()) if self._places.get(n)]
        place = self._nearest(name)
        if place > max(around, default=-1):
            while len(self._stack) > place:
                self._pop()

    def _nearest(self, name: str) -> int:
        """Where on the stack the element stands that an end tag `name` ends; -1 where it ends none."""
        places = self._places.get(name)
        if not places:
            return -1
        place = places[-1]
        if name in TABLE:
            tables = self._places.get("table") or [-1]
            return place if place >= tables[-1] else -1
        wall = self._walls[-1] if name in SPECIAL else self._blocks[-1]
        return place if place >= wall else -1

    def _is_open(self, name: str) -> bool:
        return bool(self._places.get(name))

    def _push(self, element: _Open) -> None:
        place = len(self._stack)
        self._stack.append(element)
        self._places.setdefault(element.name, []).append(place)
        if element.name in WALLS:
            self._walls.append(place)
        if element.name in BLOCKS or element.name in WALLS:
            self._blocks.append(place)
        self._hiding += element.hides
        self._framing += element.frames

    def _pop(self) -> None:
        element = self._stack.pop()
        self._places[element.name].pop()
        if element.name in WALLS:
            self._walls.pop()
        if element.name in BLOCKS or element.name in WALLS:
            self._blocks.pop()
        self._hiding -= element.hides
        self._framing -= element.frames
        self._boundary(element.name)

    def _unframe_forms(self) -> None:
        for place in reversed(self._places.get("form", ())):
            if not self._stack[place].frames:
                break
            self._stack[place].frames = False
            self._framing -= 1

    def _boundary(self, name: str) -> None:
        if name in BLOCKS:
            self._out.separate(BLOCK)
        elif name == "br":
            self._out.separate(LINE)
        elif name in APART:
            self._out.separate(SPACE)

    # ------------------------------------------------------------ text

    def _text(self, run: Run) -> None:
        if self._is_open("title") and not self._is_open("svg"):
            self._title_text(run)
        elif self._hiding or run.raw:
            return
        elif self._framing:
            self.left_out = self.left_out or not self.markup[run.start : run.end].isspace()
        else:
            add_text(self.markup, run.start, run.end, self._out, lines=self._is_open("pre"))

    def _title_text(self, run: Run) -> None:
        if not self._title_seen:
            self._title_seen = True
            add_text(self.markup, run.start, run.end, self._title)


def add_text(markup: str, start: int, end: int, out: Gatherer, *, lines: bool = False) -> None:
    """Adds markup[start:end] to `out` with references decoded and white space collapsed; `lines` keeps line breaks."""
    at = start
    while (piece := _PIECE.match(markup, at, end)) is not None:
        text = piece.group()
        reference = read_reference(markup, at, end) if text == "&" else None
        if text[0] in SPACES:
            space = text.find(" ")
            out.separate(LINE if lines and ("\n" in text or "\r" in text) else SPACE, at + space if space >= 0 else -1)
        elif reference is not None:
            _add_decoded(reference[0], at, out)
        else:
            out.add(text, range(at, piece.end()))
        at = reference[1] if reference is not None else piece.end()


def _add_decoded(text: str, at: int, out: Gatherer) -> None:
    if text in SPACES:  # &#32; and its like collapse too; a no-break space does not
        out.separate(SPACE)
    else:
        out.add(text, [at] * len(text))


def _is_hidden(tag: Tag) -> bool:
    has = tag.attributes
    if not has:
        return False
    return "hidden" in has or has.get("aria-hidden", "").strip().lower() == "true" or bool(_HIDDEN_STYLE.search(has.get("style", "")))
