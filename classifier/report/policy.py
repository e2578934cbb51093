"""A policy in plain text and as data, whole or one entry of it: what `caveat policy show` prints.

Texts are lists of paragraphs: `(indent, text)`, an empty text for a blank line. The caller wraps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from ..policy.load import POLICIES, Clause, Group, Policy, Signal
from . import words

Lines = list[tuple[int, str]]


def find(policy: Policy, name: str) -> Signal | Group | Clause | None:
    """A signal, group or clause by its id, however it is written: `disease claim`, `Disease-Claim`."""
    known: dict[str, Signal | Group | Clause] = {**policy.clauses, **policy.groups, **policy.signals}
    return known.get(name) or {_plain(k): v for k, v in known.items()}.get(_plain(name))


def nearest(policy: Policy, name: str) -> list[str]:
    """Up to five ids that look like `name`, nearest first."""
    known = {_plain(k): k for k in (*policy.signals, *policy.groups, *policy.clauses)}
    holding = [k for plain, k in known.items() if len(_plain(name)) > 2 and _plain(name) in plain]
    near = [known[m] for m in get_close_matches(_plain(name), known, n=5, cutoff=0.6)]
    return list(dict.fromkeys(near + holding))[:5]


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "").replace("-", "").replace(" ", "")


# ---------------------------------------------------------------- text


def overview(policy: Policy) -> Lines:
    """Both policies with thresholds, the signals by kind, the groups."""
    out: Lines = [(0, f"Policy {policy.profile} (name {policy.name}, version {policy.version}, sha256 {policy.sha256})"), (0, "")]
    for name in POLICIES:
        title, description = policy.titles[name]
        limits = policy.thresholds[name]
        out += [(0, f"{title} [{name}]"), (2, description)]
        out += [(2, f"borderline from {limits.borderline:.2f}, violating from {limits.violating:.2f}"), (0, "")]
    for kind, heading in (("claim", "Claim signals"), ("caveat", "Caveat signals")):
        out += [(0, heading)]
        out += [(2, f"{s.id}: {s.title}") for s in policy.signals.values() if s.kind == kind]
        out += [(0, "")]
    out += [(0, "Caveat groups, the lines of the checklist")]
    out += [(2, f"{g.id}: {g.title}") for g in policy.groups.values()]
    out += [(0, ""), (0, "`caveat policy show NAME` tells more of a signal, a group or a clause."), (0, words.NOTICE)]
    return out


def entry(policy: Policy, item: Signal | Group | Clause) -> Lines:
    """One signal, group or clause in full."""
    if isinstance(item, Signal):
        return _signal(policy, item)
    return _group(policy, item) if isinstance(item, Group) else _clause(item)


def _signal(policy: Policy, signal: Signal) -> Lines:
    groups = [g for g in policy.groups.values() if signal.id in g.signals]
    out: Lines = [(0, f"{signal.title} [{signal.id}], a {signal.kind} signal")]
    out += [(2, f"counts for the group “{g.title}” [{g.id}]") for g in groups]
    out += [(0, ""), (0, "Definition"), (2, signal.definition)]
    out += [(0, ""), (0, "Decision test"), (2, signal.decision_test)]
    out += [(0, ""), (0, "Cues"), (2, ", ".join(signal.cues))]
    out += [(0, ""), (0, "Examples")]
    out += [(2, f"• {example}") for example in signal.examples]
    out += [(0, ""), (0, "Near misses")]
    for miss in signal.near_misses:
        instead = "no signal" if miss.label == "none" else miss.label
        why = "" if miss.why == "-" else f": {miss.why}"
        out += [(2, f"• {miss.text}"), (4, f"instead {instead}{why}")]
    ids = dict.fromkeys((signal.default_clause, *signal.clauses))
    return [*out, (0, ""), *_clauses(policy, ids)]


def _group(policy: Policy, group: Group) -> Lines:
    rows = rows_of(policy, group.id)
    out: Lines = [(0, f"{group.title} [{group.id}], a caveat group"), (0, ""), (0, "What it asks"), (2, group.ask)]
    out += [(0, ""), (0, "Signals that answer it")]
    out += [(2, f"{s}: {policy.signals[s].title}") for s in group.signals]
    out += [(0, ""), (0, "Required by these rows of [required] in the policy file")]
    out += [(2, f"{name}: {told}") for name, told in rows.items()] or [(2, "none")]
    return [*out, (0, ""), *_clauses(policy, group.clauses)]


def rows_of(policy: Policy, group: str) -> dict[str, str]:
    """The rows of required caveats that name `group`, each with how."""
    out = {}
    for row in policy.rows.values():
        told = [_slot(slot, group) for slot in row.slots if group in slot]
        told += [f"{_slot(slot, group)}, where the promoted thing is habit-forming" for slot in row.habit_forming if group in slot]
        if told:
            out[row.name] = "; ".join(told) + ("; its lack alone is violating" if group in row.critical else "")
    return out


def _slot(slot: tuple[str, ...], group: str) -> str:
    others = [g for g in slot if g != group]
    return f"this or {' or '.join(others)}" if others else "this"


def _clauses(policy: Policy, ids: Iterable[str]) -> Lines:
    out: Lines = [(0, "Comparable rules")]
    for clause in (policy.clauses[i] for i in ids):
        out += [(2, f"• {clause.citation} [{clause.id}]"), *((4, line) for line in _about(clause))]
    return [*out, (0, ""), (0, words.NOTICE)]


def _about(clause: Clause) -> list[str]:
    as_of = f", as of {clause.as_of}" if clause.as_of else ""
    house = [f"house name: {clause.house_name}"] if clause.house_name else []
    return [*house, f"{clause.jurisdiction}, {clause.kind}; {words.CLAUSE_STATUS[clause.status]}{as_of}", clause.paraphrase]


def _clause(clause: Clause) -> Lines:
    return [(0, f"{clause.citation} [{clause.id}], a clause"), *((2, line) for line in _about(clause)), (0, ""), (0, words.NOTICE)]


# ---------------------------------------------------------------- data


def overview_data(policy: Policy) -> dict[str, Any]:
    """The overview as data."""
    return {
        **policy.identity,
        "policies": policy.policies(),
        "signals": {s.id: {"kind": s.kind, "title": s.title} for s in policy.signals.values()},
        "groups": {g.id: {"title": g.title, "signals": list(g.signals)} for g in policy.groups.values()},
    }


def entry_data(policy: Policy, item: Signal | Group | Clause) -> dict[str, Any]:
    """One entry as data; `type` is signal, group or clause."""
    if isinstance(item, Clause):
        return {"type": "clause", **item.to_dict()}
    clauses = [policy.clauses[c].to_dict() for c in _ids(item)]
    if isinstance(item, Group):
        rows = rows_of(policy, item.id)
        return {
            "type": "group", "id": item.id, "title": item.title, "ask": item.ask,
            "signals": list(item.signals), "required_by": rows, "clauses": clauses,
        }  # fmt: skip
    return {
        "type": "signal", "id": item.id, "kind": item.kind, "title": item.title, "definition": item.definition,
        "decision_test": item.decision_test, "cues": list(item.cues), "examples": list(item.examples),
        "near_misses": [{"text": m.text, "label": m.label, "why": m.why} for m in item.near_misses], "clauses": clauses,
    }  # fmt: skip


def _ids(item: Signal | Group) -> list[str]:
    first = [item.default_clause] if isinstance(item, Signal) else []
    return list(dict.fromkeys([*first, *item.clauses]))


# ---------------------------------------------------------------- what a house changed


def differences(base: Any, other: Any, at: str = "") -> list[str]:
    """Every key that differs, one line each: `policies.….violating: 0.62 -> 0.6`. In the order of `base`, new keys last."""
    if not isinstance(base, dict) or not isinstance(other, dict):
        return [] if base == other else [f"{at}: {_change(base, other)}"]
    out = []
    for key in (*base, *(k for k in other if k not in base)):
        where = f"{at}.{key}" if at else str(key)
        if key not in other:
            out.append(f"{where}: removed")
        elif key not in base:
            out.append(f"{where}: added {_shown(other[key])}")
        else:
            out += differences(base[key], other[key], where)
    return out


def _change(base: Any, other: Any) -> str:
    if isinstance(base, list) and isinstance(other, list) and len(base) > 8:
        gone, new = [v for v in base if v not in other], [v for v in other if v not in base]
        told = [f"{word} {_shown(values)}" for word, values in (("removed", gone), ("added", new)) if values]
        return "; ".join(told) or "another order"
    return f"{_shown(base)} -> {_shown(other)}"


def _shown(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, default=str)
