"""The application, put together from parts that are passed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from classifier import Classifier, __version__

from .documentation import describe_with
from .guard import HeadAsGet, LastResort, SecurityHeaders
from .problems import ProblemError, answer_http, answer_problem
from .request_id import RequestIds
from .routes import about_routes, health_routes, page_routes, scoring_routes
from .scoring import Scorer
from .settings import Settings, from_environment

ABOUT = (
    "Scores health content for unbalanced therapeutic claims and missing safety caveats, with the words and the rules behind each score."
)


def create_app(settings: Settings, classifier: Classifier | None = None) -> FastAPI:
    """The service. Without a `classifier` it loads the one that `settings` name; either way it is ready only once the
    classifier has reproduced its golden documents. Loading runs beside the server, so that /livez answers meanwhile."""
    scorer = Scorer(settings, classifier)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(scorer.start)
            yield
            tasks.cancel_scope.cancel()

    app = FastAPI(
        title="Caveat",
        version=__version__,
        description=ABOUT,
        license_info={"name": "Apache-2.0"},
        docs_url=None,  # the framework's pages load scripts from foreign hosts
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        exception_handlers={ProblemError: answer_problem, HTTPException: answer_http},
        # Outermost first. All pure ASGI: nothing here buffers a body.
        middleware=[Middleware(m) for m in (RequestIds, SecurityHeaders, HeadAsGet, LastResort)],
    )
    for router in (scoring_routes(scorer), about_routes(scorer), health_routes(scorer), page_routes()):
        app.include_router(router)
    describe_with(app)
    return app


def from_settings() -> FastAPI:
    """The factory for worker processes, which find their settings in the environment."""
    return create_app(from_environment())
