"""The HTML page: as markup, and in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from classifier import Classifier, Document
from classifier.report.page import to_page
from classifier.report.sheet import Sheet, Submission, make_sheet

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NASTY = '<script>alert(1)</script> <img src=x onerror=alert(2)> Nettle & honey "cure" arthritis in a week, </div>they say.\n'


def sheet_of(classifier: Classifier, text: str, name: str = "a.txt", title: str | None = None, explain: str = "spans") -> Sheet:
    result = classifier.score_document(Document(text=text, title=title, explain=explain))
    return make_sheet(result, Submission(name, text, title or ""), classifier.policy)


@pytest.fixture(scope="module")
def page(classifier: Classifier) -> str:
    sheets = [sheet_of(classifier, p.read_text(encoding="utf-8"), p.name) for p in sorted(EXAMPLES.glob("*.txt"))]
    return to_page(sheets)


class Reader(HTMLParser):
    """Collects tags with attributes, ids, and the words inside the article's text without the reference numbers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.marked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag != "meta":
            kind = str(found.get("class") or "")
            self.open.append((tag, kind))
            if tag == "div" and kind.startswith("text "):
                self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        inside = [kind for _, kind in self.open]
        if any(k.startswith("text ") for k in inside) and "ref" not in inside:
            self.texts[-1] += data
            if any(tag == "mark" for tag, _ in self.open):
                self.marked.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def test_the_page_is_whole_and_fetches_nothing(page: str) -> None:
    reader = read(page)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in reader.tags}
    links = [str(v) for _, attributes in reader.tags for name, v in attributes.items() if name in ("href", "src")]
    ids = [str(attributes["id"]) for _, attributes in reader.tags if "id" in attributes]
    assert links
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert len(ids) == len(set(ids))
    assert not re.search(r"url\(|@import|https?:", page.split("</style>")[0])


def test_the_text_stands_there_as_it_was(page: str) -> None:
    assert read(page).texts == [p.read_text(encoding="utf-8") for p in sorted(EXAMPLES.glob("*.txt"))]


def test_every_highlight_says_what_it_is(page: str) -> None:
    marks = [attributes for tag, attributes in read(page).tags if tag == "mark" and "title" in attributes]
    assert marks
    assert all(attributes["title"] for attributes in marks)


def test_markup_in_text_title_and_name_is_only_text(classifier: Classifier) -> None:
    sheet = sheet_of(classifier, NASTY, name="<b>x</b>.txt", title='"><script>alert(3)</script>')
    reader = read(to_page([sheet]))
    assert not {"script", "img", "b"} & {tag for tag, attributes in reader.tags if tag != "b" or attributes}
    assert reader.texts == ['"><script>alert(3)</script>', NASTY]


def test_explain_none_leaves_out_what_was_not_explained(classifier: Classifier) -> None:
    page = to_page([sheet_of(classifier, NASTY, explain="none")])
    assert "Findings" not in page
    assert "margin +" not in page
    assert "margin −" not in page
    assert "Sentences" in to_page([sheet_of(classifier, NASTY, explain="full")])


def test_not_assessed_is_said(classifier: Classifier) -> None:
    assert "Not assessed: the text is too short to judge" in to_page([sheet_of(classifier, "Hm.")])


# ---------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium; `apt-get install chromium` brings it")
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright; `pip install playwright` brings it")
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    with api.sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium, args=[*flags, "--disable-sync"])
        yield instance
        instance.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_small_screen_and_can_be_read_in_light_and_dark(browser: Browser, page: str, tmp_path: Path, scheme: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    view = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme="dark" if scheme == "dark" else "light")
    asked: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    view.on("console", lambda message: complaints.append(message.text))
    view.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert complaints == []
    assert view.evaluate("document.documentElement.scrollWidth") <= 320
    for selector in (
        ".key mark",
        "mark.claim .ref",
        "mark.caveat",
        ".aside",
        ".signal.claim",
        ".signal.caveat",
        ".violating",
        ".compliant",
        ".bad",
    ):
        assert contrast(view.evaluate(COLOURS, selector)) >= 4.5, selector
    view.close()


COLOURS = """selector => {
  const at = document.querySelector(selector);
  let ground = at;
  while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  return [getComputedStyle(at).color, getComputedStyle(ground).backgroundColor];
}"""


def contrast(colours: list[str]) -> float:
    """The WCAG contrast ratio of two CSS rgb() colours."""
    light, dark = sorted((luminance(c) for c in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(n) / 255 for n in re.findall(r"\d+", colour)[:3]]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.browser
def test_numbers_lead_to_findings_and_back(browser: Browser, page: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    view = browser.new_page()
    view.goto(file.as_uri())
    reference = view.locator(".text .ref").first
    target = str(reference.get_attribute("href"))
    reference.click()
    assert view.url.endswith(target)
    assert view.locator(target).is_visible()
    view.locator(f"{target} .weights a").click()
    assert "-at-" in view.url
    view.close()
