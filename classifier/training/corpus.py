"""The corpus: its rows, read and validated.

`training_data/` holds two kinds of JSONL rows: sentences (one text with its labels and marks) and documents (a text
with facts, labelled sentences, the policies' labels, and sometimes marked spans). Reading reports every problem with
file and line; nothing is silently dropped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Problem
from ..policy.load import BOOLEAN_FACTS, POLICIES, TIERS, Policy
from ..policy.rules import FactValues, Finding, Judged

GATES = ("not_asserted", "not_health", "boilerplate")
CUE_HEADS = ("exempt", "instructs", "neutralises")
MARKS = (*GATES, "exempt", "instructs", "footer")
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "disease_claim": frozenset({"serious", "minor", "cure", "prevent"}),
    "superiority_claim": frozenset({"efficacy", "safety"}),
    "replaces_medicine": frozenset({"directive", "positioning"}),
    "testimonial_proof": frozenset({"cured"}),
    "consult_professional": frozenset({"generic", "specific", "urgent"}),
    "dose_limits": frozenset({"overdose"}),
}
MARKERS = ("first", "second")
LABEL_WORDS = {"compliant": 0.0, "borderline": 0.5, "violating": 1.0}


@dataclass(frozen=True)
class Labelled:
    """Labels of one sentence: findings and marks, as annotated."""

    findings: tuple[Finding, ...]
    marks: frozenset[str]

    def has(self, head: str) -> bool:
        """Whether a head's target holds: a signal with weight above 0, a mark, or a neutraliser."""
        if head == "neutralises":
            return any(m.startswith("neutralises=") for m in self.marks)
        return head in self.marks or any(f.signal == head and f.weight > 0 for f in self.findings)


@dataclass(frozen=True)
class SentenceRow:
    """One isolated sentence of the corpus."""

    id: str
    text: str
    labelled: Labelled
    genre: str
    topic: str
    author: str
    group: str
    promoted: str = "-"
    context: str = ""
    annotators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """A marked passage: code points in `field`. `marker` is which of two people marked it, each without the other's marks."""

    field: str
    start: int
    end: int
    signal: str
    marker: str = MARKERS[0]


@dataclass(frozen=True)
class AnnotatedSentence:
    """A labelled sentence of a document: code points in `field`."""

    field: str
    start: int
    end: int
    labelled: Labelled


@dataclass(frozen=True)
class DocumentRow:
    """One document of the corpus."""

    id: str
    title: str
    text: str
    facts: Mapping[str, Any]
    labels: Mapping[str, float]
    sentences: tuple[AnnotatedSentence, ...]
    topic: str
    author: str
    group: str
    format: str = ""
    promoted: str = "-"
    severity: int | None = None
    spans: tuple[Span, ...] = ()
    override: str | None = None
    annotators: tuple[str, ...] = ()

    def fact_values(self) -> FactValues:
        """The facts in the shape `decide` takes."""
        return FactValues(
            genre=self.facts["genre"],
            tier=self.facts["tier"],
            length=len(self.text),
            has_link="http" in self.text or "www." in self.text,
            **{name: bool(self.facts[name]) for name in BOOLEAN_FACTS},
        )

    def judged(self) -> list[Judged]:
        """The sentences in the shape `decide` takes: titles first, then the text in order."""
        size = max(1, len(self.text))
        ordered = sorted(self.sentences, key=lambda s: (s.field != "title", s.start))
        first = next((i for i, s in enumerate(ordered) if s.field == "text"), 0)
        return [
            Judged(s.labelled.findings, s.labelled.marks, s.field == "title" or i == first, 0.0 if s.field == "title" else s.end / size)
            for i, s in enumerate(ordered)
        ]


@dataclass
class Corpus:
    """Everything read, and everything wrong with it."""

    sentences: list[SentenceRow] = field(default_factory=list)
    documents: list[DocumentRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    where: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, row: SentenceRow | DocumentRow) -> None:
        if isinstance(row, SentenceRow):
            self.sentences.append(row)
        else:
            self.documents.append(row)


def read_corpus(root: Path, policy: Policy) -> Corpus:
    """Every row under `root/sentences` and `root/documents`, in file order, with all problems."""
    return _read(root, (("sentences", _sentence), ("documents", _document)), policy)


def read_examination(root: Path, policy: Policy) -> Corpus:
    """The documents under `root/examination`, which nothing is ever trained on."""
    return _read(root, (("examination", _document),), policy)


