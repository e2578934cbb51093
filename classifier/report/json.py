"""The JSON face: the contract's result, one object a line, so that one document and a thousand read alike."""

from __future__ import annotations

import json

from ..records import Result


def to_json(result: Result) -> str:
    """`result` as one line of JSON without a line end. Equal results give equal bytes."""
    return json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
