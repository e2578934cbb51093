"""The terminal face. Colour on a terminal; where there is none, highlights stand in [[…]] with their signals' names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from . import words
from .pieces import Piece, runs
from .sheet import FindingLine, NeedLine, ScoreLine, Sheet

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

PIPED_WIDTH = 100
BAR = 24
STYLES = {"claim": "bold black on #ffb199", "caveat": "bold black on #a8dcb5", "both": "bold black on #f2d16b"}
INK = {"claim": "#e8603c", "caveat": "#3f9d5f", "both": "#b98a00"}
TONES = {"good": "green", "fair": "yellow", "bad": "bold red", "idle": "dim"}
BANDS = {"compliant": "green", "borderline": "yellow", "violating": "bold red", "not_assessed": "dim"}


def open_console(stream: IO[str]) -> Console:
    """A console on `stream`: the terminal's width and colours; plain and COLUMNS or 100 wide where it is no terminal."""
    from rich.console import Console

    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    console = Console(file=stream, highlight=False, markup=False, emoji=False, color_system=None if plain else "auto")
    if console.is_terminal:
        return console
    columns = os.environ.get("COLUMNS", "")
    width = max(40, int(columns)) if columns.isdigit() else PIPED_WIDTH
    return Console(file=stream, highlight=False, markup=False, emoji=False, color_system=None, width=width, legacy_windows=False)


def draw(sheet: Sheet, console: Console) -> None:
    """Writes the whole sheet: nothing is shortened, lines wrap at the console's width."""
    with console.capture() as drawn:
        for block in _blocks(sheet, coloured=console.color_system is not None):
            console.print(block)
            console.print()
    # rich fills lines up to the width: of no use in a file
    lines = drawn.get().splitlines() if console.is_terminal else [line.rstrip() for line in drawn.get().splitlines()]
    console.file.write("\n".join(lines) + "\n")
    console.file.flush()


def _blocks(sheet: Sheet, *, coloured: bool) -> Iterator[RenderableType]:
    yield _head(sheet)
    yield _scores(sheet)
    if sheet.explained:
        yield _article(sheet, coloured=coloured)
        yield _findings(sheet)
        yield _checklist(sheet)
    if sheet.sentences:
        yield _sentences(sheet)
    yield _text(words.NOTICE, "dim")


