"""From parsed JSON to a document, and from what is wrong with it to a 422 that repeats nothing of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from classifier import Classifier, Document, InputError, TextError

from .problems import FieldError, ProblemError
from .schemas import KINDS, BatchRequest, FactsIn, PolicyThresholdsIn, ScoreRequest, ThresholdsIn

MOST_ERRORS = 20
DEEPEST = 4
Shape = TypeVar("Shape", bound=BaseModel)

_EXPECTED: Mapping[str, str] = {
    "missing": "a value; it is required",
    "string_type": "a text",
    "string_sub_type": "a text",
    "bool_type": "true or false",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number above 0 and below 1",
    "greater_than": "a number above 0",
    "less_than": "a number below 1",
    "list_type": "a list",
    "too_long": "at most 1,000 items",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "string_pattern_mismatch": "a SHA-256 in 64 lower-case hex digits",
    "string_unicode": "valid Unicode; it holds a lone surrogate",
}


def to_document(value: Any, classifier: Classifier, max_text: int) -> Document:
    """A validated document. Raises a 422 (which field, what was expected), a 413 where the text is too long, or a 409
    where another model was expected."""
    genres = tuple(classifier.policy.genres)
    request = _validated(ScoreRequest, value, {"genres": genres})
    _check_length(request, max_text)
    if request.expect_model is not None and request.expect_model != classifier.model.sha256:
        model = classifier.model
        raise ProblemError("model_mismatch", f"The model that answers here is {model.version}, sha256 {model.sha256}.")
    return Document(
        text=request.text,
        html=request.html,
        markdown=request.markdown,
        id=request.id,
        title=request.title,
        url=request.url,
        facts=None if request.facts is None else request.facts.model_dump(exclude_none=True),
        thresholds=None if request.thresholds is None else request.thresholds.model_dump(exclude_none=True),
        explain=request.explain,
        offset_unit=request.offset_unit,
    )


def to_items(value: Any) -> list[Any]:
    """The items of a batch, not yet validated. Raises a 422."""
    return _validated(BatchRequest, value, None).items


def from_input_error(error: InputError) -> ProblemError:
    """What the classifier refuses, as a 422. Its messages hold no submitted text."""
    return ProblemError("bad_text" if isinstance(error, TextError) else "bad_input", str(error))


def _check_length(request: ScoreRequest, limit: int) -> None:
    kind = next(k for k in KINDS if getattr(request, k) is not None)
    length = len(getattr(request, kind)) + len(request.title or "")
    if length > limit:
        expected = f"at most {limit:,} code points with the title (CAVEAT_MAX_TEXT); {length:,} were sent, none was scored"
        raise _refused([FieldError(kind, expected)], "text_too_long")


def _validated(shape: type[Shape], value: Any, context: dict[str, Any] | None) -> Shape:
    if not isinstance(value, dict):
        raise _refused([FieldError("body", "an object")])
    surrogates = sorted(set(_surrogates(value, shape, "")))
    if surrogates:
        raise _refused([FieldError(s, _EXPECTED["string_unicode"]) for s in surrogates], "bad_text")
    try:
        return shape.model_validate(value, context=context)
    except ValidationError as error:
        found = [_field_error(e, shape) for e in error.errors(include_url=False, include_input=False)]
    raise _refused(list(dict.fromkeys(found)))


def _refused(errors: list[FieldError], code: str = "bad_input") -> ProblemError:
    shown = errors[:MOST_ERRORS]
    more = f"; and {len(errors) - MOST_ERRORS:,} more" if len(errors) > MOST_ERRORS else ""
    return ProblemError(code, "; ".join(f"{e.field}: expected {e.expected}" for e in shown) + more, shown)


def _field_error(error: Any, shape: type[BaseModel]) -> FieldError:
    """One finding of pydantic's in our words. An unknown name was submitted, so it is not repeated."""
    kind, location = error["type"], [str(part) for part in error["loc"]]
    if kind == "extra_forbidden":
        known = _known(shape, location[:-1])
        near = difflib.get_close_matches(location[-1][:60], known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return FieldError(".".join(location[:-1]) or "body", f"known fields only: {', '.join(known)}{hint}")
    expected = error.get("ctx", {}).get("expected") if kind in ("expected", "literal_error") else None
    if kind == "literal_error":
        expected = f"one of {str(expected).replace(' or ', ', ')}".replace("'", "")
    return FieldError(".".join(location) or "body", str(expected or _EXPECTED.get(kind, "another kind of value")))


def _known(shape: type[BaseModel], location: list[str]) -> list[str]:
    inner: type[BaseModel] = shape
    if location[:1] == ["facts"]:
        inner = FactsIn
    elif location[:1] == ["thresholds"]:
        inner = PolicyThresholdsIn if len(location) == 1 else ThresholdsIn
    return list(inner.model_fields)


def _surrogates(value: Any, shape: type[BaseModel], at: str, depth: int = 0) -> Iterable[str]:
    """Where a lone surrogate stands among the fields of one document; a batch's items are looked at one by one.

    Looks as deep as fields nest and no deeper: what nests further is of a wrong kind and refused as such.
    """
    if isinstance(value, str):
        if not _is_unicode(value):
            yield at or "body"
    elif isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            if not _is_unicode(key):
                yield at or "body"
            elif shape is not BatchRequest or key != "items":
                yield from _surrogates(inner, shape, _join(at, key), depth + 1)


def _join(at: str, key: str) -> str:
    if key not in _NAMES:
        return at
    return f"{at}.{key}" if at else key


_NAMES = frozenset(n for s in (ScoreRequest, FactsIn, PolicyThresholdsIn, ThresholdsIn) for n in s.model_fields)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
