"""Facts: genre by the document head, the rest by the policy's word lists. A caller's facts replace detected ones.

Each detection returns a value and a probability, which for word lists is a rough confidence (a share or a squashed
count), measured as accuracy in the model card. Source: POLICY 3.1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..policy.load import Policy
from ..text.cues import Cues
from ..text.tokens import Sentence, Token
from .kernel import Floats, sigmoid
from .lists import WordLists

GENRE_HEAD = "genre:"
FACT_HEADS = ("tier:R1", "tier:R2", "tier:R3", "serious_condition", "vulnerable", "commercial", "authorised_use", "habit_forming")


@dataclass(frozen=True)
class Detected:
    """A detected fact."""

    value: str | bool
    probability: float


def detect_facts(sentences: Sequence[Sentence], document: Mapping[str, float], policy: Policy, lists: WordLists) -> dict[str, Detected]:
    """Every fact but the seriousness of the condition. `document`: logits of the document heads."""
    genre, sure = _genre(document, policy)
    tier = _tier(sentences, document, lists)
    if genre == "non_health":
        tier = Detected("R0", sure)
    medicines = _weight(sentences, lists.medicines)
    cues = {
        "vulnerable": _weight(sentences, lists.vulnerable, lead=3.0) / 4.0,
        "commercial": _weight(sentences, lists.commercial, lead=1.0) / 2.0,
        "authorised_use": (_weight(sentences, lists.authorised, lead=1.0) + medicines) / 4.0 if medicines else 0.0,
        "habit_forming": _share(sentences, lists.habit_forming, lists),
    }
    out = {"genre": Detected(genre, sure), "tier": tier}
    for name, cue in cues.items():
        weight, centre = (4.0, 0.4) if name == "habit_forming" else (CUE_WEIGHT, CUE_CENTRE)
        out[name] = _held(document[name] + weight * (min(cue, 2.0) - centre))
    return out


def detect_seriousness(sentences: Sequence[Sentence], benefit: Sequence[bool], document: Mapping[str, float], lists: WordLists) -> Detected:
    """Whether what is promoted is for a serious condition. `benefit[s]`: whether sentence s promotes something."""
    cue = _serious(sentences, benefit, lists)
    return _held(document["serious_condition"] + CUE_WEIGHT * (min(cue, 2.0) - CUE_CENTRE))


def _held(logit: float) -> Detected:
    probability = sigmoid(logit)
    return Detected(probability >= 0.5, probability)


CUE_WEIGHT, CUE_CENTRE = 2.0, 0.6  # how a word list's count moves the document head's log-odds


HEALTH_SHIFT, HEALTH_ENOUGH = 1.0, 0.5


def health_probability(document: Mapping[str, float]) -> float:
    """How surely a text is about people's health, by the document head; in doubt it is."""
    return sigmoid(document["health"] + HEALTH_SHIFT)


def _genre(document: Mapping[str, float], policy: Policy) -> tuple[str, float]:
    names = list(policy.genres)
    logits = np.array([document[GENRE_HEAD + n] for n in names])
    if health_probability(document) >= HEALTH_ENOUGH:  # a text about health is of some health genre, however short
        logits[names.index("non_health")] = -np.inf
    odds = np.exp(logits - logits.max())
    best = int(np.argmax(odds))
    return names[best], float(odds[best]) / math.fsum(odds)


def _lead(sentence: Sentence, index: int) -> bool:
    return sentence.field == "title" or index < 2


def _weight(sentences: Sequence[Sentence], cues: Cues, lead: float = 1.0) -> float:
    """Matches of a list, those in the title and the first sentences counted `lead` times, per √sentences."""
    total = 0.0
    for i, s in enumerate(sentences):
        hits = len(cues.find(s.tokens))
        total += hits * (lead if _lead(s, i) else 1.0)
    return total / max(1.0, math.sqrt(len(sentences)))


def _tier(sentences: Sequence[Sentence], document: Mapping[str, float], lists: WordLists) -> Detected:
    weights = {t: _weight(sentences, lists.tiers[t], lead=3.0) for t in ("R1", "R2", "R3")}
    total = math.fsum(weights.values())
    shares = {t: (w / total if total else 0.0) for t, w in weights.items()}
    bonus = {"R3": 3.0 * shares["R3"] ** 0.5, "R2": 1.5 * shares["R2"], "R1": 1.5 * shares["R1"] - (0.5 if weights["R2"] > 0 else 0)}
    logits = {t: document[f"tier:{t}"] + bonus[t] for t in bonus}
    top = max(logits, key=lambda t: (logits[t], t))
    odds = {t: float(np.exp(logits[t] - logits[top])) for t in logits}
    return Detected(top, 1.0 / math.fsum(odds.values()))


def _serious(sentences: Sequence[Sentence], benefit: Sequence[bool], lists: WordLists) -> float:
    """Serious conditions named where something is promoted, in the title or the lead, against all conditions named."""
    serious = minor = 0.0
    for i, s in enumerate(sentences):
        weight = 3.0 if benefit[i] else 2.0 if _lead(s, i) else 0.5
        serious += weight * len(lists.serious.find(s.tokens))
        minor += weight * len(lists.minor.find(s.tokens))
    return 2.0 * serious / (serious + minor) if serious + minor else 0.0


def _share(sentences: Sequence[Sentence], cues: Cues, lists: WordLists) -> float:
    """How much of what is named as an intervention is on the list."""
    total = math.fsum(_weight(sentences, c, lead=3.0) for c in lists.tiers.values())
    own = _weight(sentences, cues, lead=3.0)
    return 2.0 * own / max(own, total) if own else 0.0


def condition_of(tokens: Sequence[Token], lists: WordLists) -> str | None:
    """`serious` or `minor` by what the words name; None where they name neither."""
    if lists.serious.any(tokens):
        return "serious"
    return "minor" if lists.minor.any(tokens) else None


def footer_start(sentences: Sequence[Sentence], lists: WordLists) -> int:
    """The first sentence of the footer: from company details, terms or the statutory disclaimer in the last 40%."""
    for i, s in enumerate(sentences):
        if s.field == "text" and i >= 0.6 * len(sentences) and lists.footer.any(s.tokens):
            return i
    return len(sentences)


def in_unit(x: float) -> float:
    """Clipped to [0, 1]."""
    return min(1.0, max(0.0, x))


__all__ = ["FACT_HEADS", "GENRE_HEAD", "Detected", "Floats", "condition_of", "detect_facts", "detect_seriousness", "footer_start"]