def _text(value: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(words.visible(value), style=style, overflow="fold")


def _heading(title: str, aside: str = "") -> Text:
    text = _text(title, "bold")
    if aside:
        text.append(f"  {aside}", style="not bold dim")
    return text


def _grid(*columns: tuple[int, str]) -> Table:
    """A table without lines: (minimum width, justify) for the fixed columns, then one that takes the rest."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for width, justify in columns:
        table.add_column(min_width=width, justify="right" if justify == "right" else "left", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    return table


# ---------------------------------------------------------------- head and scores


def _head(sheet: Sheet) -> RenderableType:
    from rich.console import Group
    from rich.rule import Rule

    document = sheet.result.document
    facts = [f"{f.phrase} ({f.source})" for f in sheet.facts if f.stated]
    size = f"{document.length:,} {_unit(document.offset_unit)}, all of them scored"
    return Group(
        Rule(_text(sheet.name, "bold"), align="left", style="dim", characters="─"),
        _text(" · ".join(facts)),
        _text(f"{size} · model {sheet.result.model['version']} · policy {sheet.result.policy['profile']}", "dim"),
    )


def _unit(unit: str) -> str:
    return {"code_point": "characters", "utf16": "UTF-16 units", "utf8": "UTF-8 bytes"}.get(unit, unit)


def _scores(sheet: Sheet) -> RenderableType:
    from rich.console import Group

    severity = _text("Severity ", "bold").append(f"{sheet.result.severity} of 4", style="not bold")
    if sheet.result.severity_reasons:
        severity.append(": " + "; ".join(sheet.result.severity_reasons), style="not bold")
    lines: list[RenderableType] = []
    for score in sheet.scores:
        lines += [_verdict(score), _grounds(score, explained=sheet.explained), _text(" ")]
    return Group(*lines, severity, *(_text(note, "yellow") for note in sheet.notes))


def _verdict(line: ScoreLine) -> Text:
    style = BANDS.get(line.score.band, "")
    text = _text(f"{line.title}\n", "bold")
    filled = round(line.score.score * BAR)
    text.append("█" * filled, style=f"not bold {style}")
    text.append("░" * (BAR - filled), style="not bold dim")
    text.append(f"  {line.score.score:.2f}  ", style="bold")
    text.append(line.band, style=style)
    return text


def _grounds(line: ScoreLine, *, explained: bool) -> Text:
    limits = line.score.thresholds
    text = _text(f"borderline from {limits['borderline']:.2f}, violating from {limits['violating']:.2f}", "dim")
    if explained:
        text.append(f"\n{line.sum}")
    for name, value in line.items:
        text.append(f"\n  {value:>6}  {name}")
    if line.per_se:
        text.append(f"\n{line.per_se}", style="not dim")
    return text


# ---------------------------------------------------------------- the text


def _article(sheet: Sheet, *, coloured: bool) -> RenderableType:
    from rich.console import Group

    key = _heading("The text")
    if coloured:
        key.append("  ").append(" claims ", style=STYLES["claim"]).append(" ").append(" caveats ", style=STYLES["caveat"])
    else:
        key.append("  [[words]](number and name of the signal)", style="dim not bold")
    parts: list[RenderableType] = [key]
    for field, pieces in sheet.fields:
        text = _text("", "bold" if field == "title" else "")
        for piece in pieces if coloured else runs(pieces):
            _append(text, piece, coloured=coloured)
        parts.append(text)
    return Group(*parts)


def _append(text: Text, piece: Piece, *, coloured: bool) -> None:
    shown = words.visible(piece.text)
    if not piece.highlights:
        text.append(shown)
    elif coloured:
        text.append(shown, style=STYLES[piece.kind])
        text.append("".join(f"[{h.number}]" for h in piece.closing), style=f"not bold {INK[piece.kind]}")
    else:
        names = ", ".join(f"{h.number} {words.label(h.signal)}" for h in piece.highlights)
        text.append(f"[[{shown}]]({names})")


# ---------------------------------------------------------------- findings and checklist


def _findings(sheet: Sheet) -> RenderableType:
    from rich.console import Group

    if not sheet.findings:
        return Group(_heading("Findings"), _text("No claim or caveat was found in this text.", "dim"))
    table = _grid((3, "right"), (14, "left"))
    for line in sheet.findings:
        table.add_row(_text(str(line.highlight.number), "dim"), _weights(line), _finding(line))
    return Group(_heading("Findings", "heaviest first; + raises a score, − lowers it"), table)


def _weights(line: FindingLine) -> Text:
    return _text("\n".join(f"{policy:<7} {weight:>6}" for policy, weight in line.weights))


def _finding(line: FindingLine) -> Text:
    mark = line.highlight
    text = _text("").append(line.title, style=INK[mark.kind])
    text.append(f"  {line.sure}, {mark.spans[0].place.field} {mark.spans[0].place.start}–{mark.spans[0].place.end}", style="dim")
    text.append(f"\n“{words.visible(mark.text)}”")
    if line.rule:
        text.append(f"\n{line.rule}", style="dim")
    return text


def _checklist(sheet: Sheet) -> RenderableType:
    from rich.console import Group

    table = _grid((12, "left"))
    for line in sheet.needs:
        table.add_row(_text(line.status, TONES[line.tone]), _need(line))
    return Group(_heading("Safety caveats"), table)


def _need(line: NeedLine) -> Text:
    text = _text(line.title, "bold" if line.line.required else "")
    text.append(f"  {line.need}", style="not bold dim")
    if line.line.required and line.line.status != "present":
        text.append(f"\n{line.ask}", style="not bold")
    if line.if_added:
        text.append(f"\n{line.if_added}", style="not bold")
    if line.rules:
        text.append("\n" + "; ".join(line.rules), style="not bold dim")
    return text


def _sentences(sheet: Sheet) -> RenderableType:
    from rich.console import Group

    parts: list[RenderableType] = [_heading("Sentences", "signals from 50%; all twenty in --format json")]
    for line in sheet.sentences:
        text = _text(line.text.strip())
        found = ", ".join(f"{name} {sure}" for name, sure in line.signals)
        parts.append(text.append(f"  {found or 'none'}", style="dim"))
    return Group(*parts)
