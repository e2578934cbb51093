"""The voice of a text: what its kind makes likely before a sentence is read.

The same words are a claim in a shop and an indication in a leaflet, and a sentence alone does not tell which it stands
in (POLICY 1, "What a row must carry"). So every head's logit is shifted by a linear function of what the whole text
seems to be: the probabilities of its genre, of authorised use and of commerce. A caller's facts stand in for those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..policy.load import Policy
from .facts import GENRE
from .kernel import Floats

VOICE_FACTS = ("authorised_use", "commercial")


def voice_names(policy: Policy) -> tuple[str, ...]:
    """What a voice vector holds, in order."""
    return (*policy.genres, *VOICE_FACTS)


def voice(impression: Mapping[str, float], given: Mapping[str, Any], policy: Policy) -> Floats:
    """Probabilities (genres + 2,), each 0..1, of an impression (`FactModel.probabilities`), told facts in their place."""
    out = np.zeros(len(policy.genres) + len(VOICE_FACTS))
    for i, genre in enumerate(policy.genres):
        out[i] = float(given["genre"] == genre) if "genre" in given else impression[GENRE + genre]
    for i, name in enumerate(VOICE_FACTS):
        out[len(policy.genres) + i] = float(given[name]) if name in given else impression[name]
    return out


def shift_of(found: Floats, table: Floats) -> Floats:
    """The shift of every head, log-odds: Σ found[i] · table[i], in order. Shapes (names,), (names, heads) → (heads,)."""
    out = np.zeros(table.shape[1])
    for i in range(table.shape[0]):
        out += float(found[i]) * table[i]
    return out
