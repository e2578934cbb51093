"""What a batch came to: counts for the summary line and for `--fail-on`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ..errors import InputError
from ..policy.load import POLICIES
from .scoring import Line

BANDS = ("violating", "borderline", "compliant", "not_assessed")
FAIL_ON = ("borderline", "violating", "not_assessed", "error")
_COUNTS_AS = {"borderline": ("borderline", "violating"), "violating": ("violating",), "not_assessed": ("not_assessed",)}


class Tally:
    """Rows, errors, and bands by policy."""

    def __init__(self) -> None:
        self.rows = self.errors = 0
        self.bands: Counter[tuple[str, str]] = Counter()

    def add(self, line: Line) -> None:
        """Counts a line that was just made."""
        self.rows += 1
        self.errors += line.failed
        self.bands.update(line.bands)

    def meets(self, fail_on: Iterable[str]) -> bool:
        """Whether a row is what `--fail-on` names: `borderline` means that or worse."""
        found = {band for (_, band), count in self.bands.items() if count}
        return any(self.errors > 0 if name == "error" else found.intersection(_COUNTS_AS[name]) for name in fail_on)

    def summary(self) -> str:
        """One line: documents, bands of each policy, errors."""
        parts = [f"{self.rows:,} documents"]
        for policy in POLICIES:
            bands = [f"{self.bands[policy, band]:,} {band}" for band in BANDS if self.bands[policy, band]]
            parts.append(f"{policy}: {', '.join(bands) or 'none scored'}")
        return "; ".join([*parts, f"{self.errors:,} errors"])


class Earlier:
    """Counts the lines of an output that is resumed, and refuses one that this run would not have written."""

    def __init__(self, path: Path, tally: Tally, expected: dict[str, dict[str, str]]) -> None:
        self.path, self.tally, self.expected = path, tally, expected

    def __call__(self, line: bytes, number: int) -> None:
        """Raises `InputError` for a line that is no result, or one of another model or policy."""
        try:
            row = json.loads(line)
            failed = "error" in row
            bands = () if failed else tuple((name, score["band"]) for name, score in row["scores"].items())
            own = {} if failed else {name: row[name]["sha256"] for name in self.expected}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(f"{self.path}: line {number} is no batch result; replace the file with --force") from None
        for name, digest in own.items():
            if digest != self.expected[name]["sha256"]:
                raise InputError(
                    f"{self.path}: line {number} was written by another {name}; name that {name}, or replace the file with --force"
                )
        self.tally.add(Line(b"", bands, failed))
