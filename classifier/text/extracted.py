"""Text taken out of markup, with the way back."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Extracted:
    """`text`, and for each of its code points the offset in the markup it came from (-1: it stands nowhere there).

    `title` is what the page calls itself (`<title>`, the front matter's `title:`), with origins of its own. It is the
    document's title where the caller gave none, and comes back as `document.title`, because spans index it.
    """

    text: str
    origin: list[int]
    title: str = ""
    title_origin: list[int] = field(default_factory=list)
