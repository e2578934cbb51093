"""A batch as a stream: NDJSON in, NDJSON out, one answer a line, in order, while the body is still arriving."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .limits import LineSplitter, too_large
from .scoring import Scorer, failed_item
from .wire import NDJSON


class _Inbox:
    """Lines that have arrived and wait to be scored, at most about `limit` bytes of them.

    Reading runs ahead of scoring: a client that sends its whole body before it reads an answer would otherwise wait
    for the service to read while the service waits for the client to read. Ahead by so many bytes and no more.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lines: deque[bytes | None] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = anyio.Condition()

    async def put(self, lines: Iterator[bytes | None]) -> None:
        """Adds lines, then waits until there is room for more."""
        async with self._changed:
            for line in lines:
                self._lines.append(line)
                self._bytes += _weight(line)
            self._changed.notify_all()
            while self._bytes > self.limit:
                await self._changed.wait()

    async def close(self) -> None:
        """No more lines will come."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def take(self) -> tuple[bool, bytes | None]:
        """(True, the next line; None for one that was too long), or (False, None) at the end."""
        async with self._changed:
            while not self._lines and not self._closed:
                await self._changed.wait()
            if not self._lines:
                return False, None
            line = self._lines.popleft()
            self._bytes -= _weight(line)
            self._changed.notify_all()
            return True, line


def _weight(line: bytes | None) -> int:
    return 64 + len(line or b"")


class NdjsonAnswer(Response):
    """Reads the request's body itself and answers each line as it comes. Stops where the client goes away.

    A line longer than CAVEAT_MAX_BODY is answered with an error in its place; the stream as a whole has no limit.
    """

    media_type = NDJSON

    def __init__(self, scorer: Scorer, request_id: str, line_limit: int) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._scorer, self._request_id, self._limit = scorer, request_id, line_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inbox = _Inbox(self._limit)
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._read, receive, inbox, tasks.cancel_scope)
            await self._write(inbox, send)
            tasks.cancel_scope.cancel()

    async def _read(self, receive: Receive, inbox: _Inbox, whole: anyio.CancelScope) -> None:
        splitter = LineSplitter(self._limit)
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                whole.cancel()
                return
            await inbox.put(splitter.feed(message.get("body", b"")))
            more = message.get("more_body", False)
        await inbox.put(splitter.finish())
        await inbox.close()
        while (await receive())["type"] != "http.disconnect":
            pass
        whole.cancel()

    async def _write(self, inbox: _Inbox, send: Send) -> None:
        while True:
            there, line = await inbox.take()
            if not there:
                break
            if line is None or line.strip():
                await send({"type": "http.response.body", "body": await self._answer(line) + b"\n", "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _answer(self, line: bytes | None) -> bytes:
        if line is None:
            return failed_item(None, too_large(self._limit), self._request_id)
        return await self._scorer.line(line, self._request_id)
