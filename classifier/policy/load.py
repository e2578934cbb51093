"""A policy file, read, merged and validated.

`load_policy()` gives the shipped `health@1`; `load_policy(path)` reads a house's file, which may say
`extends = "health@1"` and then overrides key by key. Whatever is wrong is a `PolicyError` that names the file, the
key and what was expected.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import PolicyError

SHIPPED = Path(__file__).resolve().parent.parent / "policies" / "health.toml"
CLAIMS_POLICY = "unbalanced_therapeutic_claims"
CAVEATS_POLICY = "missing_safety_caveats"
POLICIES = (CLAIMS_POLICY, CAVEATS_POLICY)
TIERS = ("R0", "R1", "R2", "R3")
BOOLEAN_FACTS = ("serious_condition", "vulnerable", "commercial", "authorised_use", "habit_forming")
FACTS = ("genre", "tier", *BOOLEAN_FACTS)
CLAIM_RULES = ("full", "recipe", "abstract", "none")
CAVEAT_RULES = ("full", "news", "patient_information", "forum", "none")
ROWS = (
    "R3", "R3_instructions", "R2", "R2_instructions", "authorised", "patient_information", "news_R3", "news_R2",
    "forum_R3", "forum_R2", "forum_vulnerable", "short_R3", "short_R2", "R1", "R1_serious",
)  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """One rule a span can rest on. `status`: V verified, S secondary source, M from memory (never cited)."""

    id: str
    citation: str
    paraphrase: str
    status: str
    jurisdiction: str
    kind: str
    as_of: str | None = None
    house_name: str | None = None

    @property
    def citable(self) -> bool:
        return self.status != "M"

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "citable": self.citable}


@dataclass(frozen=True)
class NearMiss:
    """A sentence that looks like a signal and is not; `label` is what it is instead."""

    text: str
    label: str
    why: str


@dataclass(frozen=True)
class Signal:
    """A sentence-level label. `examples` and `near_misses` are for display and test, never for training."""

    id: str
    kind: str
    title: str
    definition: str
    decision_test: str
    cues: tuple[str, ...]
    hazard: str
    default_clause: str
    clauses: tuple[str, ...]
    examples: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]


@dataclass(frozen=True)
class Group:
    """One line of the caveat checklist."""

    id: str
    title: str
    signals: tuple[str, ...]
    ask: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """Which caveats a kind of text needs: `slots` of alternative groups, and how many may stay empty."""

    name: str
    slots: tuple[tuple[str, ...], ...]
    habit_forming: tuple[tuple[str, ...], ...]
    critical: frozenset[str]
    compliant: int
    violating: int
    generic_consult: bool = False
    dose_is_harm: bool = False
    link_fills: bool = False


@dataclass(frozen=True)
class Genre:
    """A kind of text; `claims` and `caveats` name the variant of the rules that applies to it."""

    id: str
    title: str
    claims: str
    caveats: str


@dataclass(frozen=True)
class Thresholds:
    """Bands on the calibrated score: 0 < borderline < violating < 1."""

    borderline: float
    violating: float


@dataclass(frozen=True)
class Policy:
    """The whole policy, validated. `sha256` is over the merged content, so it names what was in force."""

    name: str
    version: str
    profile: str
    sha256: str
    titles: Mapping[str, tuple[str, str]]
    thresholds: Mapping[str, Thresholds]
    signals: Mapping[str, Signal]
    groups: Mapping[str, Group]
    genres: Mapping[str, Genre]
    rows: Mapping[str, Row]
    rules: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Mapping[str, Any]]
    attributes: Mapping[str, Mapping[str, tuple[str, ...]]]
    denials: Mapping[str, tuple[str, ...]]
    neutralisers: tuple[str, ...]
    clauses: Mapping[str, Clause]
    content: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @property
    def identity(self) -> dict[str, str]:
        """Name, version, profile and digest, as every result carries them."""
        return {"name": self.name, "version": self.version, "profile": self.profile, "sha256": self.sha256}

    @property
    def fact_values(self) -> dict[str, tuple[str | bool, ...]]:
        """The facts a caller may tell, each with its values."""
        return {"genre": tuple(self.genres), "tier": TIERS, **dict.fromkeys(BOOLEAN_FACTS, (True, False))}

    def policies(self) -> dict[str, dict[str, Any]]:
        """Title, description and thresholds of both policies, as data."""
        return {
            name: {"title": title, "description": description, "thresholds": asdict(self.thresholds[name])}
            for name, (title, description) in self.titles.items()
        }

    @cached_property
    def claim_signals(self) -> tuple[str, ...]:
        return tuple(s.id for s in self.signals.values() if s.kind == "claim")

    @cached_property
    def caveat_signals(self) -> tuple[str, ...]:
        return tuple(s.id for s in self.signals.values() if s.kind == "caveat")

    def cited(self, clause_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The clauses that may be shown: those whose status is not M, in order."""
        return tuple(c for c in clause_ids if self.clauses[c].citable)

    def signal_clauses(self, signal: str) -> tuple[str, ...]:
        """The clauses of a signal's tooltip, the default one first, unverified ones left out."""
        it = self.signals[signal]
        return self.cited((it.default_clause, *(c for c in it.clauses if c != it.default_clause)))


