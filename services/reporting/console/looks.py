"""Who looked at what, searched for what, and took what away: the newest first."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.reporting.api.service import reporting_of
from services.reporting.console.finding import Empty
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.rendering import command, page
from services.reporting.models import ReadingsQuery
from services.reporting.queries import find_readings, numbers_of
from shared.http import Label, authorize, decode_cursor
from shared.http.answers import encode_cursor
from shared.http.fields import Cursor

router = console_router()

PAGE = f"{CONSOLE}/looks"
SHOWN = 50


class LooksQuery(BaseModel):
    """By whom; by everybody, unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reader: Annotated[Label | None, Empty] = None
    cursor: Annotated[Cursor | None, Empty] = None


@router.get("/looks")
async def show_looks(request: Request, asked: Annotated[LooksQuery, Query()]) -> Response:
    """Those at tickets that were the caller's to see then."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    after = decode_cursor(asked.cursor, tuple[str, str])
    wanted = ReadingsQuery(reader=asked.reader, limit=SHOWN)
    looks, following = await find_readings(reporting, caller, wanted, after)
    said = {"reader": asked.reader} if asked.reader else {}
    query = urlencode(said)
    return page(
        request,
        "looks.html",
        asked=asked,
        looks=looks,
        numbers=await numbers_of(reporting, (one.ticket_id for one in looks)),
        older=f"{PAGE}?{urlencode({**said, 'cursor': encode_cursor(following)})}"
        if following
        else None,
        api=f"/reporting/v1/readings?{query}" if query else "/reporting/v1/readings",
        cli=command("readings", said).rstrip(),
    )
