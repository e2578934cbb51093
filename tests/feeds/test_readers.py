"""Every reader: what it reads, and that what it cannot read is an error in its place, never the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from classifier.classifier import Document
from classifier.errors import InputError
from classifier.feeds.items import Item
from classifier.feeds.sources import open_sources

TEXT = "Ginger tea may ease nausea. Ask a midwife first."


def read(*sources: Path) -> list[Item]:
    return list(open_sources([str(s) for s in sources]))


def read_bytes(tmp_path: Path, name: str, data: bytes) -> list[Item]:
    path = tmp_path / name
    path.write_bytes(data)
    return read(path)


def document(item: Item) -> Document:
    assert item.document is not None, item.error
    assert item.error is None
    return item.document


def code(item: Item) -> str:
    assert item.error is not None
    assert item.document is None
    assert item.error.title
    return item.error.code


# ---------------------------------------------------------------- JSON lines


def test_jsonl_fields(tmp_path: Path) -> None:
    row: dict[str, Any] = {
        "id": "a", "html": "<p>x</p>", "title": "T", "url": "u", "facts": {"tier": "R2", "vulnerable": True}, "explain": "full",
        "thresholds": {"missing_safety_caveats": {"violating": 0.9}}, "text": None, "price": 3, "offset_unit": "utf8",
    }  # fmt: skip
    (item,) = read_bytes(tmp_path, "a.jsonl", json.dumps(row).encode())
    assert document(item) == Document(
        html="<p>x</p>", id="a", title="T", url="u", facts=row["facts"], thresholds=row["thresholds"], explain="full", offset_unit="utf8"
    )


def test_jsonl_is_read_lazily(tmp_path: Path) -> None:
    path = tmp_path / "pipe.jsonl"
    path.write_bytes(json.dumps({"text": TEXT}).encode() + b"\n")
    items = open_sources([str(path)])
    assert document(next(items)).text == TEXT
    with path.open("ab") as more:
        more.write(b'{"text": "later"}\n')
    assert document(next(items)).text == "later"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"not json", "bad_json"),
        (b'{"text": "cut sho', "bad_json"),
        (b"[" * 200_000, "bad_json"),
        (b'{"n": ' + b"1" * 10_000 + b', "text": "x"}', "bad_json"),
        (b'"text"', "not_object"),
        (b"[1]", "not_object"),
        (b"null", "not_object"),
        (b"{}", "no_text"),
        (b'{"text": null, "title": "T"}', "no_text"),
        (b'{"text": "a", "html": "b"}', "bad_input"),
        (b'{"text": 5}', "bad_type"),
        (b'{"text": ["a"]}', "bad_type"),
        (b'{"text": "a", "title": {}}', "bad_type"),
        (b'{"text": "a", "id": 1.5}', "bad_type"),
        (b'{"text": "a", "id": true}', "bad_type"),
        (b'{"text": "a", "facts": []}', "bad_type"),
        (b'{"text": "a", "facts": {"tier": {}}}', "bad_type"),
        (b'{"text": "a", "thresholds": {"x": 1}}', "bad_type"),
        (b'{"text": "a", "thresholds": {"x": {"violating": "0.4"}}}', "bad_type"),
        (b'{"text": "a\\ud800"}', "bad_text"),
        (b'{"text": "a", "title": "\\udfff"}', "bad_text"),
        (b'{"text": "a", "id": "\\udfff"}', "bad_text"),
        (b'{"text": "caf\xe9"}', "bad_encoding"),
        (b"\x00\x01\x02\xff\xfe", "bad_encoding"),
        (b"\x00\x01", "bad_json"),
    ],
)
def test_a_bad_line_is_an_error_in_its_place(tmp_path: Path, line: bytes, expected: str) -> None:
    good = json.dumps({"id": "good", "text": TEXT}).encode()
    before, bad, after = read_bytes(tmp_path, "a.jsonl", b"\n".join([good, b"", line, good]))
    assert (document(before).text, document(after).text) == (TEXT, TEXT)
    assert code(bad) == expected
    assert (before.row, bad.row, after.row) == (1, 2, 3)
    assert bad.error is not None
    assert bad.error.detail.startswith("a.jsonl, line 3: ")


def test_ids(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, "a.jsonl", b'\xef\xbb\xbf{"id": 17, "text": "a"}\r\n{"text": "b"}\n{"id": "\xc3\xa9", "text": 5}')
    assert [item.id for item in items] == ["17", None, "é"]
    assert document(items[0]).id == "17"


def test_errors_do_not_hold_the_text(tmp_path: Path) -> None:
    secret = "my neighbour's diagnosis"
    lines = [f"{secret}", json.dumps({"title": secret}), json.dumps({"text": secret, "html": secret}), json.dumps([secret]),
             json.dumps({"text": f"{secret}\ud800"}), json.dumps({"text": {secret: secret}}),
             json.dumps({"text": TEXT, "facts": {secret: 1}}), json.dumps({"text": TEXT, "thresholds": {secret: {secret: secret}}})]  # fmt: skip
    items = read_bytes(tmp_path, "a.jsonl", "\n".join(lines).encode())
    assert len(items) == len(lines)
    for item in items:
        assert item.error is not None
        assert secret not in json.dumps(item.error.to_dict())


# ---------------------------------------------------------------- CSV


def test_csv_fields(tmp_path: Path) -> None:
    long = "word " * 60_000
    data = f'\ufeffID, Text ,title,price\r\n1,"two\r\nlines, ""quoted""",T,3\r\n\r\n2,{long},,4\r\n'.encode()
    first, second = read_bytes(tmp_path, "a.csv", data)
    assert document(first) == Document(text='two\r\nlines, "quoted"', id="1", title="T")
    assert document(second) == Document(text=long, id="2")
    assert (first.row, second.row) == (1, 2)


