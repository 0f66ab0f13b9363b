"""The app that every service is: problems, traces, health, metrics and offline documents."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.callers import key_of
from shared.http.health import health_router
from shared.http.metrics import REQUEST_SECONDS, metrics_router
from shared.http.openapi import openapi
from shared.http.operations import operations_router
from shared.http.problems import Problem, install_problems, problem_answer, to_problem
from shared.http.routes import Endpoint, direct
from shared.http.trace import new_traceparent
from shared.service import OnLine

if TYPE_CHECKING:
    from prometheus_client import Histogram

VERSION = "0.1.0"


Lifespan = Callable[[], AbstractAsyncContextManager[tuple[object, OnLine]]]
"""Opens a service's container and its place on the line."""


class Front:
    """Gives each request its trace and counts it; pure ASGI, for BaseHTTPMiddleware costs half.

    What `direct` names is answered here: FastAPI's routing, its exit stacks and its search for
    dependencies that no such endpoint has cost half as much again as what is done in between.
    """

    def __init__(
        self, app: ASGIApp, service: str, direct: Mapping[tuple[str, str], Endpoint] | None = None
    ) -> None:
        self._app = app
        self._service = service
        self._direct = direct or {}
        self._series: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((v for k, v in scope["headers"] if k == b"traceparent"), b"")
        scope["traceparent"], scope["trace_id"] = new_traceparent(given.decode("latin-1"))
        started = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        endpoint = self._direct.get((scope["method"], scope["path"]))
        try:
            if endpoint is None:
                await self._app(scope, receive, watch)
            else:
                await _answer(endpoint, scope, receive, watch)
        finally:
            route = scope["path"] if endpoint else getattr(scope.get("route"), "path", "unknown")
            self._count(scope, route, status, time.perf_counter() - started)

    def _count(self, scope: Scope, route: str, status: int, seconds: float) -> None:
        key = (scope["method"], route, status)
        series = self._series.get(key)
        if series is None:  # finding a series by its labels costs more than observing
            labels = (self._service, scope["method"], route, str(status))
            series = self._series[key] = REQUEST_SECONDS.labels(*labels)
        series.observe(seconds)


async def _answer(endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive, send)
    try:
        response = await endpoint(request)
    except ClientDisconnect:
        response = Response(status_code=400)  # nobody hears it, and it is no fault of ours
    except Exception as error:  # noqa: BLE001 - every error has its answer
        response = problem_answer(request, to_problem(request, error))
    await response(scope, receive, send)


async def _strange(request: Request, error: Exception) -> Response:
    """Who gives no key learns nothing of what a path or a parameter must look like."""
    try:
        key_of(request)
    except Problem as problem:
        error = problem
    return problem_answer(request, to_problem(request, error))


def build_app(
    name: str,
    lifespan: Lifespan,
    routers: Sequence[APIRouter],
    *,
    alone: bool = True,
    operations: APIRouter | None = None,
) -> FastAPI:
    """A service's app; `alone` adds what stands at the root once per process.

    `operations` take the place of the routes that operators find in every service.
    """

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan() as (service, line):
            app.state.service = service
            app.state.line = line
            app.state.keys = line.core.keys
            app.state.secret = line.core.secret
            app.state.started = True
            yield
            app.state.started = False

    app = documented_app(f"Huiyin {name}", live)
    app.state.started = False
    install_problems(app)
    app.add_exception_handler(RequestValidationError, _strange)
    for router in (*routers, operations or operations_router(name)):
        app.router.routes.extend(router.routes)  # included, each would be matched twice a request
    app.add_middleware(Front, service=name, direct=direct(app.routes))
    if alone:
        app.include_router(health_router([app]))
        app.include_router(metrics_router([app]))
    return app


def documented_app(title: str, lifespan: Callable[[FastAPI], Any] | None = None) -> FastAPI:
    """An app whose documents open without a network and show the bodies that routes read."""
    app: FastAPI = FastAPIOffline(
        title=title,
        version=VERSION,
        lifespan=lifespan,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would lead to whatever host the request named
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours: trace.py, metrics.py
        generate_unique_id_function=lambda route: route.name,
        servers=[{"url": "/", "description": "this service"}],
        description="Complaints from registration to the customer's satisfaction.",
    )
    app.openapi = lambda: app.openapi_schema or openapi(app)  # type: ignore[method-assign]
    return app
