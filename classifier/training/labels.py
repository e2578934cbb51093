"""A user's labelled documents: JSONL rows or CSV columns, read with every problem reported at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import LabelError, Problem
from ..policy.load import POLICIES, Policy
from .corpus import Span, read_facts, read_labels, read_rows, read_spans


@dataclass(frozen=True)
class LabelledDocument:
    """One reviewer's decision on one text."""

    text: str
    labels: Mapping[str, float]
    id: str | None = None
    title: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    split_group: str | None = None
    weight: float = 1.0


def read_labelled(paths: Sequence[Path], policy: Policy, *, skip_bad_rows: bool = False) -> tuple[list[LabelledDocument], list[Problem]]:
    """Every usable row and every problem. Raises `LabelError` with all problems unless `skip_bad_rows`."""
    rows: list[LabelledDocument] = []
    problems: list[Problem] = []
    for path in paths:
        for number, row in _rows(path, problems):
            found: list[str] = []
            document = _document(row, policy, found)
            problems += [Problem(str(path), number, message) for message in found]
            if document is not None and not found:
                rows.append(document)
    if problems and not skip_bad_rows:
        raise LabelError(f"{len(problems)} problems in the labelled rows; correct them or pass --skip-bad-rows", problems)
    return rows, problems


def _rows(path: Path, problems: list[Problem]) -> Iterable[tuple[int, dict[str, Any]]]:
    return _csv(path, problems) if path.suffix.lower() == ".csv" else read_rows(path, problems)


def _csv(path: Path, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem(str(path), 0, f"cannot be read: {error.strerror}"))
        return
    except UnicodeDecodeError:
        problems.append(Problem(str(path), 0, "not UTF-8; save the file as UTF-8"))
        return
    csv.field_size_limit(100_000_000)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if "text" not in (reader.fieldnames or []):
        problems.append(Problem(str(path), 1, f"no column named text; found: {', '.join(reader.fieldnames or [])}"))
        return
    for row in reader:
        labels = {p: _number(row[p]) for p in POLICIES if row.get(p)}
        yield reader.line_num, {**{k: v for k, v in row.items() if k in ("id", "title", "text", "split_group") and v}, "labels": labels}


def _number(value: str) -> Any:
    try:
        return float(value)
    except ValueError:
        return value.strip()


def _document(row: Mapping[str, Any], policy: Policy, problems: list[str]) -> LabelledDocument | None:
    text, title = row.get("text"), row.get("title") or ""
    if not isinstance(text, str) or not text.strip():
        problems.append("text: expected a text that is not empty")
        return None
    if not isinstance(title, str):
        problems.append("title: expected a text")
        return None
    weight = row.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
        problems.append(f"weight: expected a number above 0, found {weight!r}")
    labels = read_labels(row.get("labels"), problems)
    facts = read_facts(row.get("facts") or {}, policy, problems)
    spans = read_spans(row.get("spans") or [], {"title": title, "text": text}, policy, problems)
    group = row.get("split_group")
    identity = row.get("id")
    return None if problems else LabelledDocument(
        text, labels, None if identity is None else str(identity), title, facts, tuple(spans), None if group is None else str(group), float(weight)
    )  # fmt: skip
