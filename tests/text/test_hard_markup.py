"""Markup of nothing but trouble, in both languages: the work stays linear, and every origin has its code point."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from classifier.text.extracted import Extracted
from classifier.text.html import extract_html
from classifier.text.markdown import extract_markdown

from .markup import operations

HTML = ["<", "</", "&", "&#", "&#x", "&a", "&amp;", "<!--", "<?", "<![a", "<a x='", '<a x="', "<a b ", "<a =", "<script>", "<title>", "<p>", "</p>",
        "<div hidden>", "<b><p>", "<table><td>", "<span></p>", "<li><ul>", "</span><div>", "<form><h1>", "<nav>", " ", "\n", "x "]  # fmt: skip
MARKDOWN = ["[", "]", "[a](", "![](", '[a](b "', "![![](a)", "[a](b(c)", "](<", "[a][b]", "*", "**a ", "_a", "a_*b", "***a** ", "`", "``a`", "> ", "- ",
        "1. ", "+ - ", "* * x", "- \n", "# a\n", "\n\n", "---\n", "~~~\n", "a|b\n---|---\n", "[a]: b\n", "<", "<a ", "<a@", "<!--", "<script>",
        "<script>\n", '<a x="<a x=" x=', "&#", "\\", "="]  # fmt: skip
HARD = [pytest.param(extract_html, unit, id=f"html {unit!r}") for unit in HTML]
HARD += [pytest.param(extract_markdown, unit, id=f"markdown {unit!r}") for unit in MARKDOWN]
Extract = Callable[[str], Extracted]


@pytest.mark.parametrize(("extract", "unit"), HARD)
def test_twice_the_markup_is_twice_the_work(extract: Extract, unit: str) -> None:
    small, large = unit * 1_000, unit * 2_000
    assert operations(lambda: extract(large)) <= 2.1 * operations(lambda: extract(small)) + 200


@pytest.mark.parametrize(("extract", "unit"), HARD)
def test_a_large_page_of_nothing_but_trouble_is_read(extract: Extract, unit: str) -> None:
    """What scans inside one C call is not counted above; a quadratic one would not come to an end here."""
    markup = unit * (300_000 // len(unit))
    extracted = extract(markup)
    assert len(extracted.text) == len(extracted.origin) <= len(markup) * 2
