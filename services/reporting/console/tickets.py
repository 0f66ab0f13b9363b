"""A ticket's history: every event, and the ticket as it was known at any time."""

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.bootstrap import Reporting
from services.reporting.console.changes import things_of
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.positions import Position, PositionQuery, position
from services.reporting.console.rendering import ZONE, page
from services.reporting.console.timeline import timeline
from services.reporting.dossier import Dossier, open_dossier
from services.reporting.inspecting import findings_of
from services.reporting.models import ReadingsQuery
from services.reporting.noticing import notices_of
from services.reporting.queries import find_readings
from shared.http import authorize

router = console_router()

TicketName = Annotated[str, Path(max_length=64)]
LOOKS = 20


@router.get("/tickets/{ticket}")
async def show_ticket(
    ticket: TicketName, request: Request, asked: Annotated[PositionQuery, Query()]
) -> Response:
    """The whole history, and the ticket as it was at the position asked for."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    dossier = await open_dossier(reporting, caller, ticket, asked.by, "history")
    zone = zone_of(reporting, dossier)
    looks_asked = ReadingsQuery(ticket_id=dossier.ticket_id, limit=LOOKS)
    looks, _ = await find_readings(reporting, caller, looks_asked, None)
    more: dict[str, Any] = {"looks": looks, "notices": [], "inspected": []}
    if caller.key.may("reports:read"):
        more["notices"] = await notices_of(reporting, dossier.ordered)
        more["inspected"] = await findings_of(reporting, caller.key, dossier.ticket_id)

    def made() -> Response:
        shown = shown_at(position(dossier, asked, zone))
        entries = timeline(dossier.ordered, dossier.moments, dossier.by)
        return page(request, "ticket.html", zone=zone, entries=entries, **more, **shown)

    # A thousand events take tenths of a second, in which nobody else should have to wait.
    return await to_thread(made)


@router.get("/tickets/{ticket}/position")
async def show_position(
    ticket: TicketName, request: Request, asked: Annotated[PositionQuery, Query()]
) -> Response:
    """The part of the page that a slider changes."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    dossier = await open_dossier(reporting, caller, ticket, asked.by, "state")
    zone = zone_of(reporting, dossier)

    def made() -> Response:
        shown = shown_at(position(dossier, asked, zone))
        return page(request, "ticket_position.html", zone=zone, **shown)

    return await to_thread(made)


def zone_of(reporting: Reporting, dossier: Dossier) -> str:
    """The zone of the ticket's own regulation."""
    policy = dossier.current.policy
    pack = reporting.core.packs.known(policy) if policy else None
    return pack.zone if pack else ZONE


def shown_at(found: Position) -> dict[str, Any]:
    """What the templates show of a position."""
    dossier = found.dossier
    numbers = {row.event_id: number for number, row in enumerate(dossier.ordered, 1)}
    return {
        "base": f"{CONSOLE}/tickets/{dossier.ticket_id}",
        "found": found,
        "view": found.view,
        "things": things_of(found.diff, found.view, numbers) if found.diff else None,
        "total": len(dossier.ordered),
    }
