"""The terminal face, on a real stream. The command as a whole is tested in tests/cli/test_score.py."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

import pytest
from rich.cells import cell_len
from rich.console import Console

from classifier import Classifier
from classifier.report.sheet import Submission, make_sheet
from classifier.report.terminal import draw

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "sleep-drops.txt"


def drawn(classifier: Classifier, text: str, width: int, title: str = "", *, coloured: bool = False) -> str:
    stream = io.StringIO()
    result = classifier.score(text, title=title or None)
    system: Literal["truecolor"] | None = "truecolor" if coloured else None
    console = Console(
        file=stream, width=width, highlight=False, markup=False, emoji=False, color_system=system, force_terminal=coloured, no_color=False
    )
    draw(make_sheet(result, Submission("drops", text, title), classifier.policy), console)
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 80, 160])
def test_lines_keep_to_the_width(classifier: Classifier, width: int) -> None:
    text = EXAMPLE.read_text(encoding="utf-8") + "健康食品は薬の代わりにはなりません。" * 6
    assert max(map(cell_len, drawn(classifier, text, width).splitlines())) <= width


def test_words_in_square_brackets_are_not_taken_for_styles(classifier: Classifier) -> None:
    text = "Nettle [bold red]cures[/bold red] arthritis :smile: in a week [/] for everyone."
    bare = drawn(classifier, text, 160).replace("[[", "").replace("]]", "")
    for piece in ("[bold red]", "[/]", ":smile:"):
        assert piece in bare


def test_claims_and_caveats_have_colours_of_their_own(classifier: Classifier) -> None:
    text = EXAMPLE.read_text(encoding="utf-8") + "Side effects of valerian include nausea, dizziness, headache and vomiting.\n"
    shown = drawn(classifier, text, 100, coloured=True)
    assert "48;2;255;177;153" in shown
    assert "48;2;168;220;181" in shown
    assert "[[" not in shown


def test_the_title_is_shown_above_the_text(classifier: Classifier) -> None:
    shown = drawn(classifier, "The shop is on the corner by the old mill.", 100, title="A word on nettle")
    assert shown.index("A word on nettle") < shown.index("The shop is on the corner")
