"""Lets a browser's session stand for the key that it was begun with, on every route of reporting.

The key is put where a program would have sent it, so routes and the services that are asked know
one kind of caller only. What changes something must come from a page of this origin.
"""

from urllib.parse import urlsplit

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.reporting.console.sessions import Sessions
from shared.event_store import StoreUnavailableError
from shared.http import Problem, unavailable

COOKIE = "huiyin_session"
PATH = "/reporting"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CROSS_ORIGIN = (
    "该请求不是从本系统的页面发出的，请在页面上重新操作。",
    "The request did not come from a page of this system: do it again on the page.",
)


class SessionDoor:
    """Pure ASGI; a key that a program sends itself is never looked at twice."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            token = request.cookies.get(COOKIE)
            if token and "authorization" not in request.headers:
                scope = await _with_key(request, token)
        await self._app(scope, receive, send)


async def _with_key(request: Request, token: str) -> Scope:
    """The request's scope, with the session's key or with what is to be said instead."""
    scope = request.scope
    if request.method not in SAFE and not is_from_here(request):
        return {**scope, "refusal": cross_origin()}
    try:
        key_token = await sessions_of(request).key_token(token)
    except StoreUnavailableError:
        return {**scope, "refusal": unavailable()}
    if key_token is None:
        return scope
    given = (b"authorization", f"Bearer {key_token}".encode())
    return {**scope, "headers": [*scope["headers"], given]}


def sessions_of(request: Request) -> Sessions:
    """The running service's logins."""
    return Sessions(request.app.state.service.core)


def is_from_here(request: Request) -> bool:
    """Whether a page of this very host sent it: browsers name the origin of whatever may write.

    Hosts are compared, not schemes: behind a proxy the service itself speaks http.
    """
    host = request.headers.get("host", "")
    return bool(host) and _host_of(request.headers.get("origin", "")) == host


def is_secure(request: Request) -> bool:
    """Whether the browser speaks https, whatever the proxy speaks to the service."""
    return request.headers.get("origin", "").startswith("https://")


def cross_origin() -> Problem:
    """What a write from elsewhere is answered."""
    return Problem(403, "cross-origin", titles=CROSS_ORIGIN)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
