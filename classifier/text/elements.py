"""HTML's elements by what they do to the text around and inside them."""

from __future__ import annotations

from .tags import RAW


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


VOID = _named("area base basefont br col embed frame hr img input link meta param source track wbr")
BLOCKS = _named(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre "
    "search section summary table caption tbody thead tfoot tr ul"
)
APART = frozenset({"td", "th", "button", "select", "input", "textarea"})  # on the same line, but not one word
NEVER_SHOWN = RAW | _named("template svg title datalist audio video canvas object rp")
FRAME = _named("nav aside form button select textarea")
FOREIGN = frozenset({"svg", "math"})  # the slash of <svg/> closes there
CONTENT = frozenset({"main", "article", "h1"})  # a form that holds one of these is the page, not a part of its frame

# An end tag does not reach beyond these, and one of an inline element not beyond a block.
WALLS = _named("table caption td th template object html")
SPECIAL = BLOCKS | WALLS | NEVER_SHOWN | FRAME
TABLE = _named("table caption tbody thead tfoot tr td th")
# A start tag of the key ends an open element of the value, if that is nearer than the wall (the standard's implied end tags).
ENDS = {
    **dict.fromkeys(BLOCKS - {"body", "html", "tbody", "thead", "tfoot", "tr", "caption", "option", "optgroup", "legend"}, ("p",)),
    "li": ("li", "p"),
    "dt": ("dt", "dd", "p"),
    "dd": ("dt", "dd", "p"),
    "option": ("option",),
    "optgroup": ("option", "optgroup"),
    "tr": ("td", "th", "tr"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    **dict.fromkeys(("tbody", "thead", "tfoot"), ("td", "th", "tr", "tbody", "thead", "tfoot", "caption")),
}
LISTS = {"li": ("ul", "ol", "menu"), "dt": ("dl",), "dd": ("dl",)}  # an item does not end an item of the list around
