"""Whatever is sent, the answer is a problem document that says what was expected and repeats nothing."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest

from classifier import Classifier
from service.app import create_app
from service.settings import Settings
from tests.service.conftest import CANARY, SMALL, TEXT, App, problem

GOOD = json.dumps({"text": f"{CANARY} {TEXT}", "title": "A", "facts": {"tier": "R2"}, "thresholds": {}, "explain": "none"}).encode()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "Expected JSON"),
        (b"   ", "Expected JSON"),
        (GOOD[:-1], "Expected JSON"),
        (GOOD + b"}", "Expected JSON"),
        (f'{{"text": {CANARY}}}'.encode(), "Expected JSON"),
        (b'{"text": NaN}', "NaN"),
        (b'{"text": "a", "thresholds": {"missing_safety_caveats": {"violating": -Infinity}}}', "NaN"),
        (f'{{"text": "{CANARY}", "text": "b"}}'.encode(), "same key twice"),
        (b"[" * 45_000, "nested too deep"),
        (b'{"text": ' + b"9" * 9_000 + b"}", "number that is too long"),
        (b'{"text": "\xff\xfe"}', "not UTF-8"),
        ('{"text": "é"}'.encode("utf-16"), "not UTF-8"),
        (b'{"text": "a\nb"}', "Expected JSON"),
    ],
)
def test_not_json_is_400(app: App, body: bytes, says: str) -> None:
    for path in ("/v1/score", "/v1/score/batch"):
        assert says in problem(app.raw(body, path), 400, "bad_json")["detail"]


def test_200_kb_of_brackets_is_400_where_it_fits(classifier: Classifier, app: App) -> None:
    assert problem(app.raw(b"[" * 200_000), 413, "body_too_large")
    first = app.lines(b"[" * 45_000 + b"\n").json()
    assert first["error"]["code"] == "bad_json"


@pytest.mark.parametrize(
    ("request_body", "field", "expected"),
    [
        ({}, "body", "exactly one of text, html, markdown"),
        ({"text": "a", "html": "b"}, "body", "exactly one of text, html, markdown"),
        ({"text": 7}, "text", "a text"),
        ({"text": [CANARY]}, "text", "a text"),
        ({"text": {CANARY: CANARY}}, "text", "a text"),
        ({"text": True}, "text", "a text"),
        ({"text": TEXT, "title": 1.5}, "title", "a text"),
        ({"text": TEXT, "id": 17}, "id", "a text"),
        ({"text": TEXT, "id": CANARY * 30}, "id", "at most 200 code points"),
        ({"text": TEXT, "url": CANARY * 300}, "url", "at most 2000 code points"),
        ({"text": TEXT, "explain": CANARY}, "explain", "one of none, spans, full"),
        ({"text": TEXT, "offset_unit": "bytes"}, "offset_unit", "one of code_point, utf16, utf8"),
        ({"text": TEXT, "expect_model": CANARY}, "expect_model", "a SHA-256 in 64 lower-case hex digits"),
        ({"text": TEXT, "facts": [CANARY]}, "facts", "an object"),
        ({"text": TEXT, "facts": {"tier": CANARY}}, "facts.tier", "one of R0, R1, R2, R3"),
        ({"text": TEXT, "facts": {"commercial": "true"}}, "facts.commercial", "true or false"),
        ({"text": TEXT, "facts": {"commercial": 1}}, "facts.commercial", "true or false"),
        ({"text": TEXT, "thresholds": {"missing_safety_caveats": CANARY}}, "thresholds.missing_safety_caveats", "an object"),
        (
            {"text": TEXT, "thresholds": {"missing_safety_caveats": {"violating": "0.5"}}},
            "thresholds.missing_safety_caveats.violating",
            "a number",
        ),
        (
            {"text": TEXT, "thresholds": {"missing_safety_caveats": {"violating": 1}}},
            "thresholds.missing_safety_caveats.violating",
            "a number below 1",
        ),
        (
            {"text": TEXT, "thresholds": {"missing_safety_caveats": {"borderline": 0}}},
            "thresholds.missing_safety_caveats.borderline",
            "a number above 0",
        ),
    ],
)
def test_422_says_which_field_and_what_was_expected(app: App, request_body: dict[str, Any], field: str, expected: str) -> None:
    document = problem(app.score(**request_body), 422, "bad_input")
    assert {"field": field, "expected": expected} in document["errors"]
    assert f"{field}: expected {expected}" in document["detail"]


@pytest.mark.parametrize(
    ("over", "field", "known"),
    [
        ({CANARY: 1}, "body", "text, html, markdown, id, title, url, facts, thresholds, explain, offset_unit, expect_model"),
        ({"facts": {CANARY: True}}, "facts", "genre, tier, serious_condition, vulnerable, commercial, authorised_use, habit_forming"),
        ({"thresholds": {CANARY: {}}}, "thresholds", "unbalanced_therapeutic_claims, missing_safety_caveats"),
        ({"thresholds": {"missing_safety_caveats": {CANARY: 0.5}}}, "thresholds.missing_safety_caveats", "borderline, violating"),
    ],
)
def test_unknown_names_are_422_with_the_known_ones(app: App, over: dict[str, Any], field: str, known: str) -> None:
    (error,) = problem(app.score(text=TEXT, **over), 422, "bad_input")["errors"]
    assert error["field"] == field
    assert known in error["expected"]


def test_an_unknown_name_that_is_nearly_known_gets_a_hint(app: App) -> None:
    assert "did you mean title?" in problem(app.score(text=TEXT, tittle="A"), 422, "bad_input")["detail"]


def test_an_unknown_genre_lists_the_policys(app: App, classifier: Classifier) -> None:
    expected = problem(app.score(text=TEXT, facts={"genre": CANARY}), 422, "bad_input")["errors"][0]["expected"]
    assert expected == "one of " + ", ".join(classifier.policy.genres)


def test_thresholds_that_cross_are_422(app: App) -> None:
    over = {"missing_safety_caveats": {"borderline": 0.8, "violating": 0.7}}
    assert "0 < borderline < violating < 1" in problem(app.score(text=TEXT, thresholds=over), 422, "bad_input")["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"text": "a \ud800 b"}', "text"),
        (rb'{"text": "a", "title": "\udfff"}', "title"),
        (rb'{"text": "a", "id": "\ud800"}', "id"),
        (rb'{"text": "a", "facts": {"genre": "\ud800"}}', "facts.genre"),
        (rb'{"text": "a", "facts": {"\ud800": true}}', "facts"),
        (rb'{"text": "a", "\ud800": true}', "body"),
    ],
)
def test_a_lone_surrogate_is_422(app: App, body: bytes, field: str) -> None:
    (error,) = problem(app.raw(body), 422, "bad_text")["errors"]
    assert error["field"] == field
    assert "lone surrogate" in error["expected"]


def test_a_pair_of_surrogates_is_a_character(app: App) -> None:
    assert app.raw(rb'{"text": "a \ud83c\udf3f b"}').json()["document"]["length"] == 5


def test_a_text_over_the_limit_is_refused_and_one_at_it_is_scored(app: App) -> None:
    long = app.score(text="a " * (SMALL.max_text // 2), title="", explain="none")
    assert long.json()["document"]["scored"] == SMALL.max_text
    (error,) = problem(app.score(text="a " * (SMALL.max_text // 2), title=CANARY), 413, "text_too_long")["errors"]
    assert "20,000" in error["expected"]
    assert "CAVEAT_MAX_TEXT" in error["expected"]


@pytest.mark.parametrize("value", [None, True, 7, 1.5, "text", [], [{}]])
def test_a_body_that_is_not_an_object_is_422(app: App, value: Any) -> None:
    for path in ("/v1/score", "/v1/score/batch"):
        assert problem(app.raw(json.dumps(value).encode(), path), 422, "bad_input")["errors"] == [
            {"field": "body", "expected": "an object"}
        ]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/x-ndjson"},
    ],
)
def test_another_media_type_is_415_and_says_which(app: App, headers: dict[str, str]) -> None:
    document = problem(app.call("POST", "/v1/score", content=GOOD, headers=headers), 415, "unsupported_media_type")
    assert "application/json" in document["detail"]


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'])
def test_json_by_any_of_its_names_is_read(app: App, kind: str) -> None:
    assert app.raw(GOOD, kind=kind).status_code == 200


def test_a_byte_order_mark_is_not_part_of_the_json(app: App) -> None:
    assert app.raw(b"\xef\xbb\xbf" + GOOD).status_code == 200


def test_a_body_over_the_limit_is_413_announced_or_not(app: App) -> None:
    body = json.dumps({"text": CANARY * 6_000}).encode()

    async def chunked() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 5_000):
            yield body[at : at + 5_000]

    for path in ("/v1/score", "/v1/score/batch"):
        for content in (body, chunked()):
            answer = app.call("POST", path, content=content, headers={"content-type": "application/json"})
            assert "50,000" in problem(answer, 413, "body_too_large")["detail"]


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1", "/v1/score/", "/docs", "/redoc", "/page/nothing.js", "/page/..%2fapp.py", "/metrics", "/%ff"]
)
def test_no_such_path_is_404(app: App, path: str) -> None:
    problem(app.call("GET", path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("GET", "/v1/score", "POST"), ("DELETE", "/v1/score/batch", "POST"), ("POST", "/livez", "GET"), ("PUT", "/", "GET")],
)
def test_another_method_is_405_with_allow(app: App, method: str, path: str, allow: str) -> None:
    answer = app.call(method, path)
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == allow


def test_head_is_a_get_without_its_body(app: App) -> None:
    for path in ("/", "/livez", "/v1/policy"):
        answer = app.call("HEAD", path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_what_nobody_expected_is_a_500_without_text_and_a_log_without_text(
    classifier: Classifier, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Classifier):
        def score_document(self, document: Any) -> Any:
            raise KeyError(document.text)

    application = create_app(Settings(), Broken(classifier.model, classifier.policy))

    async def run() -> tuple[httpx.Response, httpx.Response]:
        async with application.router.lifespan_context(application):
            client = httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://caveat.test")
            with anyio.fail_after(60):
                while (await client.get("/v1/model")).status_code != 200:
                    await anyio.sleep(0.01)
            one = await client.post("/v1/score", content=GOOD, headers={"content-type": "application/json"})
            two = await client.post("/v1/score/batch", json={"items": [{"id": "a", "text": CANARY}]})
            return one, two

    one, two = anyio.run(run)
    problem(one, 500, "internal")
    assert two.status_code == 200
    assert two.json()["items"][0]["error"]["code"] == "internal"
    assert "KeyError" in caplog.text
    assert CANARY not in caplog.text + two.text


def test_before_it_is_ready_the_service_says_so(classifier: Classifier) -> None:
    async def run() -> None:
        application = create_app(Settings(model="no-such-model"))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://caveat.test")
        for started in (False, True):
            if started:
                async with application.router.lifespan_context(application):
                    with anyio.fail_after(60):
                        while "no_model" not in (await client.get("/readyz")).text:
                            await anyio.sleep(0.01)
            assert (await client.get("/livez")).status_code == 200
            for answer in (
                await client.get("/readyz"),
                await client.get("/v1/policy"),
                await client.post("/v1/score", json={"text": CANARY}),
            ):
                assert problem(answer, 503, "not_ready")
                assert answer.headers["retry-after"] == "1"

    anyio.run(run)


def test_mutated_bytes_never_make_a_500(app: App) -> None:
    pieces = [
        b"\\ud800",
        b"NaN",
        b"1e999",
        b"{",
        b"}",
        b"[",
        b'"',
        b"null",
        b"\x00",
        b"\xff",
        b"-0",
        b'"facts":{}',
        b",",
        b"\\u0000",
        b":",
        b"\xf0\x9f",
    ]
    seed = random.Random(7)
    batch = json.dumps({"items": [json.loads(GOOD), {"id": "b", "html": "<p>a</p>"}, 3]}).encode()
    for n in range(600):
        body = bytearray(batch if n % 3 == 0 else GOOD)
        for _ in range(seed.randint(1, 4)):
            at = seed.randrange(len(body) + 1)
            body[at : at + seed.choice((0, 0, 1, 4, 40))] = seed.choice(pieces)
        path = "/v1/score/batch" if n % 3 == 0 else "/v1/score"
        answer = app.raw(bytes(body), path)
        assert answer.status_code in (200, 400, 422), (n, answer.text)
        if answer.status_code != 200:
            assert CANARY not in answer.text
        else:
            assert '"code": "internal"' not in answer.text
