from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.limits import LineSplitter

PIECES = st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"x", b"\n")), max_size=12)


def _feed(chunks: list[bytes], limit: int) -> list[bytes | None]:
    splitter = LineSplitter(limit)
    out = [line for chunk in chunks for line in splitter.feed(chunk)]
    return out + list(splitter.finish())


@given(PIECES)
def test_lines_do_not_depend_on_how_the_bytes_arrive(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    expected = whole.split(b"\n")
    assert _feed(chunks, 1_000) == (expected if expected[-1] else expected[:-1])


@given(PIECES)
def test_a_line_over_the_limit_is_one_none_in_its_place(chunks: list[bytes]) -> None:
    expected = b"".join(chunks).split(b"\n")
    cut = [line if len(line) <= 5 else None for line in expected]
    assert _feed(chunks, 5) == (cut if expected[-1] else cut[:-1])
