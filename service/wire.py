"""Bytes in, bytes out: media types, strict JSON, and the JSON of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from starlette.datastructures import Headers

from .problems import ProblemError

JSON = "application/json"
NDJSON = "application/x-ndjson"


class _UnusableError(ValueError):
    """JSON that Python would read and the standard does not know, or that would lose something. Says why."""


def media_type(headers: Headers, accepted: tuple[str, ...]) -> str:
    """The body's media type, one of `accepted`. Raises a 415 that says what is accepted."""
    wanted = f"Send {' or '.join(accepted)} in UTF-8, not compressed."
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise ProblemError("unsupported_media_type", wanted, headers={"Accept-Encoding": "identity"})
    name, _, rest = headers.get("content-type", "").partition(";")
    if name.strip().lower() not in accepted or not _utf8(rest):
        raise ProblemError("unsupported_media_type", wanted, headers={"Accept-Post": ", ".join(accepted)})
    return name.strip().lower()


def _utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
            return False
    return True


def read_json(raw: bytes | bytearray) -> Any:
    """The JSON in `raw`. Raises a 400: not UTF-8, not JSON, NaN or Infinity, a key twice in one object, nested too deep."""
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise ProblemError("bad_json", "Expected JSON in UTF-8; the bytes are not UTF-8.") from None
    except RecursionError:
        raise ProblemError("bad_json", "The JSON is nested too deep.") from None
    except json.JSONDecodeError as error:
        raise ProblemError(
            "bad_json", f"Expected JSON; it breaks off or goes wrong at line {error.lineno}, column {error.colno}."
        ) from None
    except _UnusableError as error:
        raise ProblemError("bad_json", str(error)) from None
    except ValueError:  # a number of thousands of digits
        raise ProblemError("bad_json", "The JSON holds a number that is too long.") from None


def _refuse_constant(_name: str) -> NoReturn:
    raise _UnusableError("NaN and Infinity are not JSON; leave the value out or send null.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise _UnusableError("An object holds the same key twice; one of the values would be lost.")
    return out


def write_json(value: Any) -> bytes:
    """`value` as the bytes of an answer. The same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def with_request_id(result: Mapping[str, Any], request_id: str) -> dict[str, Any]:
    """A result with `request_id` right after `id`."""
    return {"id": result["id"], "request_id": request_id, **{k: v for k, v in result.items() if k != "id"}}
