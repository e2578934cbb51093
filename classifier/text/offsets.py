"""Offsets in other units: code points to UTF-16 units or UTF-8 bytes, by one table for a text."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InputError

UNITS = ("code_point", "utf16", "utf8")


def converter(text: str, unit: str) -> Sequence[int]:
    """A sequence that maps a code-point offset (0..len) to the unit's offset. Raises `InputError` for another unit."""
    if unit not in UNITS:
        raise InputError(f"offset_unit: expected one of {', '.join(UNITS)}")
    if unit == "code_point" or text.isascii():
        return range(len(text) + 1)
    out = [0]
    for char in text:
        code = ord(char)
        width = (2 if code > 0xFFFF else 1) if unit == "utf16" else 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)
        out.append(out[-1] + width)
    return out
