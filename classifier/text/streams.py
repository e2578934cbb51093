"""The token streams that the model reads, as data and rendered for stock scikit-learn vectorisers.

Six streams per sentence: `word` (masked words, 1-2-grams), `class` (word classes, 1-3-grams), `mixed` (words and
classes in one line, a class in the place of the words it stands for, 2-3-grams: "may help TREAT", "TREAT DISEASE with"),
`relation` (verbs of effect with subject, object and mood: `relations`), `cross` (a word or class together with the scope it stands in: negated, compared with, asked, reported, conditional,
heading) and `char` (the letters of each word, 3-5-grams inside the word). Scopes end at punctuation, at a contrast word or after eight
words. Everything but the pairs hangs on one word, so a word form is one row of weights when the model scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .classes import Classed, Classes
from .relations import Related, relations
from .tokens import Sentence, Token

STREAMS = ("word", "class", "cross", "char", "mixed", "relation")
_NEGATORS = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "nothing",
        "without",
        "nor",
        "neither",
        "cannot",
        "can't",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "don't",
        "doesn't",
        "didn't",
        "won't",
        "wouldn't",
        "shouldn't",
        "couldn't",
        "hasn't",
        "haven't",
        "hadn't",
        "zero",
        "lacks",
        "lacking",
        "fails",
        "failed",
        "hardly",
        "dont",
        "doesnt",
        "didnt",
        "wont",
        "cant",
        "isnt",
    ]
)
_RIVALS = frozenset(["than", "unlike", "versus", "vs"])
_COMPARED = frozenset(["compared", "unlike"])
_IFS = frozenset(["if", "unless", "whether", "suppose"])
_ENDS_SCOPE = frozenset(["but", "however", "although", "though", "yet", "because", "so"])
_REACH = 8


@dataclass(frozen=True, slots=True)
class Crossed:
    """A scope mark on one token: `name` as in the stream, e.g. `not~CURE`."""

    name: str
    token: int


@dataclass(frozen=True, slots=True)
class Streams:
    """What one sentence says to the model. `classes` in order; `crosses` each on one token."""

    tokens: tuple[Token, ...]
    classes: tuple[Classed, ...]
    crosses: tuple[Crossed, ...]
    mixed: tuple[Classed, ...]
    relations: tuple[Related, ...]

    def render(self, stream: str) -> str:
        """The stream as space-joined tokens for a stock vectoriser."""
        if stream in ("word", "char"):
            return " ".join(t.form for t in self.tokens)
        if stream in ("class", "mixed"):
            return " ".join(c.name for c in (self.classes if stream == "class" else self.mixed))
        if stream == "relation":
            return " ".join(r.name for r in self.relations)
        return " ".join(c.name for c in self.crosses)


def streams(sentence: Sentence, classes: Classes) -> Streams:
    """The streams of a sentence."""
    found = classes.find(sentence.tokens)
    negated, rival = _scope(sentence.tokens, _NEGATORS), _scope(sentence.tokens, _RIVALS)
    return Streams(
        sentence.tokens,
        tuple(found),
        tuple(_crosses(sentence, found, negated, rival)),
        tuple(_mixed(sentence.tokens, found)),
        tuple(relations(sentence, found, negated, rival)),
    )


def _mixed(tokens: Sequence[Token], found: Sequence[Classed]) -> list[Classed]:
    """Every word in order, a classed word or phrase as its class."""
    starts = {c.first: c for c in found}
    out: list[Classed] = []
    i = 0
    while i < len(tokens):
        own = starts.get(i) or Classed(tokens[i].form, i, i)
        out.append(own)
        i = own.last + 1
    return out


def _crosses(sentence: Sentence, found: Sequence[Classed], negated: Sequence[bool], rival: Sequence[bool]) -> list[Crossed]:
    tokens = sentence.tokens
    conditional = _scope(tokens, _IFS)
    named = {c.name for c in found}
    out: list[Crossed] = []
    for c in found:
        at = c.last
        scopes = [
            ("not", negated[at]),
            ("vs", rival[at]),
            ("if", conditional[at]),
            ("ask", sentence.question),
            ("head", sentence.heading),
            ("said", "SAY" in named and c.name != "SAY"),
            ("den", "DENOUNCE" in named and c.name != "DENOUNCE"),
        ]
        out += [Crossed(f"{scope}~{c.name}", at) for scope, holds in scopes if holds]
    out += [Crossed(f"not~{t.form}", i) for i, t in enumerate(tokens) if negated[i]]
    out += [Crossed(f"vs~{t.form}", i) for i, t in enumerate(tokens) if rival[i]]
    return out


def _scope(tokens: Sequence[Token], openers: frozenset[str]) -> list[bool]:
    """Which tokens stand in the scope of one of `openers`: behind it, up to punctuation, a contrast or eight words."""
    marks, left = [], 0
    for token in tokens:
        if token.pause or token.raw in _ENDS_SCOPE:
            left = 0
        marks.append(left > 0)
        left = _REACH if token.raw in openers else max(0, left - 1)
    return marks
