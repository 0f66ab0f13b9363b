"""Reporting as an app."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

import httpx
from fastapi import FastAPI

from services.reporting.api import ROUTERS
from services.reporting.bootstrap import bootstrap
from services.reporting.console.door import SessionDoor
from services.reporting.console.routers import PAGES
from shared.carrier import Carrier
from shared.clock import Clock
from shared.http.app import build_app
from shared.http.consumers import consumers_router
from shared.service import OnLine
from shared.settings import Settings


def create_app(
    settings: Settings,
    carrier: Carrier,
    clock: Clock | None = None,
    *,
    alone: bool = True,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> FastAPI:
    """The service's app; nothing opens before its lifespan begins.

    `transports` reach services that are not asked over the network.
    """
    reach = dict(transports or {})
    app = build_app(
        "reporting",
        lambda: bootstrap(settings, carrier, clock, reach),
        [*ROUTERS, *PAGES],
        alone=alone,
        operations=consumers_router("reporting"),
    )
    app.add_middleware(SessionDoor)
    reach["reporting"] = httpx.ASGITransport(_own(app), raise_app_exceptions=False)
    return app


def _own(app: FastAPI) -> FastAPI:
    """What every service answers of itself: the app's own routes speak for all services."""
    own = build_app("reporting", _never, [], alone=False)
    own.state = app.state
    return own


def _never() -> AbstractAsyncContextManager[tuple[object, OnLine]]:
    raise NotImplementedError("it lives in another app's lifespan")
