"""`caveat serve`: the REST service and the review page, by uvicorn."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..classifier import Classifier

if TYPE_CHECKING:
    from service.settings import Settings

GRACE_SECONDS = 10
HEALTH_SECONDS = 60  # a worker that is silent for longer is replaced; uvicorn's 5 are less than one takes to start on a busy machine
BACKLOG = 2048


class _WithSettings(click.Command):
    """Lists every setting under --help, from the table that the service reads them by."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from service.settings import describe

        with formatter.section("Settings, from the environment (an option wins)"):
            formatter.write_dl(describe())


@click.command(cls=_WithSettings)
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes.")
@click.option("--model", help="Model by directory, version or alias.")
@click.option("--policy", help="Policy file.")
def command(**options: Any) -> None:
    """Serve the REST API and the review page.

    The page stands at /, the API under /v1, its description at /openapi.json. SIGTERM stops it gracefully.
    """
    from dataclasses import replace

    from service.settings import from_environment

    settings = replace(from_environment(), **{name: value for name, value in options.items() if value is not None})
    classifier = Classifier.load(settings.model, settings.policy)  # before the port is taken: no model is an error of its own
    listener = _listen(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    answering = f"model {classifier.model.version}, policy {classifier.policy.profile}"
    run = _here(settings, classifier, listener) if settings.workers == 1 else _in_workers(settings, classifier.model.path, listener)
    del classifier
    # Last, so that whoever reads the line may stop the service with a signal at once.
    click.echo(f"caveat: listening on http://{host}:{listener.getsockname()[1]} ({answering})", err=True)
    run()


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises `OSError` with one line that says what to do."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)  # so that the line that says where we listen is true when it is read
    except OSError as error:
        raise OSError(error.errno, _why_not(error, host, port)) from None
    listener.set_inheritable(True)
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; name another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} on {host} may not be used by this user; name one above 1023 with --port"
    return f"cannot listen on {host}:{port}: {error.strerror}; name another address with --host"


def _uvicorn_options(settings: Settings) -> dict[str, Any]:
    """h11, because it bounds headers; no access log, because addresses and paths are the proxy's to log."""
    return {
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "http": "h11",
        "ws": "none",
        "loop": "asyncio",
        "lifespan": "on",
        "access_log": False,
        "log_level": "warning",
        "server_header": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "timeout_worker_healthcheck": HEALTH_SECONDS,
    }


def _here(settings: Settings, classifier: Classifier, listener: socket.socket) -> Callable[[], None]:
    """What serves in this process until a signal stops it. The signals are caught from now on."""
    import uvicorn

    from service.app import create_app

    server = uvicorn.Server(uvicorn.Config(create_app(settings, classifier), **_uvicorn_options(settings)))

    def stop(*_: object) -> None:
        """uvicorn raises a caught signal again after a clean stop, which would end with status 143 instead of 0."""
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return lambda: server.run(sockets=[listener])


def _in_workers(settings: Settings, model: Path, listener: socket.socket) -> Callable[[], None]:
    """What serves in worker processes, likewise. All load the directory `model`: an alias may point elsewhere by the
    time the last of them starts, and two workers with two models would answer one text in two ways."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    for name, value in {"CAVEAT_MODEL": str(model.resolve()), "CAVEAT_POLICY": settings.policy}.items():
        if value is not None:
            os.environ[name] = value  # a worker is a fresh process and reads its settings there
    config = uvicorn.Config("service.app:from_settings", factory=True, **_uvicorn_options(settings))
    return Multiprocess(config, sockets=[listener]).run
