"""Every answer has an id: the caller's X-Request-ID where it is a sane one, else a fresh one."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"
SANE = re.compile(r"[A-Za-z0-9._:+/=-]{1,128}")


def choose(offered: str | None) -> str:
    """The offered id if it is short and plain, so that it can stand in a header and a log; else a new one."""
    return offered if offered is not None and SANE.fullmatch(offered) else uuid.uuid4().hex


class RequestIds:
    """Pure ASGI: puts `request_id` into the scope's state and the header on the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own = choose(Headers(scope=scope).get(HEADER))
        scope.setdefault("state", {})["request_id"] = own

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = own
            await send(message)

        await self.app(scope, receive, named)
