"""What a reader sees of a Markdown page, and where each code point of it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text.extracted import Extracted
from classifier.text.markdown import extract_markdown

from .markup import check_origins

MARKS = (
    "# ## - * ** _ __ ~~ 1. 2. > | || ``` ~~~ ` `` [ ] ]( ) [a] [a]: ![ [^1] --- === +++ \\ \\* < > <b> </b> <!-- --> <br> <script> &amp; & &#65; ; "
    "word http://x.example \U0001f33f e\u0301 \ufeff title: |---|---| a|b"
)
PARTS = st.sampled_from([*MARKS.split(" "), " ", "  ", "\n", "\n\n", "\r\n", "\r", "\t", "\n---\n", "---\n"])


@given(st.lists(PARTS, max_size=40).map("".join) | st.text(max_size=60))
def test_origins_hold_for_any_markup(markup: str) -> None:
    extracted = extract_markdown(markup)
    check_origins(markup, extracted)
    assert extracted.text == extracted.text.strip()


@given(st.lists(st.sampled_from(["Ginger", "may", "ease", "nausea.", "Ask", "2", "mg,"]), min_size=1).map(" ".join))
def test_plain_text_is_itself(text: str) -> None:
    assert extract_markdown(text) == Extracted(text, list(range(len(text))))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("# Kava #\n\nIt *may* harm\nthe **liver**.\n", "Kava\n\nIt may harm\nthe liver."),
        ("Title\n=====\ntext\n\nSub\n---\nmore\n\n***\nend", "Title\n\ntext\n\nSub\n\nmore\n\nend"),
        ("- eases pain\n- no side effects\n  at all\n1. one\n2. two\n- [x] done", "eases pain\n\nno side effects\nat all\n\none\n\ntwo\n\ndone"),
        ("made in\n1986. Then", "made in\n1986. Then"),
        ("text\n> quoted\n> more\n> > deep", "text\n\nquoted\nmore\ndeep"),
        ("a\n```py\nno *code*\n```\nb\n\n~~~\nno", "a\n\nb"),
        ("> ```\n> no\nout of the quote", "out of the quote"),
        ("`co*d*e` and `` a`b `` and ` alone", "co*d*e and  a`b  and ` alone"),
        ("[link *text*](http://x.example \"t\") and ![alt *x*](i.png) end", "link text and  end"),
        ("[A][r], [r], [r][], [x], ![alt][r]\n\n[r]: http://x.example 'T'\n", "A, r, r, [x],"),
        ("note[^1]\n\n[^1]: Not for children.", "note\n\nNot for children."),
        ("| Herb | Dose |\n|------|:----:|\n| kava | a\\|b |\n\nno | table", "Herb   Dose\n\nkava   a|b\n\nno | table"),
        ("a<br>b <b>c</b> <span class=\"x\">d</span> <!-- no --> e", "a\nb c d  e"),
        ("<div>\n\nin\n\n</div>\n<script>\n\nno\n\n</script>\n<!-- no\n\nno -->out", "in\n\nout"),
        ("<script>no</script a>in\n\n<STYLE>no</style\n>out\n\n<script>no</scripts></script", "in\n\nout"),
        ("1 < 2, x <y, z> 3, <https://x.example> <a@x.example>", "1 < 2, x <y, z> 3, https://x.example a@x.example"),
        ("\\*no\\* \\[x\\] &amp; &copy &#42;", "*no* [x] & &copy *"),
        ("cures colds* fast\n\n*Not evaluated by the FDA.", "cures colds* fast\n\n*Not evaluated by the FDA."),
        ("5 * 3 * 2, snake_case_name, __b__, ~~gone~~, ~5 mg", "5 * 3 * 2, snake_case_name, b, gone, ~5 mg"),
        ("***both*** **a *b* c**", "both a b c"),
        ("\ufeff# T\r\n\r\nx\r\ny", "T\n\nx\r\ny"),
    ],
)  # fmt: skip
def test_what_a_reader_sees(markup: str, text: str) -> None:
    extracted = extract_markdown(markup)
    assert extracted.text == text
    check_origins(markup, extracted)


@pytest.mark.parametrize(
    ("front", "title"),
    [("title: Kava and you", "Kava and you"), ('date: 2024\ntitle: "Kava: \\"yes\\""', 'Kava: "yes"'), ("title: 'It''s'  ", "It's"),
     ("# c\ntitle: Kava # note", "Kava"), ("tags: [a]\n  title: nested", ""), ("title: 'a'b'", "a'b"), ('title: "a\\b"', "a\\b"),
     ("title: |", ""), ("title: \xa0Kava", "Kava")],
)  # fmt: skip
def test_front_matter(front: str, title: str) -> None:
    for end in ("---", "..."):
        markup = f"---\n{front}\n{end}\nText"
        page = extract_markdown(markup)
        assert (page.title, page.text) == (title, "Text")
        assert "".join(markup[at] for at in page.title_origin) == title


def test_a_rule_is_not_front_matter() -> None:
    assert extract_markdown("---\nA line.\n---\nB").text == "A line.\n\nB"
    assert extract_markdown("---\ntitle: never closed\n\ntext").text == "title: never closed\n\ntext"
