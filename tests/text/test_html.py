"""What a reader sees of a page, and where each code point of it stood."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text.html import extract_html

from .markup import check_origins

MARKS = (
    "<p> </p> <div> <b> </b> <li> <ul> </ul> <td> <table> </table> <nav> </nav> <form> </form> <script> </script> <title> </title> <!-- --> "
    "<svg/> <br> <h1> & &amp; &#65; &#xD800; &notit; &# ; &nbsp; < > </ <a'=\" \" ' \ufeff \U0001f33f e\u0301 word <pre> \0"
)
PARTS = st.sampled_from(
    [*MARKS.split(" "), " ", "\n", "\r\n", "\t", "<p hidden>", '<i style="display:none">', "<![CDATA[", "<!doctype html>"]
)


@given(st.lists(PARTS, max_size=40).map("".join) | st.text(max_size=60))
def test_origins_hold_for_any_markup(markup: str) -> None:
    extracted = extract_html(markup)
    check_origins(markup, extracted)
    assert extracted.text == extracted.text.strip(" \t\n\r\f")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Ginger tea</p><p>for nausea</p>", "Ginger tea\n\nfor nausea"),
        ("<div>one<br>two</div>three", "one\ntwo\n\nthree"),
        ("<ul><li>eases pain<li>no side effects</ul>", "eases pain\n\nno side effects"),
        ("<h1>Head</h1>text<h2>Sub</h2>", "Head\n\ntext\n\nSub"),
        ("<table><tr><th>Dose<td>5 mg<tr><td>a</td><td>b</td></tr></table>", "Dose 5 mg\n\na b"),
        ("a <b>bold</b>ly \n\t  spaced", "a boldly spaced"),
        ("<pre>line 1\n  line 2</pre>", "line 1\nline 2"),
        ("<p>BP < 120 &amp; > 80, 1 <2</p>", "BP < 120 & > 80, 1 <2"),
        ("<body><p>x<script>var a='<p>';</script>y</p><style>p{}</style>", "xy"),
        ("a<!-- no -->b<!-->c<?php no ?>d<!doctype html>e</>f</ no>g", "abcdefg"),
        ("<a title='x>y' data-q=\"<p>\">link</a>", "link"),
        ("<header>Head</header><footer>Not evaluated by the FDA.</footer>", "Head\n\nNot evaluated by the FDA."),
        ("<nav>Home</nav><aside>More</aside><form>Search</form><button>Buy</button>Text<select><option>1</select>", "Text"),
        ("<noscript>no</noscript><template><p>no</template><svg><title>no</title><text>no</text></svg>yes", "yes"),
        ("<svg/>a<math/>b", "ab"),
    ],
)
def test_what_a_reader_sees(markup: str, text: str) -> None:
    extracted = extract_html(markup)
    assert extracted.text == text
    check_origins(markup, extracted)


@pytest.mark.parametrize(
    "tag",
    ["p hidden", "p hidden=until-found", "p aria-hidden='TRUE'", "p style='color:red; display : none'", "p style=visibility:hidden",
     "p style='display:none!important'"],
)  # fmt: skip
def test_hidden_elements_end_where_they_end(tag: str) -> None:
    assert extract_html(f"<{tag}>no <b>no</b></p>yes").text == "yes"
    assert extract_html(f"<{tag}>no<p>yes").text == "yes", "a paragraph ends the one before"
    assert extract_html(f"<{tag}>no</b>no</p>yes").text == "yes", "a stray end tag ends nothing"
    assert extract_html(f"<div><{tag}>no</div>yes").text == "yes", "the parent's end ends it"


@pytest.mark.parametrize("tag", ["p aria-hidden=false", "p style='display:block'", "p style='x-display:none-such'", "p class=hidden"])
def test_what_is_not_hidden_stays(tag: str) -> None:
    assert extract_html(f"<{tag}>yes</p>").text == "yes"


def test_end_tags_do_not_reach_out_of_a_table_cell_or_a_list() -> None:
    assert extract_html("<div hidden><table><tr><td></div>no</table>no</div>yes").text == "yes"
    assert extract_html("<ul><li hidden>no<ul><li>no</ul>no<li>yes</ul>").text == "yes"


def test_a_form_around_the_page_is_the_page() -> None:
    assert extract_html("<form><input><h1>Kava</h1><p>It may harm the liver.</p></form>").text == "Kava\n\nIt may harm the liver."


def test_a_page_that_is_only_frame_keeps_it() -> None:
    assert extract_html("<nav>All there <b>is</b></nav>").text == "All there is"
    assert extract_html("<nav hidden>no</nav><script>no</script>").text == ""


def test_title() -> None:
    markup = "<head><title> Kava &amp; you\n</title></head><body>Text<svg><title>icon</title></svg><title>second</title>"
    page = extract_html(markup)
    assert (page.title, page.text) == ("Kava & you", "Text")
    check_origins(markup, page)
    assert "".join(markup[at] for at in page.title_origin) == "Kava & you"


@pytest.mark.parametrize(
    ("reference", "text"),
    [("&amp;", "&"), ("&ampx", "&x"), ("&notit;", "¬it;"), ("&nbsp;", "\xa0"), ("&#x1F33F;", "\U0001f33f"), ("&#65", "A"), ("&#128;", "€"),
     ("&#xD800;", "\ufffd"), ("&#x110000;", "\ufffd"), ("&#" + "9" * 6_000 + ";", "\ufffd"), ("&NotEqualTilde;", "\u2242\u0338"),
     ("&#;", "&#;"), ("&#x;", "&#x;"), ("&;", "&;"), ("&unknown;", "&unknown;")],
)  # fmt: skip
def test_references(reference: str, text: str) -> None:
    extracted = extract_html(f"a{reference}.")
    assert extracted.text == f"a{text}."
    assert extracted.origin[0] == 0
    assert extracted.origin[-1] == len(reference) + 1
    if len(reference) < 4_000:
        assert html.unescape(reference) == text


def test_a_collapsed_space_keeps_the_place_of_a_plain_one() -> None:
    assert extract_html("a\n b\nc").origin == [0, 2, 3, -1, 5]
