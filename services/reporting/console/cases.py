"""A case as it is printed: every event with its hashes, what proves them, and what was asked."""

from fastapi import Request, Response

from services.reporting.api.service import forwarded, reporting_of
from services.reporting.casefile import open_case
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.rendering import page
from services.reporting.console.tickets import TicketName
from services.reporting.console.timeline import facts_of
from shared.http import authorize

router = console_router()


@router.get("/tickets/{ticket}/case")
async def show_case(ticket: TicketName, request: Request) -> Response:
    """The whole case; that it is taken away is kept."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    case = await open_case(reporting, caller, ticket, forwarded(request), "page")
    return page(
        request,
        "case.html",
        case=case,
        manifest=case.proof.manifest,
        base=f"{CONSOLE}/tickets/{case.ticket_id}",
        entries=[(line, list(facts_of(line))) for line in case.lines()],
    )
