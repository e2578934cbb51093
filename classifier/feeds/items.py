"""What a reader yields: a document, or why there is none, in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..classifier import Document
from ..errors import CaveatError

TITLES = {
    "bad_encoding": "Not UTF-8",
    "bad_feed": "Feed not well-formed",
    "bad_input": "Cannot be used as input",
    "bad_json": "Not JSON",
    "bad_row": "Row cannot be read",
    "bad_text": "Not text",
    "bad_type": "Wrong type",
    "internal": "Internal error",
    "no_text": "No text",
    "not_object": "Not a JSON object",
    "unreadable": "File cannot be read",
}


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row has no result. `code` is stable, `detail` says where and what; neither holds submitted text."""

    code: str
    detail: str

    @property
    def title(self) -> str:
        return TITLES.get(self.code, "Cannot be scored")

    def to_dict(self) -> dict[str, str]:
        return {"code": self.code, "title": self.title, "detail": self.detail}

    @classmethod
    def of(cls, error: CaveatError, where: str) -> RowError:
        return cls(error.code, f"{where}: {error}" if where else str(error))


@dataclass(frozen=True, slots=True)
class Item:
    """One row. `row` counts from 1 over all sources; `where` names file and line for messages."""

    row: int
    id: str | None
    document: Document | None
    error: RowError | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader of one source gives; its number comes when the sources are chained."""

    id: str | None
    content: Document | RowError
    where: str

    def numbered(self, row: int) -> Item:
        if isinstance(self.content, RowError):
            return Item(row, self.id, None, self.content, self.where)
        return Item(row, self.id, self.content, None, self.where)


def is_unicode(value: Any) -> bool:
    """Whether a text has no lone surrogate."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
