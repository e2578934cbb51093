"""The page once in a real Chromium: paste, score, read the highlights by keyboard, see an error. Looked at in both
colour schemes and at 320 px by those who built it; what a test can hold is held here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.service.conftest import Server, serving

CHROMIUM = shutil.which("chromium")
SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install -y chromium"),
]

TEXT = "🌿 Calmroot 🌿 reverses arthritis in seven days and cannot harm you. <b>Talk to your doctor first if you take blood thinners.</b>"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(CAVEAT_MAX_TEXT="5000") as running:
        yield running


def test_a_text_is_pasted_scored_and_read(server: Server) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install playwright")
    expect = sync_api.expect
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        page = browser.new_page(viewport={"width": 320, "height": 800}, reduced_motion="reduce")
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.url + "/")

        page.get_by_label("Text", exact=True).fill(TEXT)
        page.get_by_label("Title").fill("Calmroot cures arthritis")
        page.get_by_label("Kind of text").select_option("vendor")
        page.get_by_label("Risk of what is promoted").select_option("R2")
        page.get_by_role("button", name="Score").click()

        claims = page.locator('[data-policy="unbalanced_therapeutic_claims"]')
        expect(claims.locator(".band")).to_have_text("Violating")
        expect(claims).to_contain_text("violating from")
        expect(claims).to_contain_text("margin +")
        expect(page.locator('[data-policy="missing_safety_caveats"] .number')).to_contain_text("higher is worse")
        expect(page.locator("#facts")).to_contain_text("you said so")
        expect(page.locator("#checklist li")).to_have_count(7)
        expect(page.locator("#severity")).to_contain_text("of 4")

        # The text stands there as it was sent, markup and all, and the marks sit on whole words after the emoji.
        assert page.locator("#reading .text").text_content() == TEXT
        expect(page.locator("#reading b")).to_have_count(0)
        marks = page.locator("#reading .text mark.claim")
        assert any("arthritis" in words for words in marks.all_text_contents())
        assert page.locator("#reading .text mark.caveat").count() > 0

        # Keyboard: a highlight takes focus, its note says signal, weight and rule, Escape puts it away.
        marks.first.focus()
        note = page.get_by_role("tooltip")
        expect(note).to_be_visible()
        expect(note).to_contain_text("on unbalanced therapeutic claims")
        assert note.locator("dt").count() > 0
        page.keyboard.press("Escape")
        expect(note).to_be_hidden()
        page.keyboard.press("Tab")
        expect(note).to_be_visible()

        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert all(url.startswith((server.url, "data:")) for url in asked)

        # Not judged: said in plain words.
        page.get_by_label("Title").fill("")
        page.get_by_label("Kind of text").select_option("")
        page.get_by_label("Risk of what is promoted").select_option("")
        page.get_by_label("Text", exact=True).fill("Good day.")
        page.get_by_role("button", name="Score").click()
        expect(page.locator("#notes")).to_contain_text("too short to judge")
        expect(claims.locator(".band")).to_have_text("Not assessed")

        assert said == []

        # A problem document is shown in its own words (and Chromium notes the 422 on the console).
        page.get_by_label("Text", exact=True).fill("word " * 1001)
        page.get_by_role("button", name="Score").click()
        expect(page.get_by_role("alert")).to_contain_text("The text is too long")
        expect(page.get_by_role("alert")).to_contain_text("CAVEAT_MAX_TEXT")
        browser.close()
