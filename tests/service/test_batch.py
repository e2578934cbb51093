from __future__ import annotations

import json
from typing import Any

from classifier import Classifier
from service.schemas import BatchResult, FailedItem, ScoreResult
from tests.service.conftest import CANARY, SMALL, TEXT, App, problem

ITEMS: list[Any] = [
    {"id": "plain", "text": TEXT},
    {"id": "title", "text": TEXT + " 🌿", "title": "Calmroot", "offset_unit": "utf16", "explain": "full"},
    {"id": "html", "html": f"<h1>Calmroot</h1><p>{TEXT}</p>", "facts": {"genre": "vendor"}},
    {"id": "empty", "text": ""},
    {"id": "other", "text": "Der Hund schläft heute lange auf dem warmen Sofa im Wohnzimmer."},
]
BAD: list[tuple[Any, str | None, str]] = [
    ({"id": "two", "text": CANARY, "html": "b"}, "two", "bad_input"),
    ({"id": "unknown", "text": TEXT, CANARY: 1}, "unknown", "bad_input"),
    ({"id": 7, "text": TEXT}, None, "bad_input"),
    ({"id": "lone", "text": "\ud800"}, "lone", "bad_text"),
    ({"id": "\ud800", "text": TEXT}, None, "bad_text"),
    ({"id": "model", "text": TEXT, "expect_model": "0" * 64}, "model", "model_mismatch"),
    ({"id": "long", "text": "a" * (SMALL.max_text + 1)}, "long", "text_too_long"),
    (CANARY, None, "bad_input"),
    (None, None, "bad_input"),
]


def without_request_id(answer: bytes) -> bytes:
    value = json.loads(answer)
    value.pop("request_id", None)
    return json.dumps(value, ensure_ascii=False).encode()


def mixed() -> list[Any]:
    """A bad item, a good one, and so on."""
    return [each for n, (item, _, _) in enumerate(BAD) for each in (item, ITEMS[n % len(ITEMS)])]


def test_an_item_equals_a_single_call_bit_for_bit(app: App) -> None:
    answer = app.call("POST", "/v1/score/batch", json={"items": ITEMS}, headers={"x-request-id": "same"})
    singles = [app.call("POST", "/v1/score", json=item, headers={"x-request-id": "same"}).content for item in ITEMS]
    assert answer.content == b'{"items": [' + b", ".join(singles) + b"]}"
    lines = app.lines(b"\n".join(json.dumps(item).encode() for item in ITEMS))
    assert [without_request_id(line) for line in lines.content.splitlines()] == [without_request_id(s) for s in singles]


def test_a_bad_item_is_an_error_in_its_place(app: App) -> None:
    items = mixed()
    batch = app.raw(json.dumps({"items": items}).encode(), "/v1/score/batch")
    stream = app.lines("".join(json.dumps(item) + "\n" for item in items).encode())
    assert (batch.status_code, stream.status_code) == (200, 200)
    BatchResult.model_validate(batch.json())
    for answers in (batch.json()["items"], [json.loads(line) for line in stream.content.splitlines()]):
        assert len(answers) == len(items)
        for n, (_, own_id, code) in enumerate(BAD):
            failed = FailedItem.model_validate(answers[2 * n])
            assert (failed.id, failed.error.code) == (own_id, code)
            assert CANARY not in json.dumps(answers[2 * n])
        assert [ScoreResult.model_validate(a).id for a in answers[1::2]] == [item["id"] for item in items[1::2]]


def test_no_items_is_an_empty_answer(app: App) -> None:
    assert app.call("POST", "/v1/score/batch", json={"items": []}).json() == {"items": []}
    assert app.lines(b"").content == b""


def test_a_thousand_items_pass_and_one_more_is_refused(app: App) -> None:
    item = {"text": ""}
    assert len(app.call("POST", "/v1/score/batch", json={"items": [item] * 1_000}).json()["items"]) == 1_000
    document = problem(app.call("POST", "/v1/score/batch", json={"items": [item] * 1_001}), 422, "bad_input")
    assert document["errors"] == [{"field": "items", "expected": "at most 1,000 items"}]


def test_the_envelope_is_validated(app: App) -> None:
    for body, field in (({}, "items"), ({"items": {}}, "items"), ({"items": [], CANARY: 1}, "body")):
        assert problem(app.call("POST", "/v1/score/batch", json=body), 422, "bad_input")["errors"][0]["field"] == field


def test_lines_that_are_not_json_or_too_long_are_errors_in_their_place(app: App) -> None:
    good = json.dumps({"text": TEXT}).encode()
    long = json.dumps({"text": CANARY * 20_000}).encode()
    answer = app.lines(b"\r\n".join([good, b"", f"{{{CANARY}".encode(), long, b"NaN", b"\xff", good]))
    codes = [json.loads(line).get("error", {}).get("code") for line in answer.content.splitlines()]
    assert codes == [None, "bad_json", "body_too_large", "bad_json", "bad_json", None]
    assert CANARY not in answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"


def test_a_batch_and_many_single_calls_are_the_classifiers(app: App, classifier: Classifier) -> None:
    answers = app.call("POST", "/v1/score/batch", json={"items": [{"text": TEXT, "id": str(n)} for n in range(20)]}).json()["items"]
    for n, answer in enumerate(answers):
        answer.pop("request_id")
        assert answer == classifier.score(TEXT, id=str(n)).to_dict()
