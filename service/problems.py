"""Errors as RFC 9457 problem documents. No problem holds submitted text: only known names and what was expected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

PROBLEM_TYPE = "application/problem+json"

# code: (status, title). A code is stable; a title is for people and may be reworded.
CODES: Mapping[str, tuple[int, str]] = {
    "bad_json": (400, "The body is not valid JSON"),
    "bad_request": (400, "The request cannot be understood"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This method is not allowed here"),
    "model_mismatch": (409, "Another model answers than was expected"),
    "body_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body's media type is not supported"),
    "bad_input": (422, "The request is not valid"),
    "bad_text": (422, "The text is not valid Unicode"),
    "text_too_long": (413, "The text is too long"),
    "internal": (500, "Something went wrong in the service"),
    "not_ready": (503, "The service is not ready"),
}


@dataclass(frozen=True)
class FieldError:
    """One field that is wrong: where it stands, by known names and indexes only, and what was expected there."""

    field: str
    expected: str


class ProblemError(Exception):
    """An error with an answer. `code` is a key of `CODES`; `detail` must not hold anything that was submitted."""

    def __init__(self, code: str, detail: str, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors, self.headers = code, detail, tuple(errors), dict(headers or {})

    @property
    def status(self) -> int:
        return CODES[self.code][0]

    def document(self, request_id: str) -> dict[str, Any]:
        """The problem document (RFC 9457, with `code`, `request_id` and, where fields are wrong, `errors`)."""
        out: dict[str, Any] = {
            "type": f"urn:caveat:problem:{self.code}",
            "title": CODES[self.code][1],
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }
        if self.errors:
            out["errors"] = [{"field": e.field, "expected": e.expected} for e in self.errors]
        return out

    def response(self, request_id: str) -> Response:
        """The problem as an answer."""
        body = json.dumps(self.document(request_id), ensure_ascii=False).encode()
        return Response(body, self.status, self.headers, PROBLEM_TYPE)


INTERNAL = "The request was not answered. Report the request_id to whoever runs this service."


def from_http(error: HTTPException) -> ProblemError:
    """The framework's own errors (404, 405) as problems."""
    headers = dict(error.headers or {})
    if error.status_code == 404:
        return ProblemError("not_found", "No resource stands at this path; /openapi.json lists what there is.")
    if error.status_code == 405:
        return ProblemError("method_not_allowed", f"Allowed here: {headers.get('Allow', 'see /openapi.json')}.", headers=headers)
    if error.status_code < 500:
        return ProblemError("bad_request", "The request cannot be understood.")
    return ProblemError("internal", INTERNAL)


async def answer_problem(request: Request, error: Exception) -> Response:
    """Exception handler for `ProblemError`."""
    assert isinstance(error, ProblemError)
    return error.response(request.state.request_id)


async def answer_http(request: Request, error: Exception) -> Response:
    """Exception handler for the framework's `HTTPException`."""
    assert isinstance(error, HTTPException)
    return from_http(error).response(request.state.request_id)
