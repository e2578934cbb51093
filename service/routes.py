"""The calls of the contract."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from .about import model_document, policy_document
from .documentation import BATCH_BODY, SCORE_BODY, answers
from .limits import read_body
from .page import load_page
from .problems import ProblemError
from .schemas import Alive, BatchResult, ModelOut, PolicyOut, Ready, ScoreResult
from .scoring import Scorer
from .stream import NdjsonAnswer
from .wire import JSON, NDJSON, media_type, write_json

NO_CACHE = {"cache-control": "no-cache"}


def scoring_routes(scorer: Scorer) -> APIRouter:
    """POST /v1/score and /v1/score/batch."""
    router = APIRouter(tags=["score"])
    limit = scorer.settings.max_body

    @router.post("/v1/score", responses=answers(ScoreResult, 400, 409, 413, 415, 422, 500, 503), openapi_extra=SCORE_BODY)
    async def score(request: Request) -> Response:
        """Scores one document for both policies, with the words, the clauses and the checklist behind the scores."""
        media_type(request.headers, (JSON,))
        scorer.classifier()
        body = await read_body(request, limit)
        return _json(await scorer.answer(body, request.state.request_id))

    @router.post("/v1/score/batch", responses=answers(BatchResult, 400, 413, 415, 422, 500, 503, stream=True), openapi_extra=BATCH_BODY)
    async def score_batch(request: Request) -> Response:
        """Scores up to 1,000 documents in one JSON call, or any number as a stream of NDJSON lines, in order.

        A document that cannot be scored comes out as `{"id", "error"}` in its place. A stream is read ahead of what
        has been answered by CAVEAT_MAX_BODY bytes at most: read answers while sending where it is longer.
        """
        kind = media_type(request.headers, (JSON, NDJSON))
        scorer.classifier()
        request_id = request.state.request_id
        if kind == NDJSON:
            return NdjsonAnswer(scorer, request_id, limit)
        items = await scorer.items(await read_body(request, limit))
        return _json(b'{"items": [' + b", ".join([await scorer.item(item, request_id) for item in items]) + b"]}")

    return router


def about_routes(scorer: Scorer) -> APIRouter:
    """GET /v1/policy and /v1/model."""
    router = APIRouter(tags=["about"])

    @router.get("/v1/policy", responses=answers(PolicyOut, 500, 503))
    async def policy() -> Response:
        """The policy in force: effective thresholds, signals, caveat groups, facts and clauses."""
        return _json(write_json(policy_document(scorer.classifier().policy)))

    @router.get("/v1/model", responses=answers(ModelOut, 500, 503))
    async def model() -> Response:
        """The model that answers, and its card's facts."""
        return _json(write_json(model_document(scorer.classifier())))

    return router


def health_routes(scorer: Scorer) -> APIRouter:
    """GET /livez and /readyz."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", responses=answers(Alive))
    async def livez() -> Response:
        """The process answers."""
        return _json(write_json({"status": "alive"}))

    @router.get("/readyz", responses=answers(Ready, 503))
    async def readyz() -> Response:
        """The model is loaded and reproduces its golden documents."""
        model = scorer.classifier().model
        return _json(write_json({"status": "ready", "model": {"version": model.version, "sha256": model.sha256}}))

    return router


def page_routes() -> APIRouter:
    """GET / and the files of the page."""
    router = APIRouter(include_in_schema=False)
    files = load_page()

    @router.get("/")
    async def page() -> Response:
        content, kind = files["index.html"]
        return Response(content, headers=NO_CACHE, media_type=kind)

    @router.get("/page/{name}")
    async def page_file(name: str) -> Response:
        if name not in files:
            raise ProblemError("not_found", "No resource stands at this path; /openapi.json lists what there is.")
        content, kind = files[name]
        return Response(content, headers=NO_CACHE, media_type=kind)

    return router


def _json(body: Any) -> Response:
    return Response(body, media_type=JSON)