def _read(root: Path, kinds: Sequence[tuple[str, Callable[..., SentenceRow | DocumentRow | None]]], policy: Policy) -> Corpus:
    corpus = Corpus()
    for kind, build in kinds:
        paths = sorted((root / kind).glob("*.jsonl"))
        if not paths:
            corpus.problems.append(Problem(str(root / kind), 0, "no .jsonl files here; expected the corpus"))
        for path in paths:
            for number, row in read_rows(path, corpus.problems):
                problems: list[str] = []
                built = build(row, policy, problems)
                corpus.problems += [Problem(str(path), number, message) for message in problems]
                if built is None:
                    continue
                if built.id in corpus.where:
                    first = corpus.where[built.id]
                    corpus.problems.append(Problem(str(path), number, f"id {built.id!r} also stands at {first[0]}:{first[1]}"))
                    continue
                corpus.where[built.id] = (str(path), number)
                corpus.add(built)
    return corpus


def read_rows(path: Path, problems: list[Problem]) -> Iterable[tuple[int, dict[str, Any]]]:
    """(line number, object) for every line that holds a JSON object; the rest become problems."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        problems.append(Problem(str(path), 0, f"cannot be read: {error.strerror}"))
        return
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw.decode("utf-8"))
        except UnicodeDecodeError:
            problems.append(Problem(str(path), number, "not UTF-8; save the file as UTF-8"))
            continue
        except json.JSONDecodeError as error:
            problems.append(Problem(str(path), number, f"not JSON: {error.msg} at column {error.colno}"))
            continue
        if not isinstance(row, dict):
            problems.append(Problem(str(path), number, "expected a JSON object"))
            continue
        yield number, row


def label_value(value: Any) -> float | None:
    """A label on the scale 0, 0.5, 1 or its words; None for anything else."""
    if isinstance(value, str):
        return LABEL_WORDS.get(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if value in (0, 0.5, 1) else None


def _text(row: Mapping[str, Any], key: str, problems: list[str], default: str | None = None) -> str:
    value = row.get(key, default)
    if not isinstance(value, str) or (not value.strip() and default is None):
        problems.append(f"{key}: expected a text")
        return ""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        problems.append(f"{key}: holds a lone surrogate")
        return ""
    return value


def labelled_of(row: Mapping[str, Any], policy: Policy, problems: list[str]) -> Labelled:
    """The labels and marks of a sentence row."""
    findings, marks = [], set()
    labels = row.get("labels", [])
    if not isinstance(labels, list):
        problems.append("labels: expected a list")
        labels = []
    for label in labels:
        finding = _finding(label, policy, problems)
        if finding:
            findings.append(finding)
    for mark in row.get("marks", []):
        head, _, group = str(mark).partition("=")
        if head == "neutralises" and (group in policy.groups or group == "unnamed"):
            marks.add(str(mark))
        elif mark in MARKS:
            marks.add(mark)
        else:
            problems.append(f"marks: unknown mark {mark!r}; known: {', '.join(MARKS)}, neutralises=GROUP")
    return Labelled(tuple(findings), frozenset(marks))


def _finding(label: Any, policy: Policy, problems: list[str]) -> Finding | None:
    if not isinstance(label, dict) or label.get("signal") not in policy.signals:
        name = label.get("signal") if isinstance(label, dict) else label
        problems.append(f"labels: unknown signal {name!r}; known: {', '.join(policy.signals)}")
        return None
    signal, weight = label["signal"], label.get("weight", 1)
    if weight not in (0, 0.5, 1):
        problems.append(f"labels: weight of {signal}: expected 0, 0.5 or 1, found {weight!r}")
        return None
    attributes = frozenset(label.get("attributes", []))
    for attribute in attributes:
        known = ATTRIBUTES.get(signal, frozenset())
        denies = attribute.startswith("denies=") and attribute[7:] in policy.groups
        if attribute not in known and not denies:
            problems.append(f"labels: unknown attribute {attribute!r} of {signal}; known: {', '.join(sorted(known)) or 'none'}")
            return None
    return Finding(signal, float(weight), attributes)


def _common(row: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    return {
        "id": _text(row, "id", problems),
        "text": _text(row, "text", problems),
        "topic": _text(row, "topic", problems),
        "author": _text(row, "author", problems),
        "group": _text(row, "group", problems, str(row.get("id", ""))),
        "promoted": _text(row, "promoted", problems, "-"),
        "annotators": tuple(row.get("annotators", ())),
    }


def _sentence(row: Mapping[str, Any], policy: Policy, problems: list[str]) -> SentenceRow | None:
    before = len(problems)
    common = _common(row, problems)
    genre = row.get("genre")
    if genre not in policy.genres:
        problems.append(f"genre: expected one of {', '.join(policy.genres)}, found {genre!r}")
    labelled = labelled_of(row, policy, problems)
    if len(problems) > before:
        return None
    return SentenceRow(labelled=labelled, genre=str(genre), context=_text(row, "context", problems, ""), **common)


def _document(row: Mapping[str, Any], policy: Policy, problems: list[str]) -> DocumentRow | None:
    before = len(problems)
    common = _common(row, problems)
    title = _text(row, "title", problems, "")
    facts = read_facts(row.get("facts", {}), policy, problems, complete=True)
    labels = read_labels(row.get("labels"), problems)
    fields = {"title": title, "text": common["text"]}
    sentences = _annotated(row.get("sentences", []), fields, policy, problems)
    spans = read_spans(row.get("spans", []), fields, policy, problems)
    if len(problems) > before:
        return None
    return DocumentRow(
        title=title, facts=facts, labels=labels, sentences=tuple(sentences), spans=tuple(spans),
        format=str(row.get("format", "")), severity=row.get("severity"), override=row.get("override"), **common,
    )  # fmt: skip


def read_facts(facts: Any, policy: Policy, problems: list[str], *, complete: bool = False) -> dict[str, Any]:
    """Validated facts. With `complete`, all seven must be there."""
    if not isinstance(facts, dict):
        problems.append("facts: expected an object")
        return {}
    known: dict[str, tuple[Any, ...]] = {"genre": tuple(policy.genres), "tier": TIERS, **dict.fromkeys(BOOLEAN_FACTS, (True, False))}
    for name, value in facts.items():
        if name not in known:
            problems.append(f"facts: unknown fact {name!r}; known: {', '.join(known)}")
        elif value not in known[name] or (name in BOOLEAN_FACTS) != isinstance(value, bool):
            problems.append(f"facts: {name}: expected one of {', '.join(map(str, known[name]))}, found {value!r}")
    if complete and (missing := [n for n in known if n not in facts]):
        problems.append(f"facts: missing {', '.join(missing)}")
    return dict(facts)


def read_labels(labels: Any, problems: list[str]) -> dict[str, float]:
    """A verdict by policy on the scale 0, 0.5, 1; either policy may be left out, not both."""
    if not isinstance(labels, dict) or not labels:
        problems.append(f"labels: expected an object with a verdict for {' or '.join(POLICIES)}")
        return {}
    out = {}
    for name, value in labels.items():
        verdict = label_value(value)
        if name not in POLICIES:
            problems.append(f"labels: unknown policy {name!r}; known: {', '.join(POLICIES)}")
        elif verdict is None:
            problems.append(f"labels: {name}: expected 0, 0.5, 1 or compliant, borderline, violating; found {value!r}")
        else:
            out[name] = verdict
    return out


def _annotated(rows: Any, fields: Mapping[str, str], policy: Policy, problems: list[str]) -> list[AnnotatedSentence]:
    out = []
    for row in rows if isinstance(rows, list) else []:
        name, start, end = row.get("field", "text"), row.get("start"), row.get("end")
        if not _inside(fields, name, start, end):
            problems.append(f"sentences: {name} {start}-{end} lies outside the field")
            continue
        out.append(AnnotatedSentence(name, start, end, labelled_of(row, policy, problems)))
    return out


def _inside(fields: Mapping[str, str], name: Any, start: Any, end: Any) -> bool:
    return name in fields and isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(fields[name])


def read_spans(rows: Any, fields: Mapping[str, str], policy: Policy, problems: list[str]) -> list[Span]:
    """Marked spans. A span's `text`, where given, must be what stands at its offsets."""
    out = []
    for row in rows if isinstance(rows, list) else []:
        name, start, end = row.get("field", "text"), row.get("start"), row.get("end")
        if not _inside(fields, name, start, end):
            problems.append(f"spans: {name} {start}-{end} lies outside the field")
        elif row.get("signal") not in policy.signals:
            problems.append(f"spans: unknown signal {row.get('signal')!r}")
        elif "text" in row and row["text"] != fields[name][start:end]:
            problems.append(f"spans: the text given for {name} {start}-{end} is not what stands there")
        elif row.get("marker", MARKERS[0]) not in MARKERS:
            problems.append(f"spans: marker: expected {' or '.join(MARKERS)}, found {row['marker']!r}")
        else:
            out.append(Span(name, start, end, row["signal"], row.get("marker", MARKERS[0])))
    return out
