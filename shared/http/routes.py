"""The routes of every service: in FastAPI's documents, without its detours.

FastAPI matches an included router's routes twice a request, and opens three exit stacks for
dependencies that no route here has.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send


class DirectRoute(APIRoute):
    """Calls an endpoint that takes the request alone, and nothing between."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Awaitable[Response]],
        **settings: Any,  # noqa: ANN401 - as FastAPI's
    ) -> None:
        super().__init__(path, endpoint, **settings)
        wanted = self.dependant
        if not (wanted.path_params or wanted.query_params):
            self.app = _direct(endpoint)


def _direct(endpoint: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


def service_router(service: str, tag: str | None = None) -> APIRouter:
    """Routes below `/{service}/v1`; an app takes them over as they are."""
    return APIRouter(
        prefix=f"/{service}/v1",
        tags=[tag or service],
        route_class=DirectRoute,
        generate_unique_id_function=lambda route: route.name,
    )