@pytest.mark.parametrize("data", [b"id;text\n1;a, b\n", b"id\ttext\n1\ta, b\n", b'"id";"text"\n"1";"a, b"\n', b'id,text\n1,"a, b"\n'])
def test_csv_delimiters(tmp_path: Path, data: bytes) -> None:
    (item,) = read_bytes(tmp_path, "a.csv", data)
    assert document(item) == Document(text="a, b", id="1")


def test_csv_html_and_markdown(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, "a.csv", b"html,markdown,url\n<p>a</p>,,u\n,# b,\n,,u\nx,y,u\n")
    assert document(items[0]) == Document(html="<p>a</p>", url="u")
    assert document(items[1]) == Document(markdown="# b")
    assert [code(item) for item in items[2:]] == ["no_text", "bad_input"]


def test_csv_errors_in_their_place(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, "a.csv", b'id,text\n1,a\n2,caf\xe9\n3,b,c\n4,"x"y\n5,d\n6,"never closed\n7,e\n')
    assert [code(i) if i.error else document(i).text for i in items] == ["a", "bad_encoding", "bad_row", "bad_row", "d", "bad_row"]
    assert items[-1].error is not None
    assert "never closed" in items[-1].error.detail
    assert [i.row for i in items] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("header", "shown"), [(b"sku,body,name\n1,a,b\n", "'sku', 'body', 'name'"), (b"", "none"), (b"\xff\xfe\x00\n", "\\udcff")]
)
def test_csv_without_a_usable_column(tmp_path: Path, header: bytes, shown: str) -> None:
    with pytest.raises(InputError, match=r"text, html or markdown") as caught:
        read_bytes(tmp_path, "a.csv", header)
    assert shown in str(caught.value)


def test_csv_with_a_column_twice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="text stands in the first row twice"):
        read_bytes(tmp_path, "a.csv", b"text,Text\na,b\n")


# ---------------------------------------------------------------- files and folders


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "no.txt").write_text("no")
    (tmp_path / "no.pdf").write_bytes(b"%PDF")
    (tmp_path / "z.txt").write_bytes("\ufeffone\r\ntwo".encode())
    (tmp_path / "b" / "c" / "é.MD").write_text("# x", encoding="utf-8")
    (tmp_path / "b" / "a.html").write_text("<p>x</p>")
    (tmp_path / "a.htm").write_bytes(b"caf\xe9")
    (tmp_path / "c.txt").write_bytes(b"a\0b")
    (tmp_path / "d.txt").write_bytes("x".encode("utf-16"))
    items = read(tmp_path)
    assert [item.id for item in items] == ["a.htm", "b/a.html", "b/c/é.MD", "c.txt", "d.txt", "z.txt"]
    assert [code(items[n]) for n in (0, 3, 4)] == ["bad_encoding", "bad_text", "bad_encoding"]
    assert document(items[1]) == Document(html="<p>x</p>", id="b/a.html")
    assert document(items[2]) == Document(markdown="# x", id="b/c/é.MD")
    assert document(items[5]) == Document(text="\ufeffone\r\ntwo", id="z.txt"), "the text stays as it was submitted"


