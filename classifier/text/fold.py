"""The fold table: one entry per code point, so folding is `text.translate(table)` and offsets stay exact.

Each code point is decomposed (NFKD), look-alikes of other scripts become their Latin letter, marks and format
characters vanish, and what is left is case-folded; the steps repeat until nothing changes. Curly quotes and dashes
become their plain forms. `unicodedata` differs between Pythons, so a trained model freezes its table
(`table_arrays`, `table_from_arrays`) and scoring uses that one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁѵԛԝ" + "ткмвнпгш" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυ" + "ıɑɡℓ",
    "ABESIJKMHOPCTYXaesijopcyxhdvqw" + "tkmbhnrw" + "ABEZHIKMNOPTYXaivopu" + "iagl",
)
_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "′": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "⁃": "-",
    }
)  # fmt: skip
# Where code points change at all; the rest of Unicode is ideographs, unassigned and private. Left out on purpose:
# surrogates, and Hangul, which decomposes to jamo: eleven thousand entries that fold nothing of interest.
_RANGES = ((0, 0x3400), (0xA000, 0xAC00), (0xD7A4, 0xD800), (0xF900, 0x20000), (0x2F800, 0x2FA20), (0xE0000, 0xE0200))


@dataclass(frozen=True)
class Folded:
    """Folded text. `origin[i]` is the code point of the submitted text that folded code point i came from."""

    text: str
    origin: range | list[int]


def _fold_one(char: str) -> str:
    before = None
    while before != char:
        before = char
        plain = unicodedata.normalize("NFKD", char.translate(_PLAIN)).translate(_LOOKALIKES)
        kept = (c for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Mc", "Cf"))
        char = "".join(kept).casefold().translate(_PLAIN)
    return char


@lru_cache(maxsize=1)
def build_table() -> Mapping[int, str]:
    """The table of this Python's Unicode: code point → folded text, for every code point that changes."""
    table = {}
    for code in (c for start, end in _RANGES for c in range(start, end)):
        char = chr(code)
        if char.isascii() and not char.isupper() and char != "`":
            continue
        folded = _fold_one(char)
        if folded != char:
            table[code] = folded
    return table


def fold(text: str, table: Mapping[int, str]) -> Folded:
    """`text.translate(table)` with the way back. Linear in the length of the text."""
    if text.isascii():
        return Folded(text.translate(table) if "`" in text else text.lower(), range(len(text)))
    out: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        folded = table.get(ord(char), char)
        out.append(folded)
        origin.extend([index] * len(folded))
    return Folded("".join(out), origin)


def table_arrays(table: Mapping[int, str]) -> dict[str, NDArray[np.uint32]]:
    """The table as three arrays: code points, ends into `values`, and the folded code points."""
    codes = sorted(table)
    values = [ord(c) for code in codes for c in table[code]]
    ends = np.cumsum([len(table[code]) for code in codes], dtype=np.uint32)
    return {
        "fold_codes": np.array(codes, dtype=np.uint32),
        "fold_ends": ends.astype(np.uint32),
        "fold_values": np.array(values, dtype=np.uint32),
    }


def table_from_arrays(codes: NDArray[np.uint32], ends: NDArray[np.uint32], values: NDArray[np.uint32]) -> dict[int, str]:
    """The inverse of `table_arrays`."""
    text = "".join(map(chr, values.tolist()))
    stops = ends.tolist()
    return {code: text[start:stop] for code, start, stop in zip(codes.tolist(), [0, *stops[:-1]], stops, strict=True)}
