"""Facts: what a text is and what it is about, by small logistic regressions over everything read of it.

Two models of one kind. The *impression* is formed before any sentence is judged, from the document heads, the policy's
word lists and the density of word classes; it gives the voice (`voice`). The *facts* are formed afterwards, with what
the sentences were found to say beside all that, and go into the rules. A caller's facts replace detected ones.
Source: POLICY 3.1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..policy.load import BOOLEAN_FACTS, Policy
from ..text.cues import Cues
from ..text.streams import Streams
from ..text.tokens import Sentence, Token
from .kernel import Floats, sigmoid
from .lists import WordLists

GENRE_HEAD = "genre:"
FACT_HEADS = ("tier:R1", "tier:R2", "tier:R3", "serious_condition", "vulnerable", "commercial", "authorised_use", "habit_forming")
GENRE, TIER = "genre:", "tier:"
NOT_HEALTH = "genre:non_health"
TOLD_TIERS = ("R1", "R2", "R3")  # R0 is no tier to choose: it goes with a text that is not about health
DENSITIES = (
    "NON_HEALTH", "DRUG_NAME", "DRUG_CLASS", "MEDICINE", "HERB", "SUPPLEMENT", "RISKY", "LIFESTYLE", "FOOD_DRINK", "DEVICE", "PROCEDURE",
    "VACCINE", "COMMERCE", "STUDY", "DESIGN_STRONG", "RESULT", "PARTICIPANT", "REGULATOR", "STATUS", "SELF", "YOU", "WE", "THEY", "SAY",
    "QUOTE_ROLE", "INSTITUTION", "BOILER", "DISEASE", "SYMPTOM", "ADVERSE", "BODY", "CLINICIAN", "TREAT", "DENOUNCE", "DIRECTION",
    "PREGNANCY", "CHILD", "DEPENDENCE", "TESTIMONY", "NUM_YEAR", "NUM_DOSE", "FUNCTION",
)  # fmt: skip
TELLING = (
    "not_health", "boilerplate", "exempt", "instructs", "not_asserted", "testimonial_proof", "evidence_limits", "disease_claim",
    "function_claim", "pressure_conspiracy", "replaces_medicine", "regulatory_status",
)  # fmt: skip
HEALTH_ENOUGH = 0.5  # below this a text is not judged
HEALTH_CLASSES = frozenset(
    [
        "ADVERSE", "DISEASE", "SYMPTOM", "BODY", "DRUG_NAME", "DRUG_CLASS", "MEDICINE", "HERB", "SUPPLEMENT", "RISKY", "LIFESTYLE", "PROCEDURE",
        "VACCINE", "CLINICIAN", "PREGNANCY", "FOOD_DRINK",
    ]
)  # fmt: skip
_MOST_CUES, _MOST_LEAD = 4.0, 2.0


@dataclass(frozen=True)
class Detected:
    """A detected fact."""

    value: str | bool
    probability: float


@dataclass(frozen=True)
class FactModel:
    """Logits are weights · features + bias. `outputs`: `genre:…` and `tier:…`, each a softmax, and the true-or-false facts."""

    outputs: tuple[str, ...]
    weights: Floats
    bias: Floats

    def probabilities(self, features: Floats) -> dict[str, float]:
        """By output, 0..1. `features` (features,)."""
        logits = {}
        for i, name in enumerate(self.outputs):
            logits[name] = float(self.bias[i]) + math.fsum(float(w) * float(x) for w, x in zip(self.weights[i], features, strict=True))
        out = {name: sigmoid(z) for name, z in logits.items() if ":" not in name}
        for family in (GENRE, TIER):
            own = {name: z for name, z in logits.items() if name.startswith(family)}
            top = max(own.values())
            odds = {name: math.exp(z - top) for name, z in own.items()}
            total = math.fsum(odds.values())
            out |= {name: x / total for name, x in odds.items()}
        return out


def fact_outputs(policy: Policy) -> tuple[str, ...]:
    """What a fact model tells, in order."""
    return (*(GENRE + g for g in policy.genres), *(TIER + t for t in TOLD_TIERS), *BOOLEAN_FACTS)


def detect(probabilities: Mapping[str, float], given: Mapping[str, Any]) -> dict[str, Detected]:
    """The likeliest value of every fact, beside those `given`. A true-or-false fact carries the probability of true."""
    out = {family.rstrip(":"): _likeliest(probabilities, family) for family in (GENRE, TIER)}
    if given.get("genre", out["genre"].value) == "non_health":
        out["tier"] = Detected("R0", out["genre"].probability)
    return out | {name: Detected(probabilities[name] >= 0.5, probabilities[name]) for name in BOOLEAN_FACTS}


def _likeliest(probabilities: Mapping[str, float], family: str) -> Detected:
    own = {name: p for name, p in probabilities.items() if name.startswith(family)}
    if own.get(NOT_HEALTH, 1.0) < HEALTH_ENOUGH:  # in doubt a text is about health
        own.pop(NOT_HEALTH, None)
    best = max(own, key=lambda name: (own[name], name))
    return Detected(best.removeprefix(family), own[best])


def health_probability(probabilities: Mapping[str, float]) -> float:
    """How surely a text is about people's health."""
    return 1.0 - probabilities[NOT_HEALTH]


