"""Codes of a result in plain words."""

from __future__ import annotations

from ..policy.load import CAVEATS_POLICY, CLAIMS_POLICY, Clause
from ..records import Fact

NOTICE = "Caveat compares a text with published rules. These are comparable rules, not legal advice."

BANDS = {
    "compliant": "compliant",
    "borderline": "borderline: have a person look",
    "violating": "violating",
    "not_assessed": "not assessed",
}

POLICY_NAMES = {CLAIMS_POLICY: "claims", CAVEATS_POLICY: "caveats"}

NOT_ASSESSED = {
    "too_short": "the text is too short to judge",
    "not_english": "the text is not in English",
    "unknown_words": "too many of its words are unknown to the model",
    "not_health": "the text is not about health",
}

WARNINGS = {
    "no_grounds": "a score stands above the violating threshold, but nothing in the text can be shown for it, so it is borderline",
}

TIERS = {
    "R0": "R0, not about health",
    "R1": "R1, everyday food or habit",
    "R2": "R2, supplement, medicine or procedure",
    "R3": "R3, high risk: habit-forming, toxic, unapproved or in place of care",
}

TRUE_FACTS = {
    "serious_condition": ("about a serious condition", "no serious condition"),
    "vulnerable": ("for vulnerable readers", "no vulnerable readers in particular"),
    "commercial": ("sells something", "sells nothing"),
    "authorised_use": ("authorised medicine in its authorised use", "not an authorised use"),
    "habit_forming": ("habit-forming", "not habit-forming"),
}

CLAUSE_STATUS = {
    "V": "verified: the authority's own text was read",
    "S": "secondary: read in a secondary source",
    "M": "from memory: cited in no result until somebody verifies it",
}


def label(code: str) -> str:
    """An id as words: `absolute_effect` -> `absolute effect`."""
    return code.replace("_", " ")


def fact_value(fact: Fact, genre_title: str) -> str:
    """What a fact says, as a phrase."""
    if fact.name == "genre":
        return genre_title
    if fact.name == "tier":
        return TIERS.get(str(fact.value), str(fact.value))
    yes, no = TRUE_FACTS.get(fact.name, (label(fact.name), f"not {label(fact.name)}"))
    return yes if fact.value is True else no


def fact_source(fact: Fact) -> str:
    """Where it comes from: told by the caller, detected and how surely, or set by a rule in the detected one's place."""
    if fact.source == "request":
        return "told"
    return "by rule" if fact.probability is None else f"{percent(fact.probability)} sure"


def percent(share: float) -> str:
    """0..1 as whole per cent; never 0% or 100% for what is not quite that."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{round(share * 100)}%"


def signed(weight: float) -> str:
    """A weight in log-odds with its sign, two places, a true minus."""
    shown = f"{abs(weight):.2f}"
    if shown == "0.00":
        return "0.00"
    return f"+{shown}" if weight > 0 else f"−{shown}"


def cite(clause: Clause) -> str:
    """A clause in one line: the house's own name first where it has one."""
    return f"{clause.house_name} ({clause.citation})" if clause.house_name else clause.citation


def visible(text: str) -> str:
    """`text` with control and direction characters as visible ones, one for one, so offsets stay and no terminal obeys them."""
    return text.translate(_VISIBLE)


def _visible_table() -> dict[int, int]:
    table = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
    table |= {0x7F: 0x2421, 0xFEFF: 0x2060}
    table |= dict.fromkeys([*range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)
    return table


_VISIBLE = _visible_table()
