from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.schemas import ProblemOut, ScoreRequest, ScoreResult
from tests.service.conftest import App

CALLS = {"/v1/score": "post", "/v1/score/batch": "post", "/v1/policy": "get", "/v1/model": "get", "/livez": "get", "/readyz": "get"}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_describes_what_there_is_and_nothing_else(app: App) -> None:
    document = app.call("GET", "/openapi.json").json()
    assert {path: next(iter(methods)) for path, methods in document["paths"].items()} == CALLS
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_reference_resolves(app: App) -> None:
    document = app.call("GET", "/openapi.json").json()
    found = set(references(document))
    assert found
    assert all(ref.removeprefix("#/components/schemas/") in document["components"]["schemas"] for ref in found)


def test_bodies_and_problems_are_described_with_examples_that_are_valid(app: App) -> None:
    document = app.call("GET", "/openapi.json").json()
    body = document["paths"]["/v1/score"]["post"]["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        ScoreRequest.model_validate(example["value"])
        assert app.score(**example["value"]).status_code == 200
    batch = document["paths"]["/v1/score/batch"]["post"]["requestBody"]["content"]
    assert "error" not in app.call("POST", "/v1/score/batch", json=batch["application/json"]["examples"]["two"]["value"]).text
    assert "error" not in app.lines(batch["application/x-ndjson"]["examples"]["two"]["value"].encode()).text
    schemas = document["components"]["schemas"]
    assert ScoreResult.model_validate(schemas["ScoreResult"]["examples"][0])
    assert ProblemOut.model_validate(schemas["ProblemOut"]["examples"][0])
    for status in ("400", "409", "413", "415", "422", "500", "503"):
        assert "application/problem+json" in document["paths"]["/v1/score"]["post"]["responses"][status]["content"]


def test_requests_refuse_unknown_fields_in_the_schema_too(app: App) -> None:
    schema = app.call("GET", "/openapi.json").json()["components"]["schemas"]["ScoreRequest"]
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(ScoreRequest.model_fields)
