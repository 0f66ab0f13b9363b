"""Search of tickets by what was done with them."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.search_models import SearchQuery
from services.reporting.searching import search
from shared.http import authorize, decode_cursor, page_answer, service_router

router = service_router("reporting", "audit")


@router.get("/audit/search")
async def search_tickets(request: Request, asked: Annotated[SearchQuery, Query()]) -> Response:
    """Events of tickets by who acted, type, rule or clause, customer, period; the newest first."""
    caller = authorize(request, "audit:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    found = await search(reporting_of(request), caller, asked, after)
    return page_answer(request, found.items, found.following, looked_through=found.looked_through)
