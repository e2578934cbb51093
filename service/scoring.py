"""The classifier behind the service: loaded and checked once, then scoring in threads so that the loop stays free."""

from __future__ import annotations

import logging
from typing import Any

import anyio
from anyio import to_thread

from classifier import CaveatError, Classifier, Document, InputError

from .guard import log_error
from .problems import INTERNAL, ProblemError
from .settings import Settings
from .validation import from_input_error, to_document, to_items
from .wire import read_json, with_request_id, write_json

log = logging.getLogger("caveat.service")
RETRY_SECONDS = "1"


class Scorer:
    """Scores documents with one classifier. Scoring is CPU-bound Python, so `settings.threads` bounds it.

    Not ready until `start` has loaded the classifier (where none was passed in) and it has reproduced its golden
    documents; where that fails, `failure` holds the error's code and the service stays up and not ready.
    """

    def __init__(self, settings: Settings, classifier: Classifier | None = None) -> None:
        self.settings = settings
        self.failure: str | None = None
        self._given = classifier
        self._ready: Classifier | None = None
        self._limiter = anyio.CapacityLimiter(settings.threads)

    async def start(self) -> None:
        """Loads and checks, in a thread."""
        await to_thread.run_sync(self._load, limiter=anyio.CapacityLimiter(1))

    def _load(self) -> None:
        try:
            classifier = self._given or Classifier.load(self.settings.model, self.settings.policy)
            classifier.check_golden()
        except CaveatError as error:
            self.failure = error.code
            log.error("not ready: %s", error)
        except Exception as error:  # nothing of a damaged model may leave the service silent about why it is not ready
            self.failure = "internal"
            log_error(error, "-")
        else:
            self._ready = classifier

    def classifier(self) -> Classifier:
        """The classifier, loaded and checked. Raises a 503 until then."""
        if self._ready is None:
            why = "The model is being loaded." if self.failure is None else f"The model cannot be used ({self.failure}); the log says why."
            raise ProblemError("not_ready", why, headers={"Retry-After": RETRY_SECONDS})
        return self._ready

    async def answer(self, raw: bytes | bytearray, request_id: str) -> bytes:
        """The answer to one document's JSON. Raises `ProblemError`."""
        classifier = self.classifier()
        return await to_thread.run_sync(self._answer, classifier, raw, request_id, limiter=self._limiter)

    async def items(self, raw: bytes | bytearray) -> list[Any]:
        """The items of a batch, parsed but not validated. Raises `ProblemError`."""
        return await to_thread.run_sync(lambda: to_items(read_json(raw)), limiter=self._limiter)

    async def item(self, value: Any, request_id: str) -> bytes:
        """The answer to one item of a batch. What is wrong with it is the answer in its place, never an exception."""
        return await to_thread.run_sync(self._item, self.classifier(), value, request_id, limiter=self._limiter)

    async def line(self, raw: bytes, request_id: str) -> bytes:
        """The answer to one line of a stream, likewise."""
        return await to_thread.run_sync(self._line, self.classifier(), raw, request_id, limiter=self._limiter)

    # ------------------------------------------------------------ in a thread

    def _answer(self, classifier: Classifier, raw: bytes | bytearray, request_id: str) -> bytes:
        return self._score(classifier, read_json(raw), request_id)

    def _score(self, classifier: Classifier, value: Any, request_id: str) -> bytes:
        document = to_document(value, classifier, self.settings.max_text)
        return write_json(with_request_id(_scored(classifier, document), request_id))

    def _item(self, classifier: Classifier, value: Any, request_id: str) -> bytes:
        try:
            return self._score(classifier, value, request_id)
        except ProblemError as error:
            return failed_item(value, error, request_id)
        except Exception as error:
            log_error(error, request_id)
            return failed_item(value, ProblemError("internal", INTERNAL), request_id)

    def _line(self, classifier: Classifier, raw: bytes, request_id: str) -> bytes:
        try:
            value = read_json(raw)
        except ProblemError as error:
            return failed_item(None, error, request_id)
        return self._item(classifier, value, request_id)


def _scored(classifier: Classifier, document: Document) -> dict[str, Any]:
    try:
        return classifier.score_document(document).to_dict()
    except InputError as error:
        raise from_input_error(error) from None


def failed_item(value: Any, error: ProblemError, request_id: str) -> bytes:
    """A bad item as `{"id", "error"}`. Its id is given back where it has a usable one."""
    return write_json({"id": _usable_id(value), "error": error.document(request_id)})


def _usable_id(value: Any) -> str | None:
    own = value.get("id") if isinstance(value, dict) else None
    if not isinstance(own, str) or len(own) > 200:
        return None
    return own if own == own.encode(errors="replace").decode() else None
