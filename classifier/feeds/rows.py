"""A mapping of fields to a document, checked by type. Unknown fields are left alone: feeds carry more than we read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..classifier import Document
from ..policy.load import FACTS
from .items import Read, RowError, is_unicode

TEXTS = ("text", "html", "markdown")
_STRINGS = (*TEXTS, "title", "url", "explain", "offset_unit")


def read_row(row: Mapping[str, Any], where: str, defaults: Document) -> Read:
    """The document that `row` holds, on top of `defaults` (how much to explain), or the error that stands for it."""
    id_, problem = _id(row.get("id"))
    problem = problem or _check(row)
    if problem is not None:
        return Read(id_, RowError(problem.code, f"{where}: {problem.detail}"), where)
    given = {name: row[name] for name in (*_STRINGS, "facts", "thresholds") if row.get(name) is not None}
    return Read(id_, replace(defaults, id=id_, **given), where)


def _id(value: Any) -> tuple[str | None, RowError | None]:
    """An id as text; whole numbers are common in feeds and become their digits."""
    if value is None or (isinstance(value, str) and is_unicode(value)):
        return value, None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value), None
    if isinstance(value, str):
        return None, RowError("bad_text", "id: holds a lone surrogate, which is not text")
    return None, RowError("bad_type", f"id: expected a text, found {_kind(value)}")


def _check(row: Mapping[str, Any]) -> RowError | None:
    for name in _STRINGS:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            return RowError("bad_type", f"{name}: expected a text, found {_kind(value)}")
        if value is not None and not is_unicode(value):
            return RowError("bad_text", f"{name}: holds a lone surrogate, which is not text; send valid Unicode")
    given = [name for name in TEXTS if row.get(name) is not None]
    if not given:
        return RowError("no_text", "expected one of text, html and markdown")
    if len(given) > 1:
        return RowError("bad_input", f"expected exactly one of text, html and markdown, found {' and '.join(given)}")
    return _check_mappings(row)


def _check_mappings(row: Mapping[str, Any]) -> RowError | None:
    facts, thresholds = row.get("facts"), row.get("thresholds")
    if facts is not None and not isinstance(facts, Mapping):
        return RowError("bad_type", f"facts: expected an object of name: value, found {_kind(facts)}")
    for name, value in (facts or {}).items():
        if not isinstance(value, str | bool):
            where = f"facts: {name}" if name in FACTS else "facts"
            return RowError("bad_type", f"{where}: expected a text, true or false, found {_kind(value)}")
    if thresholds is None:
        return None
    if not isinstance(thresholds, Mapping) or not all(isinstance(v, Mapping) for v in thresholds.values()):
        return RowError("bad_type", "thresholds: expected an object of policy: {borderline, violating}")
    for values in thresholds.values():
        for value in values.values():
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
                return RowError("bad_type", f"thresholds: expected numbers, found {_kind(value)}")
    return None


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return "null" if value is None else kinds.get(type(value), type(value).__name__)
