"""The text a reader sees of a Markdown page, with the place in the markup of each of its code points.

Lines are gathered to blocks (`markdown_blocks.py`), and each block is read once for its inline marks. Headings, list
items, table rows and paragraphs are separated by an empty line; a line break inside a paragraph stays as it stands.
Left out: front matter (its `title:` is the title), fenced code, images with their alternative text, link targets,
definitions of references, raw HTML tags, and every mark.
"""

from __future__ import annotations

from .extracted import Extracted
from .gather import BLOCK, Gatherer
from .markdown_blocks import read_blocks
from .markdown_inline import add_inline


def extract_markdown(markup: str) -> Extracted:
    """`text` as described above, `origin` per code point into `markup` (a decoded reference: where it starts; -1: a
    separator that stands nowhere), `title` from the front matter, likewise with its
    places. Never raises; linear in the markup."""
    page = read_blocks(markup)
    out = Gatherer()
    for block in page.blocks:
        out.separate(BLOCK)
        add_inline(markup, block, page.references, out)
    title = Gatherer()
    for start, end in page.title:
        title.add(markup[start:end], range(start, end))
    return out.finish(title)
