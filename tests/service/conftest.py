"""The service in two ways: as a real process, and as an application called without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from classifier import Classifier
from service.app import create_app
from service.settings import Settings

SMALL = Settings(max_body=50_000, max_text=20_000)
CANARY = "xqcanaryzv"
TEXT = "Calmroot drops reverse arthritis in seven days and cannot harm you. Talk to your pharmacist first if you take blood thinners."


@dataclass
class Server:
    """A running `caveat serve`. `log` holds what it has written so far."""

    process: subprocess.Popen[bytes]
    url: str
    lines: list[str] = field(default_factory=list)

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def client(self) -> httpx.Client:
        """A client with more patience than the five seconds it has by default: a busy machine is no failure."""
        return httpx.Client(base_url=self.url, timeout=60)

    def stop(self) -> int:
        """SIGTERM, then the exit code."""
        self.process.terminate()
        return self.process.wait(60)


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[Server]:
    """`caveat serve` on a free port, ready, and stopped at the end whatever the test came to."""
    command = [sys.executable, "-m", "classifier", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **environment})
    try:
        server = _announced(process)
        threading.Thread(target=_follow, args=(process, server.lines), daemon=True).start()
        with server.client() as client:
            until_ready(lambda: client.get("/readyz"))
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


def _announced(process: subprocess.Popen[bytes]) -> Server:
    """The server once it has said where it listens. A warning of some library may come before that line."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in iter(process.stdout.readline, b""):
        lines.append(line.decode(errors="replace"))
        if found := re.search(r"listening on (http://\S+)", lines[-1]):
            return Server(process, found[1], lines)
    pytest.fail(f"the service ended with {process.wait(60)}: {''.join(lines)}")


def _follow(process: subprocess.Popen[bytes], lines: list[str]) -> None:
    assert process.stdout is not None
    lines.extend(line.decode(errors="replace") for line in iter(process.stdout.readline, b""))


def until_ready(ask: Callable[[], httpx.Response]) -> None:
    """Asks /readyz until it says so. Fails at once where the model cannot be used, else after a minute."""
    answer = ask()
    for _ in range(600):
        if answer.status_code == 200:
            return
        if "being loaded" not in answer.text:
            break
        time.sleep(0.1)
        answer = ask()
    pytest.fail(f"the service did not become ready: {answer.text}")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One real process for the session, with small limits."""
    with serving(CAVEAT_MAX_BODY=str(SMALL.max_body), CAVEAT_MAX_TEXT=str(SMALL.max_text)) as running:
        yield running
        assert running.stop() == 0


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@dataclass
class App:
    """The application, called directly."""

    portal: BlockingPortal
    client: httpx.AsyncClient

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            return await self.client.request(method, path, **options)

        return self.portal.call(send)

    def score(self, **request: Any) -> httpx.Response:
        return self.call("POST", "/v1/score", json=request)

    def raw(self, body: bytes, path: str = "/v1/score", kind: str = "application/json") -> httpx.Response:
        return self.call("POST", path, content=body, headers={"content-type": kind})

    def lines(self, body: bytes) -> httpx.Response:
        return self.raw(body, "/v1/score/batch", "application/x-ndjson")


@pytest.fixture(scope="session")
def app(classifier: Classifier) -> Iterator[App]:
    """The application with the session's model and small limits, ready."""
    application = create_app(SMALL, classifier)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(application.router.lifespan_context(application)):
        own = App(portal, httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://caveat.test"))
        until_ready(lambda: own.call("GET", "/readyz"))
        yield own


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that must be one, whole and free of what was submitted."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(document)
    assert (document["status"], document["code"]) == (status, code)
    assert document["request_id"] == answer.headers["x-request-id"]
    assert CANARY not in answer.text
    return document
