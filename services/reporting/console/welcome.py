"""The console's own addresses: its first page, its files, and all that is no page."""

from fastapi import Request, Response

from services.reporting.console.navigation import destinations_for
from services.reporting.console.pages import console_router, see_other
from services.reporting.console.rendering import page
from services.reporting.console.static_files import static_files
from shared.http import Problem
from shared.http.callers import key_of

router = console_router()

FOR_GOOD = "public, max-age=31536000, immutable"
"""A file's address changes with it."""


@router.get("")
@router.get("/")
async def show_first_page(request: Request) -> Response:
    """The first page that the key may open; one that may open none is told so."""
    may_open = destinations_for(key_of(request))
    return see_other(may_open[0].path) if may_open else page(request, "nothing.html")


@router.get("/static/{name}")
async def show_file(name: str) -> Response:
    """Style and script, to whomever."""
    file = static_files().get(name)
    if file is None:
        raise Problem(404, "not-found")
    headers = {"Cache-Control": FOR_GOOD, "X-Content-Type-Options": "nosniff"}
    return Response(file.content, headers=headers, media_type=file.media_type)


@router.get("/{anything:path}")
async def show_nothing(request: Request, anything: str) -> Response:  # noqa: ARG001 - the route's
    """There is no such page; who is not logged in is asked to before they are told."""
    key_of(request)
    raise Problem(404, "not-found")
