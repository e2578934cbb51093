"""What the two markup tests share: the rule of origins, and a count of operations."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from classifier.text.extracted import Extracted
from classifier.text.tags import read_reference


def check_origins(markup: str, extracted: Extracted) -> None:
    """Every code point with a place is what stands there, or what the reference that starts there stands for."""
    _check_field(markup, extracted.text, extracted.origin)
    _check_field(markup, extracted.title, extracted.title_origin)


def _check_field(markup: str, text: str, origin: list[int]) -> None:
    assert len(text) == len(origin)
    placed = [at for at in origin if at >= 0]
    assert placed == sorted(placed)
    for char, at in zip(text, origin, strict=True):
        if at < 0:
            assert char in " \n"
        elif markup[at] != char:
            decoded = read_reference(markup, at, len(markup))
            assert decoded is not None
            assert char in decoded[0]


def operations(work: Callable[[], Any]) -> int:
    """Calls, Python's and C's, that `work` makes: a count that no machine's load changes."""
    count = 0

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += 1

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
