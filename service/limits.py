"""What a caller may send: bytes in a body, bytes in a line. Counted while reading, so a chunked body cannot hide."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive

from .problems import ProblemError

DRAIN_SECONDS = 2.0
DRAIN_TIMES = 4


class DisconnectedError(Exception):
    """The caller has gone; nobody is there to be answered."""


def too_large(limit: int) -> ProblemError:
    """A 413 that names the limit."""
    return ProblemError("body_too_large", f"A body may hold {limit:,} bytes (CAVEAT_MAX_BODY); send fewer documents in one call.")


async def read_body(request: Request, limit: int) -> bytearray:
    """The whole body. Raises a 413 as soon as it is known to pass `limit` bytes, whatever its length header says."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        await _drain(request.receive, request.headers, limit)
        raise too_large(limit)
    body = bytearray()
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        body += message.get("body", b"")
        if len(body) > limit:
            if message.get("more_body", False):
                await _drain(request.receive, request.headers, limit)
            raise too_large(limit)
        if not message.get("more_body", False):
            return body


async def _drain(receive: Receive, headers: Headers, limit: int) -> None:
    """Reads on and discards, within bounds: a connection closed on a client that is still sending resets it, and the
    client would see a broken pipe instead of the 413. A client that asked with Expect: 100-continue has sent nothing."""
    if headers.get("expect", "").lower() == "100-continue":
        return
    left = limit * DRAIN_TIMES
    with anyio.move_on_after(DRAIN_SECONDS):
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return


class LineSplitter:
    """Cuts chunks of bytes into lines. A line over `limit` bytes comes out as None and is never held in memory."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._part = bytearray()
        self._over = False

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        """The lines that `chunk` completes, without their line ends."""
        *complete, rest = chunk.split(b"\n")
        for piece in complete:
            self._add(piece)
            yield self._take()
        self._add(rest)

    def finish(self) -> Iterator[bytes | None]:
        """The last line, where no line end followed it."""
        if self._part or self._over:
            yield self._take()

    def _add(self, piece: bytes) -> None:
        if not self._over:
            self._part += piece
        if len(self._part) > self.limit:
            self._part.clear()
            self._over = True

    def _take(self) -> bytes | None:
        line = None if self._over else bytes(self._part)
        self._part.clear()
        self._over = False
        return line
