"""The OpenAPI document: bodies are read by hand, so what they hold is described here from the types."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from . import examples
from .problems import CODES, PROBLEM_TYPE
from .schemas import BatchRequest, FailedItem, ProblemOut, ScoreRequest

REF = "#/components/schemas/"
_NDJSON = "application/x-ndjson"


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": content}}


_ONE = {"summary": "A product page", "value": examples.REQUEST}
_JSON_LINE = '{"id": "sku-8812", "text": "Calmroot reverses arthritis."}\n{"id": "sku-8813", "text": "May cause nausea."}\n'

SCORE_BODY = _body({"application/json": {"schema": {"$ref": REF + "ScoreRequest"}, "examples": {"product": _ONE}}})
BATCH_BODY = _body(
    {
        "application/json": {
            "schema": {"$ref": REF + "BatchRequest"},
            "examples": {"two": {"summary": "Two documents", "value": {"items": [examples.REQUEST, {"text": "May cause nausea."}]}}},
        },
        _NDJSON: {
            "schema": {"type": "string", "description": "One ScoreRequest a line."},
            "examples": {"two": {"summary": "Two lines", "value": _JSON_LINE}},
        },
    }
)


def answers(shape: type[BaseModel], *errors: int, stream: bool = False) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a call: its answer's type, and the problems it can end in."""
    out: dict[int | str, dict[str, Any]] = {200: {"model": shape, "description": (shape.__doc__ or "").split("\n")[0]}}
    if stream:
        out[200]["content"] = {_NDJSON: {"schema": {"type": "string", "description": "One ScoreResult or FailedItem a line, in order."}}}
    for status in errors:
        named = [code for code, (own, _) in CODES.items() if own == status]
        out[status] = {
            "description": f"Problem: {', '.join(named)}",
            "content": {PROBLEM_TYPE: {"schema": {"$ref": REF + "ProblemOut"}}},
        }
    return out


def describe_with(app: FastAPI) -> None:
    """Makes `app.openapi()` the framework's document plus the types of the bodies that are read by hand."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, license_info=app.license_info
    )
    shapes: tuple[type[BaseModel], ...] = (ScoreRequest, BatchRequest)
    _, requests = models_json_schema([(s, "validation") for s in shapes], ref_template=REF + "{model}")
    _, replies = models_json_schema([(s, "serialization") for s in (ProblemOut, FailedItem)], ref_template=REF + "{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in {**requests["$defs"], **replies["$defs"]}.items():
        schemas.setdefault(name, schema)
    schemas["ScoreResult"]["examples"] = [examples.RESULT]  # the framework drops nulls from examples, which makes them wrong
    return document