# ---------------------------------------------------------------- features


def impression_features(sentences: Sequence[Sentence], found: Sequence[Streams], document: Mapping[str, float], lists: WordLists) -> Floats:
    """(features,): document heads, word lists, densities of word classes in the text and its lead, shape."""
    words = max(1, sum(len(s.tokens) for s in sentences))
    shares = {t: _weight(sentences, lists.tiers[t], lead=3.0) for t in TOLD_TIERS}
    total = math.fsum(shares.values()) or 1.0
    cues = [
        *(w / total for w in shares.values()),
        *(min(_MOST_CUES, w) for w in shares.values()),
        *(
            min(_MOST_CUES, _weight(sentences, cue, lead))
            for cue, lead in ((lists.vulnerable, 3.0), (lists.commercial, 1.0), (lists.authorised, 1.0), (lists.medicines, 1.0))
        ),
        _share(sentences, lists.habit_forming, lists),
    ]
    whole = dict.fromkeys(DENSITIES, 0)
    lead = dict(whole)
    for i, streams in enumerate(found):
        for c in streams.classes:
            if c.name in whole:
                whole[c.name] += 1
                lead[c.name] += _lead(sentences[i], i)
    shape = [math.log(words), len(sentences), _part(s.question for s in sentences), _part(s.heading for s in sentences)]
    densities = [n / math.sqrt(words) for n in whole.values()]
    return np.array([*document.values(), *cues, *densities, *(min(_MOST_LEAD, n) for n in lead.values()), *shape])


def fact_features(
    impression: Floats, sentences: Sequence[Sentence], benefit: Sequence[bool], gated: Floats, columns: Mapping[str, int], lists: WordLists
) -> Floats:
    """The impression's features, and what the sentences say: the mean probability of telling heads, seriousness."""
    count = max(1, gated.shape[0])
    means = [math.fsum(sigmoid(float(z)) for z in gated[:, columns[name]]) / count for name in TELLING]
    return np.concatenate([impression, means, [_serious(sentences, benefit, lists)]])


def _part(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return sum(listed) / len(listed) if listed else 0.0


def _lead(sentence: Sentence, index: int) -> bool:
    return sentence.field == "title" or index < 2


def _weight(sentences: Sequence[Sentence], cues: Cues, lead: float = 1.0) -> float:
    """Matches of a list, those in the title and the first sentences counted `lead` times, per √sentences."""
    total = 0.0
    for i, s in enumerate(sentences):
        hits = len(cues.find(s.tokens))
        total += hits * (lead if _lead(s, i) else 1.0)
    return total / max(1.0, math.sqrt(len(sentences)))


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
