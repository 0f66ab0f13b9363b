"""The routes of every service, and those of them that can be called without FastAPI's detours."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

Endpoint = Callable[[Request], Awaitable[Response]]


def service_router(service: str, tag: str | None = None) -> APIRouter:
    """Routes below `/{service}/v1`; an app takes them over as they are."""
    return APIRouter(
        prefix=f"/{service}/v1",
        tags=[tag or service],
        generate_unique_id_function=lambda route: route.name,
    )


def direct(routes: Iterable[BaseRoute]) -> Mapping[tuple[str, str], Endpoint]:
    """Of the routes those whose endpoint takes the request alone, by method and path.

    Not those of a class of their own, which does more than call the endpoint.
    """
    return {
        (method, route.path): route.endpoint
        for route in routes
        if type(route) is APIRoute and _takes_the_request_alone(route)
        for method in route.methods or ()
    }


def _takes_the_request_alone(route: APIRoute) -> bool:
    wanted = route.dependant
    return not (wanted.path_params or wanted.query_params)
