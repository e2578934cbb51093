from __future__ import annotations

import re

from tests.service.conftest import App


def test_the_page_and_all_it_asks_for_come_from_here_under_a_strict_policy(app: App) -> None:
    html = app.call("GET", "/")
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    names = {*re.findall(r'(?:src|href)="(page/[^"]+)"', html.text)}
    assert {"page/page.js", "page/page.css"} <= names
    scripts = [n for n in names if n.endswith(".js")]
    while scripts:
        script = scripts.pop()
        for other in re.findall(r'from "\./([^"]+)"', app.call("GET", f"/{script}").text):
            if f"page/{other}" not in names:
                names.add(f"page/{other}")
                scripts.append(f"page/{other}")
    for answer in (html, *(app.call("GET", f"/{name}") for name in sorted(names))):
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", answer.text)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", answer.text)