def load_policy(path: Path | str | None = None) -> Policy:
    """The policy in `path`, or the shipped one. Raises `PolicyError`."""
    if path is None:
        return _build(_read(SHIPPED), SHIPPED)
    source = Path(path)
    content = _read(source)
    base = content.pop("extends", None)
    if base is not None:
        shipped = _read(SHIPPED)
        known = f"{shipped['name']}@{shipped['version']}"
        if base != known:
            raise PolicyError(f"{source}: extends: expected {known!r}, found {base!r}")
        profile = content.pop("profile", source.stem)
        if not isinstance(profile, str):
            raise PolicyError(f"{source}: profile: expected a text, found {profile!r}")
        content = _merge(shipped, content, source, "")
        return _build(content, source, profile)
    return _build(content, source)


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as handle:
            return tomllib.load(handle)
    except FileNotFoundError:
        raise PolicyError(f"{path}: no such policy file; name one with --policy or CAVEAT_POLICY") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: not valid TOML: {error}") from None
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from None


_OPEN_TABLES = {"clauses": {"house_name"}, "required": {"habit_forming", "generic_consult", "dose_is_harm", "link_fills"}}


def _merge(base: dict[str, Any], over: Mapping[str, Any], path: Path, at: str) -> dict[str, Any]:
    """`base` with `over` laid on it, table by table. A key that `base` lacks is a mistake, but for optional ones."""
    merged = dict(base)
    for key, value in over.items():
        where = f"{at}{key}"
        if key not in base and key not in _OPEN_TABLES.get(at.split(".")[0], set()):
            raise PolicyError(f"{path}: {where}: unknown key; known here: {', '.join(sorted(base)[:40])}")
        if isinstance(base.get(key), dict):
            if not isinstance(value, Mapping):
                raise PolicyError(f"{path}: {where}: expected a table, found {value!r}")
            merged[key] = _merge(base[key], value, path, f"{where}.")
        else:
            merged[key] = value
    return merged


