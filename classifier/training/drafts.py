"""Drafts: the plain-text form in which writers write and label, and its way into the corpus.

One sentence a line, its labels in braces at the end; `=== doc` and `=== sentences` open a document or a list of
isolated sentences (the form is described in training_data/GUIDELINES.md). `read_draft` gives corpus rows as JSON
objects and every problem with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Problem

_LINE = re.compile(r"^(.*\S)\s*\{([^{}]*)\}\s*$")
_HEAD = re.compile(r'(\w+)=("[^"]*"|\S+)')
_WEIGHTS = {"0": 0, "0.5": 0.5, "1": 1}
_MARKS = ("not_asserted", "not_health", "boilerplate", "exempt", "instructs", "footer")
_YES_NO = ("serious_condition", "vulnerable", "commercial", "authorised_use", "habit_forming")
_GRADES = {"0": 0, "1": 0.5, "2": 1}


@dataclass
class Draft:
    """What one draft file holds, as corpus rows."""

    sentences: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_draft(path: Path, author: str, batch: str) -> Draft:
    """The rows of a draft file. Rows with problems are left out and reported."""
    draft = Draft()
    reader = _Reader(draft, str(path), author, batch)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        reader.line(number, line)
    reader.close()
    return draft


class _Reader:
    def __init__(self, draft: Draft, path: str, author: str, batch: str) -> None:
        self.draft, self.path, self.author, self.batch = draft, path, author, batch
        self.mode, self.number = "", 0
        self.head: dict[str, str] = {}
        self.context = ""
        self.parts: list[tuple[str, dict[str, Any]]] = []
        self.title: tuple[str, dict[str, Any]] | None = None
        self.gap = ""

    def problem(self, message: str) -> None:
        self.draft.problems.append(Problem(self.path, self.number, message))

    def line(self, number: int, line: str) -> None:
        if line.startswith("=== "):
            self.close()
            self.mode = {"doc": "head", "sentences": "sentences"}.get(line[4:].strip(), "")
            self.number, self.head, self.parts, self.title, self.gap = number, {}, [], None, ""
            return
        self.number = number
        if line.startswith("//"):
            return
        if not line.strip():
            self.gap = "\n\n"
            return
        getattr(self, f"_{self.mode or 'nowhere'}")(line)

    def _nowhere(self, line: str) -> None:
        self.problem("text before any '=== doc' or '=== sentences' line")

    def _head(self, line: str) -> None:
        if line.strip() == "---":
            self.mode = "body"
            return
        key, _, value = line.partition(":")
        self.head[key.strip()] = value.strip()
        if key.strip() == "title":
            self.title = self._labelled(value.strip())
            self.head.pop("title")

    def _body(self, line: str) -> None:
        labelled = self._labelled(line)
        if labelled:
            text, row = labelled
            block = text.startswith(("- ", "# ", "* ")) or bool(re.match(r"\d+[.)] ", text))
            gap = self.gap or ("\n" if block or (self.parts and self.parts[-1][0].startswith(("- ", "# ", "* "))) else " ")
            self.parts.append((text, {**row, "gap": gap if self.parts else ""}))
            self.gap = ""

    def _sentences(self, line: str) -> None:
        if line.startswith("@"):
            self.head = {k: v.strip('"') for k, v in _HEAD.findall(line)}
            self.context = ""
        elif line.startswith(">"):
            self.context = line[1:].strip()
        else:
            labelled = self._labelled(line)
            if labelled:
                self._add_sentence(*labelled)

    def _add_sentence(self, text: str, row: dict[str, Any]) -> None:
        number = sum(1 for s in self.draft.sentences) + 1
        stem = Path(self.path).stem
        out = {
            "id": f"{stem}-s{number:03d}", "text": text, **row, "genre": self.head.get("genre"), "topic": self.head.get("topic"),
            "promoted": self.head.get("promoted", "-"), "author": self.author, "batch": self.batch,
            "group": f"{stem}-{self.head['group']}" if "group" in self.head else f"{stem}-s{number:03d}", "annotators": [self.author],
        }  # fmt: skip
        if self.context:
            out["context"] = self.context
        self.context = ""
        self.draft.sentences.append(out)

    def _labelled(self, line: str) -> tuple[str, dict[str, Any]] | None:
        match = _LINE.match(line)
        if not match:
            self.problem("no {labels} at the end of the line")
            return None
        labels: list[dict[str, Any]] = []
        marks: list[str] = []
        for part in filter(None, (p.strip() for p in match[2].split(";"))):
            name, *attributes = part.split()
            if name in _MARKS or name.startswith("neutralises="):
                marks.append(name)
                continue
            label: dict[str, Any] = {"signal": name}
            weights = [a for a in attributes if a in _WEIGHTS]
            if weights:
                label["weight"] = _WEIGHTS[weights[0]]
            rest = sorted(a for a in attributes if a not in _WEIGHTS)
            if rest:
                label["attributes"] = rest
            labels.append(label)
        return match[1].strip(), {"labels": labels, "marks": marks}

    def close(self) -> None:
        """Ends the document under way."""
        if self.mode == "body" and self.parts:
            missing = [k for k in ("id", "genre", "topic", "tier", *_YES_NO) if k not in self.head]
            if missing:
                self.problem(f"the document's head lacks {', '.join(missing)}")
            else:
                self.draft.documents.append(self._document(self.head))
        self.mode = ""

    def _document(self, head: Mapping[str, str]) -> dict[str, Any]:
        text, sentences = "", []
        for part, row in self.parts:
            bare = re.sub(r"^(?:[-*#]+ )", "", part)
            text += row["gap"] + part
            start = len(text) - len(bare)
            sentences.append({"field": "text", "start": start, "end": len(text), "labels": row["labels"], "marks": row["marks"]})
        out: dict[str, Any] = {"id": head["id"]}
        if self.title:
            out["title"] = self.title[0]
            sentences.insert(0, {"field": "title", "start": 0, "end": len(self.title[0]), **self.title[1]})
        facts: dict[str, Any] = {"genre": head["genre"], "tier": head["tier"], **{k: head[k] == "y" for k in _YES_NO}}
        expected = (head.get("expect", "") + "//").split("/")
        return {
            **out, "text": text, "facts": facts, "format": head.get("format", ""), "topic": head["topic"],
            "promoted": head.get("promoted", "-"), "author": self.author, "batch": self.batch,
            "group": f"{self.author}-{head['group']}" if head.get("group") else head["id"], "annotators": [self.author],
            "expect": [_GRADES.get(expected[0]), _GRADES.get(expected[1]), int(expected[2]) if expected[2].isdigit() else None],
            "sentences": sentences,
        }  # fmt: skip