def test_a_file_that_goes_away_is_an_error(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXT)
    items = open_sources([str(tmp_path)])
    assert document(next(items)).text == TEXT
    (tmp_path / "b.txt").unlink()
    assert code(next(items)) == "unreadable"


def test_a_file_name_that_is_no_unicode(tmp_path: Path) -> None:
    try:
        Path(str(tmp_path / "caf\udce9.txt")).write_text(TEXT)
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    (item,) = read(tmp_path)
    assert item.id == "caf\\udce9.txt"
    assert document(item).text == TEXT


def test_sources_are_numbered_through(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.jsonl").write_text('{"text": "b"}\n{"text": "c"}\n')
    (tmp_path / "d.md").write_text("d")
    items = read(tmp_path / "a.txt", tmp_path / "b.jsonl", tmp_path / "d.md")
    assert [(i.row, i.id) for i in items] == [(1, "a.txt"), (2, None), (3, None), (4, "d.md")]


@pytest.mark.parametrize("name", ["x.pdf", "x", "x.json", "x.jsonl.gz"])
def test_an_unknown_ending_names_what_is_known(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"\.jsonl.*\.csv.*\.xml.*\.txt"):
        read_bytes(tmp_path, name, b"x")


def test_sources_are_checked_before_the_first_row(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "empty").mkdir()
    for other, message in ((tmp_path / "no.txt", "no such file"), (tmp_path / "empty", "holds no")):
        with pytest.raises(InputError, match=message):
            open_sources([str(tmp_path / "a.txt"), str(other)])
    with pytest.raises(InputError, match="once only"):
        open_sources(["-", "-"])


# ---------------------------------------------------------------- RSS and Atom

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Herbs</title>
<item><title>Kava &amp;amp; you</title><link>https://x.example/1</link><guid>g1</guid>
  <description>Short.</description><content:encoded><![CDATA[<p onclick="x()">Kava <b>may</b> harm &amp; more.</p>]]></content:encoded></item>
<item><title>Nothing</title><link>https://x.example/2</link></item>
<item><link>https://x.example/3</link><description>&lt;p&gt;Ginger eases nausea.&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Herbs</title>
<entry><id>tag:1</id><title type="html">Tea &lt;b&gt;now&lt;/b&gt;</title><link href="https://x.example/1"/><content type="text">1 &lt; 2</content></entry>
<entry><id>tag:2</id><title>T</title><summary type="html">&lt;i&gt;Sage&lt;/i&gt;</summary></entry></feed>"""


@pytest.mark.parametrize("name", ["a.xml", "a.rss"])
def test_rss(tmp_path: Path, name: str) -> None:
    first, broken, third = read_bytes(tmp_path, name, RSS.encode())
    markup = '<p onclick="x()">Kava <b>may</b> harm &amp; more.</p>'
    assert document(first) == Document(html=markup, id="g1", title="Kava & you", url="https://x.example/1"), "as submitted, not rewritten"
    assert (code(broken), broken.id, broken.row) == ("no_text", "https://x.example/2", 2)
    assert document(third) == Document(html="<p>Ginger eases nausea.</p>", id="https://x.example/3", url="https://x.example/3")


def test_atom(tmp_path: Path) -> None:
    first, second = read_bytes(tmp_path, "a.atom", ATOM.encode())
    assert document(first) == Document(text="1 < 2", id="tag:1", title="Tea now", url="https://x.example/1")
    assert document(second) == Document(html="<i>Sage</i>", id="tag:2", title="T")


def test_a_feed_cut_short_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, "a.xml", RSS[: RSS.index("Nothing")].encode())
    assert document(items[0]).id == "g1"
    assert code(items[-1]) == "bad_feed"
    assert items[-1].error is not None
    assert "a.xml: not well-formed" in items[-1].error.detail
    assert items[-1].row == len(items)


def test_an_entity_bomb_and_an_external_entity_stay_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words")
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    for doctype in (bomb + "]>", f'<!DOCTYPE r [<!ENTITY j SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'):
        feed = f"{doctype}<rss><channel><item><description>x &j; y</description></item></channel></rss>"
        items = read_bytes(tmp_path, "a.xml", feed.encode())
        assert all(item.document is None or len(item.document.html or item.document.text or "") < 100 for item in items)
        assert "secret words" not in repr(items)


def test_xml_that_is_no_feed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no RSS or Atom feed"):
        read_bytes(tmp_path, "a.xml", b"<html><body>x</body></html>")


def test_an_empty_feed_has_no_rows(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, "a.xml", b'<rss version="2.0"><channel><title>x</title></channel></rss>') == []
