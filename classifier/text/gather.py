"""Collects text taken out of markup, code point by code point, with where each stood."""

from __future__ import annotations

from collections.abc import Iterable

from .extracted import Extracted

NOTHING, SPACE, LINE, BLOCK = range(4)
_GLUE = ("", " ", "\n", "\n\n")


class Gatherer:
    """Text and origins, with what separates two pieces decided when the second one comes.

    A line break is one newline; a block boundary is an empty line, because to the sentence rule a single newline
    before a small letter is only a wrapped line, and two list items would become one sentence.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._origin: list[int] = []
        self._pending, self._space_at = NOTHING, -1

    def separate(self, how: int, at: int = -1) -> None:
        """Asks for SPACE, LINE or BLOCK before the next text; the strongest wins. `at`: where a plain space stands."""
        if how > self._pending:
            self._pending, self._space_at = how, at if how == SPACE else -1

    def add(self, text: str, origin: Iterable[int]) -> None:
        """Text, and for each of its code points where it stood."""
        if text:
            self._flush()
            self._parts.append(text)
            self._origin.extend(origin)

    def _flush(self) -> None:
        if self._pending and self._parts:
            glue = _GLUE[self._pending]
            self._parts.append(glue)
            self._origin.extend([self._space_at] if self._pending == SPACE else [-1] * len(glue))
        self._pending, self._space_at = NOTHING, -1

    def finish(self, title: Gatherer | None = None) -> Extracted:
        """What was gathered, and beside it what `title` gathered; separators at either end are left out."""
        if title is None:
            return Extracted("".join(self._parts), self._origin)
        return Extracted("".join(self._parts), self._origin, "".join(title._parts), title._origin)
