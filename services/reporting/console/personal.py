"""Who the customer is and what was said, asked of the services that keep it: never kept here."""

from datetime import datetime
from typing import Any, NamedTuple

from fastapi import Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.console.asking import ask
from services.reporting.console.forms import read_form
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.rendering import page
from services.reporting.console.tickets import TicketName, zone_of
from services.reporting.console.times import moments_in
from services.reporting.dossier import open_dossier
from services.reporting.models import StateView
from shared.http import MalformedError, authorize

router = console_router()

MAX_REASON = 200


class Said(NamedTuple):
    """One text out of a vault; None where it was deleted with the person."""

    round: int | None
    """None for what was said of the ticket itself."""
    whose: str
    """The department, or nothing for what was said in a call-back."""
    field: str
    at: datetime | None
    text: str | None


@router.post("/tickets/{ticket}/person")
async def reveal_person(ticket: TicketName, request: Request) -> Response:
    """The customer in full, and what was written; who looks is recorded here and where it lies."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    authorize(request, "pii:read")
    reason = _reason(await read_form(request))
    dossier = await open_dossier(reporting, caller, ticket, "record", "person", reason)
    told = moments_in(await ask(request, "intake", f"tickets/{dossier.ticket_id}"))
    return page(
        request,
        "ticket_person.html",
        zone=zone_of(reporting, dossier),
        base=f"{CONSOLE}/tickets/{dossier.ticket_id}",
        number=dossier.card.number or dossier.ticket_id,
        told=told,
        said=[*_of_ticket(told), *await _said(request, dossier.current)],
    )


def _reason(form: dict[str, str]) -> str:
    """Why the person has to be known: kept with the look. Raises MalformedError."""
    reason = " ".join(form.get("reason", "").split())
    if not (0 < len(reason) <= MAX_REASON and reason.isprintable()):
        raise MalformedError(("/reason", ("请说明查看的理由。", "say why you look")))
    return reason


def _of_ticket(told: dict[str, Any]) -> list[Said]:
    """What the customer added and what they were told at once, and why it was handled as it was."""
    return [Said(None, "", one["field"], one["at"], one["text"]) for one in told.get("texts") or ()]


async def _said(request: Request, view: StateView) -> list[Said]:
    """What departments wrote and what the customer said when called back, in their order."""
    said: list[Said] = []
    for order in view.work_orders:
        told = moments_in(await ask(request, "dispatch", f"work-orders/{order.work_order_id}"))
        for one in told.get("texts") or ():
            where = order.round, order.department
            said.append(Said(*where, one["field"], one["at"], one["text"]))
    for call_back in view.revisits:
        told = moments_in(await ask(request, "revisit", f"revisits/{call_back.revisit_id}"))
        said += [Said(call_back.round, "", *one) for one in _of_call_back(told)]
    return said


def _of_call_back(told: dict[str, Any]) -> list[tuple[str, datetime | None, str]]:
    notes = [("note", one["at"], one.get("note")) for one in told.get("calls") or ()]
    result = [(name, told["concluded_at"], told.get(name)) for name in ("remarks", "new_complaint")]
    return [(name, at, text) for name, at, text in (*notes, *result) if text]
