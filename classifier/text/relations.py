"""Who does what to what: verbs of effect with their subject and object, and the mood in which the sentence has them.

`halts multiple sclerosis`, `does not halt multiple sclerosis`, `does it halt multiple sclerosis?` share every class and
nearly every pair; a linear model would have to spend hundreds of small weights on telling them apart. Here each is one
token: `plain:heal>ill`, `not:heal>ill`, `ask:heal>ill`. The mood is the first that holds of: negated, asked, denounced,
reported, conditional, hedged, compared; else plain. Contrast sentences decide what each mood is worth (POLICY 1, voice).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .classes import Classed
from .tokens import Sentence, Token

_VERBS = {"CURE": "heal", "TREAT": "heal", "PREVENT": "heal", "CAUSE": "cause", "FUNCTION": "help", "REPLACE": "replace"}
_OBJECTS = {
    **dict.fromkeys(("DISEASE", "SYMPTOM"), "ill"),
    **dict.fromkeys(("ADVERSE", "HARM", "SIDE_EFFECT", "OVERDOSE", "DEPENDENCE"), "hurt"),
    **dict.fromkeys(("MEDICINE", "DRUG_CLASS", "DRUG_NAME", "VACCINE", "PROCEDURE"), "med"),
}
_SUBJECTS = {
    **dict.fromkeys(("MEDICINE", "DRUG_CLASS", "DRUG_NAME", "VACCINE", "PROCEDURE"), "med"),
    **dict.fromkeys(("HERB", "SUPPLEMENT", "RISKY", "DEVICE", "FOOD_DRINK", "LIFESTYLE"), "thing"),
    **dict.fromkeys(("DISEASE", "SYMPTOM"), "ill"),
}
# Classes that say much by themselves, and the opposite in another mood.
_MARKED = frozenset(
    [
        "SAFE",
        "SIDE_EFFECT",
        "REPLACE",
        "ABSOLUTE",
        "PROOF",
        "AVOID",
        "COMPARE",
        "ADVERSE",
        "HARM",
        "DEPENDENCE",
        "STATUS",
        "COMBINE",
        "CONSULT",
        "LIMIT",
        "QUALITY",
        "MEDICINE",
        "SUPPLEMENT",
        "TESTIMONY",
        "PRESSURE",
        "FUNCTION",
        "HYPE",
    ]
)
_PRONOUNS = frozenset(["it", "this", "they", "these", "that", "he", "she", "we", "i", "you"])
_HEDGES = frozenset(["may", "might", "could", "possibly", "perhaps"])
_UNREAL = frozenset(["if", "unless", "whether", "suppose"])
_BREAKS = frozenset(["but", "however", "although", "though", "yet", "because", "so", "while", "whereas"])
_SUBJECT_REACH, _OBJECT_REACH, _PRONOUN_REACH, _HEDGE_REACH = 8, 6, 4, 4


@dataclass(frozen=True, slots=True)
class Related:
    """One relation or marked class: `name` as in the stream, and the tokens that it rests on."""

    name: str
    tokens: tuple[int, ...]


def relations(sentence: Sentence, found: Sequence[Classed], negated: Sequence[bool], rival: Sequence[bool]) -> list[Related]:
    """The relations of a sentence, in order; `negated` and `rival` say which tokens stand in such a scope."""
    moods = _Moods(sentence, found, negated, rival)
    out: list[Related] = []
    for at, verb in enumerate(found):
        mood = moods.of(verb)
        if verb.name in _VERBS:
            out += _relation(sentence.tokens, found, at, mood)
        if verb.name in _MARKED:
            out.append(Related(f"{mood}.{verb.name}", (verb.last,)))
        if sentence.heading:
            out.append(Related(f"head.{verb.name}", (verb.last,)))
    return out


def _relation(tokens: Sequence[Token], found: Sequence[Classed], at: int, mood: str) -> list[Related]:
    verb, kind = found[at], _VERBS[found[at].name]
    for thing in found[at + 1 :]:
        if thing.first - verb.last > _OBJECT_REACH or any(t.raw in _BREAKS for t in tokens[verb.last + 1 : thing.first]):
            break
        if thing.name in _OBJECTS:
            what = _OBJECTS[thing.name]
            names = (f"{mood}:{kind}>{what}", f"{mood}:{verb.name}>{thing.name}", f"{_subject(tokens, found, at)}:{mood}:{kind}>{what}")
            return [Related(name, (verb.last, thing.last)) for name in names]
    return [Related(f"{mood}:{kind}", (verb.last,))]


def _subject(tokens: Sequence[Token], found: Sequence[Classed], at: int) -> str:
    first = found[at].first
    for before in reversed(found[:at]):
        if first - before.last > _SUBJECT_REACH:
            break
        if before.name in _SUBJECTS:
            return _SUBJECTS[before.name]
    return "pron" if any(t.raw in _PRONOUNS for t in tokens[max(0, first - _PRONOUN_REACH) : first]) else "none"


class _Moods:
    """The mood of a class: the first that holds, else plain."""

    def __init__(self, sentence: Sentence, found: Sequence[Classed], negated: Sequence[bool], rival: Sequence[bool]) -> None:
        named = {c.name for c in found}
        whole = [
            ("ask", sentence.question),
            ("den", "DENOUNCE" in named),
            ("said", "SAY" in named),
            ("if", any(t.raw in _UNREAL for t in sentence.tokens)),
        ]
        self._whole = next((mood for mood, holds in whole if holds), None)
        self._tokens, self._negated, self._rival = sentence.tokens, negated, rival

    def of(self, place: Classed) -> str:
        if self._negated[place.last]:
            return "not"
        if self._whole is not None:
            return self._whole
        near = [t.raw for t in self._tokens[max(0, place.last - _HEDGE_REACH) : place.last]]
        if any(word in _HEDGES for word in near):
            return "may"
        if "would" in near:
            return "if"
        return "vs" if self._rival[place.last] else "plain"