class _Reader:
    """Takes typed values out of a table and says where it went wrong."""

    def __init__(self, path: Path, table: Any, at: str) -> None:
        self.path, self.at = path, at
        if not isinstance(table, Mapping):
            raise PolicyError(f"{path}: {at}: expected a table, found {table!r}")
        self.table = table

    def fail(self, key: str, expected: str) -> PolicyError:
        found = repr(self.table[key]) if key in self.table else "nothing"
        where = f"{self.at}.{key}" if self.at else key
        return PolicyError(f"{self.path}: {where}: expected {expected}, found {found}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or not value:
            raise self.fail(key, "a text")
        return value

    def number(self, key: str, low: float, high: float) -> float:
        value = self.table.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.fail(key, f"a number from {low} to {high}")
        return float(value)

    def whole(self, key: str, low: int, high: int) -> int:
        value = self.table.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(key, f"a whole number from {low} to {high}")
        return value

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, "true or false")
        return value

    def texts(self, key: str, among: Mapping[str, Any] | None = None) -> tuple[str, ...]:
        value = self.table.get(key)
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.fail(key, "a list of texts")
        if among is not None and (unknown := [v for v in value if v not in among]):
            raise self.fail(key, f"names among {', '.join(sorted(among))} (unknown: {', '.join(unknown)})")
        return tuple(value)

    def slots(self, key: str, groups: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        value = self.table.get(key, [])
        ok = isinstance(value, list) and all(
            isinstance(s, list) and s and all(isinstance(g, str) and g in groups for g in s) for s in value
        )
        if not ok:
            raise self.fail(key, f"a list of lists of groups among {', '.join(groups)}")
        return tuple(tuple(slot) for slot in value)

    def choice(self, key: str, among: tuple[str, ...]) -> str:
        value = self.table.get(key)
        if value not in among:
            raise self.fail(key, f"one of {', '.join(among)}")
        return str(value)

    def tables(self, key: str) -> dict[str, _Reader]:
        value = self.table.get(key)
        if not isinstance(value, Mapping) or not value:
            raise self.fail(key, "a table of tables")
        at = f"{self.at}.{key}" if self.at else key
        return {name: _Reader(self.path, inner, f"{at}.{name}") for name, inner in value.items()}


def _build(content: dict[str, Any], path: Path, profile: str | None = None) -> Policy:
    top = _Reader(path, content, "")
    clauses = {name: _clause(name, r) for name, r in top.tables("clauses").items()}
    signals = {name: _signal(name, r, clauses) for name, r in top.tables("signals").items()}
    groups = {name: _group(name, r, signals, clauses) for name, r in top.tables("groups").items()}
    policies = top.tables("policies")
    if tuple(policies) != POLICIES:
        raise top.fail("policies", f"exactly the tables {', '.join(POLICIES)}")
    name, version = top.text("name"), top.text("version")
    return Policy(
        name=name,
        version=version,
        profile=f"{name}@{version}" if profile is None else profile,
        sha256=hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        titles={p: (r.text("title"), r.text("description")) for p, r in policies.items()},
        thresholds={p: _thresholds(r) for p, r in policies.items()},
        signals=signals,
        groups=groups,
        genres={g: _genre(g, r) for g, r in top.tables("genres").items()},
        rows=_rows(top, groups),
        rules=_rules(top, signals),
        facts={n: r.table for n, r in top.tables("facts").items()},
        attributes=_cues(top, signals),
        denials={g: _one_cue(top, "denials", g, groups) for g in content.get("denials", {})},
        neutralisers=_neutralisers(top),
        clauses=clauses,
        content=content,
    )


def _clause(name: str, r: _Reader) -> Clause:
    as_of, house = r.table.get("as_of"), r.table.get("house_name")
    return Clause(
        id=name,
        citation=r.text("citation"),
        paraphrase=r.text("paraphrase"),
        status=r.choice("status", ("V", "S", "M")),
        jurisdiction=r.text("jurisdiction"),
        kind=r.text("kind"),
        as_of=None if as_of is None else str(as_of),
        house_name=None if house is None else r.text("house_name"),
    )


def _signal(name: str, r: _Reader, clauses: Mapping[str, Clause]) -> Signal:
    misses = r.table.get("near_misses", [])
    if not isinstance(misses, list):
        raise r.fail("near_misses", "a list of tables with text, label and why")
    readers = [_Reader(r.path, m, f"{r.at}.near_misses") for m in misses]
    default = r.text("default_clause")
    if default not in clauses:
        raise r.fail("default_clause", "the id of a clause in [clauses]")
    return Signal(
        id=name,
        kind=r.choice("kind", ("claim", "caveat")),
        title=r.text("title"),
        definition=r.text("definition"),
        decision_test=r.text("decision_test"),
        cues=r.texts("cues"),
        hazard=r.text("hazard"),
        default_clause=default,
        clauses=r.texts("clauses", clauses),
        examples=r.texts("examples"),
        near_misses=tuple(NearMiss(m.text("text"), m.text("label"), m.text("why", "-")) for m in readers),
    )


def _group(name: str, r: _Reader, signals: Mapping[str, Signal], clauses: Mapping[str, Clause]) -> Group:
    return Group(name, r.text("title"), r.texts("signals", signals), r.text("ask"), r.texts("clauses", clauses))


def _thresholds(r: _Reader) -> Thresholds:
    t = _Reader(r.path, r.table.get("thresholds"), f"{r.at}.thresholds")
    low, high = t.number("borderline", 0, 1), t.number("violating", 0, 1)
    if not 0 < low < high < 1:
        raise t.fail("violating", "0 < borderline < violating < 1")
    return Thresholds(low, high)


def _genre(name: str, r: _Reader) -> Genre:
    return Genre(name, r.text("title"), r.choice("claims", CLAIM_RULES), r.choice("caveats", CAVEAT_RULES))


def _rows(top: _Reader, groups: Mapping[str, Group]) -> dict[str, Row]:
    found = top.tables("required")
    if missing := [name for name in ROWS if name not in found]:
        raise top.fail("required", f"the rows {', '.join(ROWS)} (missing: {', '.join(missing)})")
    return {
        name: Row(
            name=name,
            slots=r.slots("slots", groups),
            habit_forming=r.slots("habit_forming", groups),
            critical=frozenset(r.texts("critical", groups)),
            compliant=r.whole("compliant", 0, 9),
            violating=r.whole("violating", 1, 99),
            generic_consult=r.flag("generic_consult"),
            dose_is_harm=r.flag("dose_is_harm"),
            link_fills=r.flag("link_fills"),
        )
        for name, r in found.items()
    }


def _rules(top: _Reader, signals: Mapping[str, Signal]) -> dict[str, Mapping[str, Any]]:
    rules = top.tables("rules")
    if missing := [n for n in ("load", "balance", "severity", "short_text") if n not in rules]:
        raise top.fail("rules", f"the tables load, balance, severity, short_text (missing: {', '.join(missing)})")
    load = rules["load"]
    load.texts("counted", signals)
    for key in ("weight", "function_sentences", "hedged_sentences", "hedged_lead", "relief", "violating", "borderline"):
        load.number(key, 0, 99)
    for key in ("benefits_per_harm", "harms_enough"):
        rules["balance"].number(key, 1, 99)
    rules["balance"].number("tail", 0, 1)
    rules["short_text"].whole("characters", 0, 10_000)
    for key in ("directive", "serious_cure", "vulnerable", "half_filled", "personal_post", "borderline_only", "most"):
        rules["severity"].number(key, -4, 4)
    return {name: r.table for name, r in rules.items()}


def _cues(top: _Reader, signals: Mapping[str, Signal]) -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        name: {kind: r.texts(kind) for kind in r.table}
        for name, r in top.tables("attributes").items()
        if name in signals or _raise(top.fail("attributes", f"tables named after signals (unknown: {name})"))
    }


def _raise(error: PolicyError) -> bool:
    raise error


def _one_cue(top: _Reader, table: str, key: str, groups: Mapping[str, Group]) -> tuple[str, ...]:
    reader = _Reader(top.path, top.table.get(table), table)
    if key not in groups:
        raise reader.fail(key, f"a group among {', '.join(groups)}")
    return reader.texts(key)


def _neutralisers(top: _Reader) -> tuple[str, ...]:
    return _Reader(top.path, top.table.get("neutralisers"), "neutralisers").texts("terms")
