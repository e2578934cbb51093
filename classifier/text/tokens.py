"""Words of the folded text, with their offsets in the submitted text and the punctuation before them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from .fold import fold
from .segment import sentences

# First a word whose letters stand apart ("c u r e s", "c.u.r.3.s"), then numbers, then words; a word may hide a letter
# behind a sign ("c@ncer").
_APART = r"(?<![^\W_])[^\W\d_](?P<gap>[ .*_·-])(?:[013457]|[^\W\d_])(?![^\W_])(?:(?P=gap)(?:[013457]|[^\W\d_])(?![^\W_]))+"
_WORD = re.compile(_APART + r"|\d+(?:[.,:]\d+)*%?|[^\W_]+(?:['@$][^\W_]+)*")
_HIDDEN = str.maketrans("013457@$", "oieastas", " .*_·-")
_HIDES = re.compile(r"[^\W\d_][013457@$]+[^\W\d_]")
_PAUSE = re.compile(r"[,;:.()!?\[\]\"—/|]| - ")
_DIGIT = re.compile(r"\d+")
NUMBER = "0"
PERCENT = "0%"


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `raw` is folded; `form` also masks digits and drops the possessive. Offsets in code points."""

    raw: str
    form: str
    start: int
    end: int
    pause: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its span in the field and its words. `question` and `heading` by its last character."""

    field: str
    start: int
    end: int
    tokens: tuple[Token, ...]
    question: bool
    heading: bool


def form_of(raw: str) -> str:
    """What a folded word is looked up by: digits masked, possessive dropped."""
    if raw[0].isdigit():
        return PERCENT if raw[-1] == "%" else NUMBER
    word = raw.removesuffix("'s") or raw
    return _DIGIT.sub(NUMBER, word) if any(c.isdigit() for c in word) else word


def read(text: str, table: Mapping[int, str], field: str = "text") -> list[Sentence]:
    """The sentences of `text` that hold at least one word. Linear in its length."""
    spans = sentences(text)
    words: list[list[Token]] = [[] for _ in spans]
    starts = [start for start, _ in spans]
    folded = fold(text, table)
    last = 0
    for match in _WORD.finditer(folded.text):
        start, end = folded.origin[match.start()], folded.origin[match.end() - 1] + 1
        which = bisect_right(starts, start) - 1
        raw = _plain(match)
        pause = bool(_PAUSE.search(folded.text, last, match.start()))
        last = match.end()
        if which >= 0 and start < spans[which][1]:
            words[which].append(Token(raw, form_of(raw), start, min(end, spans[which][1]), pause))
    return [_sentence(text, field, *span, tokens) for span, tokens in zip(spans, words, strict=True) if tokens]


def _plain(match: re.Match[str]) -> str:
    """The word itself: letters that stand apart put together, letters that hide behind digits and signs brought back."""
    word = match.group()
    hides = _HIDES.search(word) is not None and not word[-1].isdigit()  # h1n1 is a name
    return word.translate(_HIDDEN) if match["gap"] is not None or hides else word


def _sentence(text: str, field: str, start: int, end: int, tokens: list[Token]) -> Sentence:
    tail = text[start:end].rstrip("\"'’”)]»").rstrip()[-1:]
    heading = tail not in (".", "!", "?", "…", ",", ";") and len(tokens) <= 14
    return Sentence(field, start, end, tuple(tokens), question=tail == "?", heading=heading)
