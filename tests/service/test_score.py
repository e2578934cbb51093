from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import BaseModel

from classifier import Classifier
from service import examples
from service.schemas import ModelOut, PolicyOut, ProblemOut, ScoreRequest, ScoreResult
from tests.service.conftest import TEXT, App, problem


def same(shape: type[BaseModel], answer: Any) -> bool:
    """The documented type holds exactly what the answer holds: nothing is dropped, nothing filled in."""
    return bool(shape.model_validate(answer).model_dump(mode="json", exclude_unset=True) == answer)


@pytest.mark.parametrize("explain", ["none", "spans", "full"])
def test_real_answers_are_as_documented(app: App, explain: str) -> None:
    answer = app.score(text=TEXT, title="Calmroot", id="a", explain=explain)
    assert answer.status_code == 200
    assert same(ScoreResult, answer.json())
    assert ("spans" in answer.json()) == (explain != "none")
    assert ("sentences" in answer.json()) == (explain == "full")


@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_markup_answers_are_as_documented_and_carry_their_text(app: App, kind: str) -> None:
    answer = app.score(**{kind: f"<p>{TEXT}</p>" if kind == "html" else f"# Calmroot\n\n{TEXT}"}).json()
    assert same(ScoreResult, answer)
    text = answer["document"]["text"]
    for span in answer["spans"]:
        assert text[span["start"] : span["end"]] == span["text"]
        assert span["source"]


@pytest.mark.parametrize(
    "request_body",
    [{"html": "<title>Calmroot cures arthritis</title><p>Drops.</p>"}, {"markdown": "---\ntitle: Calmroot cures arthritis\n---\nDrops."}],
)
def test_a_pages_own_title_is_documented_and_comes_back(app: App, request_body: dict[str, str]) -> None:
    answer = app.score(**request_body).json()
    assert same(ScoreResult, answer)
    title = answer["document"]["title"]
    assert title == "Calmroot cures arthritis"
    (markup,) = request_body.values()
    for span in (own := [s for s in answer["spans"] if s["field"] == "title"]):
        assert title[span["start"] : span["end"]] == span["text"] == "".join(markup[a:b] for a, b in span["source"])
    assert own
    assert "title" not in app.score(**request_body, title="").json()["document"]


def test_the_answer_is_the_classifiers_with_the_request_id_after_the_id(app: App, classifier: Classifier) -> None:
    answer = app.call("POST", "/v1/score", json={"text": TEXT, "id": "a"}, headers={"x-request-id": "req-1"})
    own = classifier.score(TEXT, id="a").to_dict()
    expected = {"id": "a", "request_id": "req-1", **{k: v for k, v in own.items() if k != "id"}}
    assert answer.content == json.dumps(expected, ensure_ascii=False).encode()


def test_what_the_caller_says_is_used(app: App) -> None:
    answer = app.score(
        text=TEXT,
        facts={"genre": "vendor", "tier": "R3", "habit_forming": True},
        thresholds={"missing_safety_caveats": {"violating": 0.9}},
        url="https://example.org/a",
    ).json()
    told = {f["name"]: f["value"] for f in answer["facts"] if f["source"] == "request"}
    assert told == {"genre": "vendor", "tier": "R3", "habit_forming": True}
    assert answer["scores"]["missing_safety_caveats"]["thresholds"]["violating"] == 0.9


def test_offsets_in_the_unit_asked_for(app: App) -> None:
    text = "🌿 " + TEXT
    for unit, encoding, width in (("utf16", "utf-16-le", 2), ("utf8", "utf-8", 1)):
        spans = app.score(text=text, offset_unit=unit).json()["spans"]
        assert spans
        for span in spans:
            assert text.encode(encoding)[span["start"] * width : span["end"] * width].decode(encoding) == span["text"]


def test_nulls_are_as_if_left_out(app: App) -> None:
    answer = app.score(text=TEXT, html=None, title=None, facts=None, thresholds=None, id=None)
    assert answer.status_code == 200


def test_the_expected_model_answers_or_nobody(app: App, classifier: Classifier) -> None:
    assert app.score(text=TEXT, expect_model=classifier.model.sha256).status_code == 200
    detail = problem(app.score(text=TEXT, expect_model="0" * 64), 409, "model_mismatch")["detail"]
    assert classifier.model.sha256 in detail


def test_request_ids_are_taken_where_sane(app: App) -> None:
    def answered(offered: str | bytes) -> str:
        return str(app.call("GET", "/livez", headers={"x-request-id": offered}).headers["x-request-id"])

    assert answered("trace:4f/2=a+b") == "trace:4f/2=a+b"
    for bad in ("a b", "x" * 129, "<b>", b"\xe9"):
        assert re.fullmatch(r"[0-9a-f]{32}", answered(bad))


def test_policy_and_model_are_as_documented(app: App, classifier: Classifier) -> None:
    policy, model = app.call("GET", "/v1/policy").json(), app.call("GET", "/v1/model").json()
    assert same(PolicyOut, policy)
    assert same(ModelOut, model)
    assert model["sha256"] == classifier.model.sha256
    cited = {c for s in (*policy["signals"].values(), *policy["groups"].values()) for c in s["clauses"]}
    assert cited
    assert all(policy["clauses"][c]["citable"] for c in cited)
    told = app.score(text=TEXT, facts={name: fact["values"][0] for name, fact in policy["facts"].items()})
    assert told.status_code == 200


def test_the_examples_are_as_documented(app: App) -> None:
    assert same(ScoreRequest, examples.REQUEST)
    assert same(ScoreResult, examples.RESULT)
    assert same(ProblemOut, examples.PROBLEM)
    span = examples.RESULT["spans"][0]
    assert examples.TEXT[span["start"] : span["end"]] == span["text"]
    assert len(examples.TEXT) == examples.RESULT["document"]["length"]
    assert app.score(**examples.REQUEST).status_code == 200
    wrong = app.score(text=TEXT, facts={"tier": "R9"}).json()
    assert {**wrong, "request_id": examples.PROBLEM["request_id"]} == examples.PROBLEM
