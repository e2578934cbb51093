"""Text taken out of markup, with the way back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Extracted:
    """`text`, and for each of its code points the offset in the markup it came from (-1: it stands nowhere there)."""

    text: str
    origin: list[int]
    title: str = ""
