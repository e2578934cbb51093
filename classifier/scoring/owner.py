"""Whose harm it is: harms of a disease, of a rival, or that the product is said to prevent are no caveats.

A model of words hears "liver damage" and cannot tell what causes it. The policy asks for the owner (POLICY 2; 5.3,
"Competitor's side effects: never a caveat"), and where the order of word classes in a sentence answers that plainly,
this rule does: what stands before the first word of harm. In doubt the harm is the product's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..text.streams import Streams

HARM_WORDS = frozenset({"ADVERSE", "HARM", "SIDE_EFFECT", "SYMPTOM", "DEPENDENCE"})
OWN = frozenset(
    {"HERB", "SUPPLEMENT", "RISKY", "DEVICE", "VACCINE", "PROCEDURE", "LIFESTYLE", "FOOD_DRINK", "DRUG_NAME", "DRUG_CLASS", "MEDICINE"}
)
NATURAL = frozenset({"HERB", "SUPPLEMENT", "DEVICE", "LIFESTYLE", "FOOD_DRINK"})
RIVALS = frozenset({"DRUG_NAME", "DRUG_CLASS", "MEDICINE"})
EFFECTS = frozenset({"PREVENT", "TREAT", "CURE"})
PEOPLE = frozenset({"PREGNANCY", "CHILD", "ELDER", "YOU", "SELF", "COND", "AVOID", "COMBINE", "NEG", "CONSULT", "MUST", "POPULATION"})
SUBJECTS = OWN | PEOPLE | {"DISEASE"}  # what can be spoken of; the first of these in a sentence is what it speaks of
MIXES = frozenset({"HERB", "LIFESTYLE", "FOOD_DRINK", "COMBINE", "AVOID", "MUST", "CONSULT", "COND"})
_TELLS = frozenset(["can", "may", "often", "commonly", "usually", "brings", "bring", "makes", "make", "leaves", "leads"])
_POINTERS = frozenset(["it", "they", "this", "these", "those", "that", "them", "its", "their", "both", "some", "which"])
_LESSENS = frozenset(
    ["reduce", "reduces", "reduced", "reducing", "reduction", "lessen", "lessens", "manage", "manages", "managing", "curb", "curbs",
     "quell", "quells", "spare", "spares", "shield", "shields", "guard", "guards", "away", "quiet", "quiets", "flatten", "flattened"]
)  # fmt: skip
_CAUSES = frozenset(["cause", "causes", "caused", "causing", "but", "however", "though", "although", "may", "might"])
RIVAL_SIGNALS = ("side_effects", "who_should_avoid", "dependence_withdrawal")
DISEASE_SIGNALS = ("side_effects",)
PREVENTED_SIGNALS = ("side_effects", "dependence_withdrawal")


def not_its_own(sentences: Sequence[Streams], lead: int = 1) -> list[tuple[int, tuple[str, ...]]]:
    """(sentence, caveat signals that it earns nothing for), for each sentence whose harm belongs to something else.

    The first `lead` sentences, the title among them, say what the text promotes.
    """
    natural, named = _promoted(sentences[:lead])
    out = []
    for s, sentence in enumerate(sentences):
        signals = _owned_elsewhere(sentence, natural, named)
        if signals:
            out.append((s, signals))
    return out


def _promoted(lead: Sequence[Streams]) -> tuple[bool, frozenset[str]]:
    """Whether the lead promotes something that is no medicine, and every intervention word of the lead."""
    kinds: Counter[bool] = Counter()
    words = set()
    for sentence in lead:
        for kind, word in _interventions(sentence):
            kinds[kind in NATURAL] += 1
            words.add(word)
    return kinds[True] > kinds[False], frozenset(words)


def _interventions(sentence: Streams) -> Iterator[tuple[str, str]]:
    for c in sentence.classes:
        if c.name in OWN:
            yield c.name, " ".join(t.form for t in sentence.tokens[c.first : c.last + 1])


def _owned_elsewhere(sentence: Streams, natural: bool, named: frozenset[str]) -> tuple[str, ...]:
    harm = next((c.first for c in sentence.classes if c.name in HARM_WORDS), None)
    if harm is None:
        return ()
    if _prevented(sentence, harm):
        return PREVENTED_SIGNALS
    subject = next((c for c in sentence.classes if c.last < harm and c.name in SUBJECTS), None)
    if subject is None or any(t.raw in _POINTERS for t in sentence.tokens[: subject.first]):
        return ()
    between = {c.name for c in sentence.classes if subject.last < c.first < harm}
    if subject.name == "DISEASE" and not between & OWN and (between & {"CAUSE", "HEDGE"} or _tells(sentence, subject.last, harm)):
        return DISEASE_SIGNALS
    word = " ".join(t.form for t in sentence.tokens[subject.first : subject.last + 1])
    if natural and subject.name in RIVALS and word not in named and not between & MIXES:
        return RIVAL_SIGNALS
    return ()


def _tells(sentence: Streams, start: int, end: int) -> bool:
    return any(t.raw in _TELLS for t in sentence.tokens[start + 1 : end])


def _prevented(sentence: Streams, harm: int) -> bool:
    """A verb of effect stands shortly before the first harm, unnegated, and nothing between says that it causes it."""
    effects = [c.last for c in sentence.classes if c.name in EFFECTS and c.last < harm]
    effects += [i for i, t in enumerate(sentence.tokens[:harm]) if t.raw in _LESSENS]
    if not effects:
        return False
    last = max(effects)
    between = sentence.tokens[last + 1 : harm]
    if len(between) > 4 or any(t.pause or t.raw in _CAUSES for t in between):
        return False
    classes = {c.name for c in sentence.classes if c.first < last}
    if classes & {"NEG", "COND", "YOU"} or "CAUSE" in {c.name for c in sentence.classes if last < c.first < harm}:
        return False
    return sentence.tokens[last].raw not in _NOUNS  # "people treated", "the treatment": no verb of effect


_NOUNS = frozenset(
    [
        "treated",
        "controlled",
        "treat",
        "treatment",
        "treatments",
        "therapy",
        "therapies",
        "remedy",
        "remedies",
        "relief",
        "medicine",
        "cure",
    ]
)
