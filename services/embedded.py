"""All five services in one process: one port, one event loop, a store each."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport
from starlette.types import Receive, Scope, Send

from services.dispatch.main import create_app as create_dispatch
from services.intake.main import create_app as create_intake
from services.reporting.main import create_app as create_reporting
from services.revisit.main import create_app as create_revisit
from services.sla.main import create_app as create_sla
from shared.carrier import EmbeddedLine
from shared.clock import Clock, SystemClock
from shared.http.app import Front, documented_app
from shared.http.health import health_router
from shared.http.metrics import metrics_router
from shared.http.problems import install_problems
from shared.settings import Settings


class ByFirstSegment:
    """Picks the app by the path's first segment and passes the path on unchanged.

    `mount` would strip the prefix; including the routers would lose each app's error answers.
    """

    def __init__(self, apps: Mapping[str, FastAPI], root: FastAPI) -> None:
        self.apps = apps
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = scope.get("path", "").lstrip("/").partition("/")[0]
        await self.apps.get(first, self._root)(scope, receive, send)

    def lifespan(self) -> AbstractAsyncContextManager[object]:
        """Opens all services; for who wants to hear why one does not open."""
        return self._root.router.lifespan_context(self._root)


def create_app(settings: Settings, clock: Clock | None = None) -> ByFirstSegment:
    """The five apps behind one door; the root's lifespan enters each one's own."""
    line = EmbeddedLine()
    clock = clock or SystemClock(settings.clock_speed)
    apps = {
        "intake": create_intake(settings, line, clock, alone=False),
        "dispatch": create_dispatch(settings, line, clock, alone=False),
        "sla": create_sla(settings, line, clock, alone=False),
        "revisit": create_revisit(settings, line, clock, alone=False),
    }
    transports = {
        name: ASGITransport(app, raise_app_exceptions=False) for name, app in apps.items()
    }
    apps["reporting"] = create_reporting(settings, line, clock, alone=False, transports=transports)

    @asynccontextmanager
    async def lifespan(_root: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            line.depart()
            yield

    return ByFirstSegment(apps, _root_app(apps, lifespan))


def _root_app(apps: Mapping[str, FastAPI], lifespan: Any) -> FastAPI:  # noqa: ANN401 - as FastAPI's
    root = documented_app("Huiyin 回音", lifespan)
    root.add_middleware(Front, service="root")
    install_problems(root)
    root.include_router(health_router(list(apps.values())))
    root.include_router(metrics_router(list(apps.values())))
    of_its_own = root.openapi

    def openapi() -> dict[str, Any]:
        schema = of_its_own()
        for app in apps.values():
            part = app.openapi()
            schema["paths"].update(part["paths"])
            for kind, components in part.get("components", {}).items():
                schema.setdefault("components", {}).setdefault(kind, {}).update(components)
        return schema

    root.openapi = openapi  # type: ignore[method-assign]
    return root
