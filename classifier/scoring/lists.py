"""The policy's word lists, compiled once for a policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ..policy.load import Policy
from ..text.cues import Cues


@dataclass(frozen=True)
class WordLists:
    """Cue lists by use; built by `word_lists(policy)`."""

    tiers: dict[str, Cues]
    device: Cues
    habit_forming: Cues
    serious: Cues
    minor: Cues
    vulnerable: Cues
    commercial: Cues
    authorised: Cues
    medicines: Cues
    footer: Cues
    link: Cues
    attributes: dict[str, dict[str, Cues]]
    denials: dict[str, Cues]
    neutralisers: Cues


@lru_cache(maxsize=8)
def _cached(sha256: str, holder: _Holder) -> WordLists:
    policy = holder.policy
    facts = policy.facts
    return WordLists(
        tiers={tier: Cues(facts["intervention"][tier]) for tier in ("R1", "R2", "R3")},
        device=Cues(facts["intervention"].get("device_only", ())),
        habit_forming=Cues(facts["habit_forming"]["terms"]),
        serious=Cues(facts["condition"]["serious"]),
        minor=Cues(facts["condition"]["minor"]),
        vulnerable=Cues(facts["vulnerable"]["terms"]),
        commercial=Cues(facts["commercial"]["terms"]),
        authorised=Cues(facts["authorised"]["terms"]),
        medicines=Cues(facts["authorised"]["medicines"]),
        footer=Cues(facts["footer"]["terms"]),
        link=Cues(facts["link"]["terms"]),
        attributes={s: {a: Cues(terms) for a, terms in kinds.items()} for s, kinds in policy.attributes.items()},
        denials={g: Cues(terms) for g, terms in policy.denials.items()},
        neutralisers=Cues(policy.neutralisers),
    )


class _Holder:
    """Carries a policy past the cache's hashing: the digest alone is the key."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return hash(self.policy.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder) and other.policy.sha256 == self.policy.sha256


def word_lists(policy: Policy) -> WordLists:
    """The compiled lists of a policy, cached by its digest."""
    return _cached(policy.sha256, _Holder(policy))
