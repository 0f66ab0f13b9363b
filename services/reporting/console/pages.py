"""What makes a route a page: its problems are pages too, and who is not logged in is asked to."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from services.reporting.console.rendering import problem_page
from shared.http import Problem
from shared.http.callers import key_of
from shared.http.problems import to_problem

CONSOLE = "/reporting/console"
FRAGMENT = "huiyin-fragment"
"""The header under which our script asks for a part of a page: it is told what went wrong."""
UNAUTHENTICATED = 401


class PageRoute(APIRoute):
    """Never called directly (`shared.http.routes.direct`): its errors are answered here."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except ClientDisconnect:
                raise
            except Exception as error:  # noqa: BLE001 - every error has its page
                return _answer(request, to_problem(request, _as_stranger(request, error)))

        return answer


def _as_stranger(request: Request, error: Exception) -> Exception:
    """Who gives no key learns nothing of what a path or a parameter must look like."""
    if isinstance(error, RequestValidationError):
        try:
            key_of(request)
        except Problem as problem:
            return problem
    return error


def _answer(request: Request, problem: Problem) -> Response:
    if problem.status == UNAUTHENTICATED and FRAGMENT not in request.headers:
        return to_login(request)
    return problem_page(request, problem)


def to_login(request: Request) -> Response:
    """The login, which leads back here; from a form, to the page that it stands on."""
    query = request.url.query
    here = f"{request.url.path}?{query}" if query else request.url.path
    if request.method != "GET":
        address = request.headers.get("referer", "").partition("://")[2]
        here = own_page(f"/{address.partition('/')[2]}")
    return see_other(f"{CONSOLE}/login?{urlencode({'next': here})}")


def see_other(path: str) -> Response:
    """Leads on to a page, after a form or in place of another page."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


def own_page(path: str) -> str:
    """The path, if it is one of the console's; else its first page. Nobody is led elsewhere."""
    is_ours = path == CONSOLE or path.startswith(f"{CONSOLE}/")
    is_plain = path.isascii() and path.isprintable() and "\\" not in path
    climbs = any(unquote(step) == ".." for step in path.partition("?")[0].split("/"))
    return path if is_ours and is_plain and not climbs else CONSOLE


def console_router() -> APIRouter:
    """Pages below `/reporting/console`; they stand in no API document."""
    return APIRouter(prefix=CONSOLE, route_class=PageRoute, include_in_schema=False)
