"""The experiments' results as a file and as tables of a page whose prose people write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

BEGIN = "<!-- tables of python -m benchmarks.experiments: written by it, do not edit -->"
END = "<!-- end of tables -->"
NEW = f"# The model's experiments\n\n{BEGIN}\n{END}\n"

Rows = Mapping[str, Mapping[str, Any]]


def save(path: Path, setting: Mapping[str, Any], rows: Rows) -> None:
    """Results as JSON, a variant a line."""
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
    path.write_text(f'{{\n "setting": {json.dumps(setting)},\n "rows": {{\n{lines}\n }}\n}}\n', encoding="utf-8")


def load(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """(setting, rows by variant) of a file that `save` wrote; both empty where there is none."""
    if not path.exists():
        return {}, {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return found["setting"], found["rows"]


def put(page: str, found: str) -> str:
    """The page with `found` between its two marks. ValueError where it has no such place."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no place for the tables; it needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{found}\n\n{END}{after}"


def tables(setting: Mapping[str, Any], rows: Rows, base: str) -> str:
    """What was measured on, the macro table, and a table by head for each set."""
    parts = [_measured_on(setting), "\n".join(_whole(setting, rows, base))]
    for name in setting["sets"]:
        parts += [f"Average precision by head, {name} texts:", "\n".join(_by_head(setting["sets"][name], name, rows))]
    return "\n\n".join(parts)


def _measured_on(setting: Mapping[str, Any]) -> str:
    train = setting["train"]
    heads = max(len(s["positives"]) for s in setting["sets"].values())
    fitted = f"{heads} sentence heads fitted on {train['units']:,} labelled sentences by {train['writers']} writers"
    held = [
        f"{s['units']:,} sentences of {name} texts over {s['topics']} topics ({', '.join(s['writers'])})"
        for name, s in setting["sets"].items()
    ]
    share = "" if setting["share"] == 1 else f" A sample of {setting['share']:.0%} of the corpus."
    return f"{fitted}, judged on {' and '.join(held)}.{share} Corpus, lexicon and defaults: `{setting['fingerprint'][:12]}`."


def _whole(setting: Mapping[str, Any], rows: Rows, base: str) -> list[str]:
    sets = list(setting["sets"])
    columns = ["variant", "what", *(c for s in sets for c in (f"{s}: macro AP", "against shipped")), "features", "CPU s"]
    out = [_line(columns), _line(["---"] * len(columns))]
    for name, row in rows.items():
        cells = [c for s in sets for c in _cells(row["sets"][s], rows[base]["sets"][s] if base in rows and name != base else None)]
        out.append(_line([name, row["what"], *cells, f"{row['features']:,}", f"{row['cpu_seconds']:.0f}"]))
    return out


def _cells(own: Mapping[str, Any], base: Mapping[str, Any] | None) -> list[str]:
    """The macro with its interval, and its difference from the base on the same samples of topics, with that interval."""
    value = f"{points(own['macro'])} ({points(low(own['draws']))} to {points(high(own['draws']))})"
    if base is None:
        return [value, "–"]
    steps = differences(own["draws"], base["draws"])
    return [value, f"{signed(own['macro'] - base['macro'])} ({signed(low(steps))} to {signed(high(steps))})"]


def differences(own: Sequence[float], base: Sequence[float]) -> list[float]:
    """Sample by sample."""
    return [a - b for a, b in zip(own, base, strict=True)]


def low(draws: Sequence[float]) -> float:
    """The lower end of the 95% interval."""
    return float(np.nanquantile(draws, 0.025))


def high(draws: Sequence[float]) -> float:
    """Its upper end."""
    return float(np.nanquantile(draws, 0.975))


def _by_head(sizes: Mapping[str, Any], name: str, rows: Rows) -> list[str]:
    columns = ["head", "positives", *rows]
    out = [_line(columns), _line(["---"] * len(columns))]
    for head, count in sizes["positives"].items():
        out.append(_line([head, str(count), *(points(row["sets"][name]["heads"][head]) for row in rows.values())]))
    return out


def points(value: float | None) -> str:
    """`.712`; a dash where there is none."""
    return "–" if value is None or np.isnan(value) else f"{value:.3f}".removeprefix("0")


def signed(value: float) -> str:
    """`+.012`, `−.012`, `.000`."""
    sign = "" if round(value, 3) == 0 else "+" if value > 0 else "−"
    return sign + points(abs(value))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
