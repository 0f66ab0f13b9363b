"""Sla's routes: parse, build one command, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.sla.bootstrap import Sla
from services.sla.domain.commands import AcknowledgeEscalation
from services.sla.models import (
    AcknowledgeRequest,
    ClocksQuery,
    DueQuery,
    EscalationQuery,
    PreviewRequest,
)
from services.sla.queries import find_due, find_escalations, place_of, preview_of
from services.sla.views import (
    clock_views,
    listed_view,
    pack_view,
    receipt,
    visible_escalation,
    visible_ticket,
)
from shared.http import (
    answer,
    authorize,
    body_of,
    carry_out_on,
    decode_cursor,
    page_answer,
    read,
    read_command,
    service_router,
)

router = service_router("sla")


def _sla(request: Request) -> Sla:
    service: Sla = request.app.state.service
    return service


@router.get("/tickets/{ticket_id}/clocks")
async def show_clocks(
    ticket_id: UUID, request: Request, asked: Annotated[ClocksQuery, Query()]
) -> Response:
    """Every clock of every round as it stands now."""
    caller = authorize(request, "sla:read")
    judgement = await visible_ticket(_sla(request), caller, ticket_id, asked.wait)
    return answer({"items": clock_views(judgement)})


@router.get("/due")
async def list_due(request: Request, asked: Annotated[DueQuery, Query()]) -> Response:
    """Limits that pass soon, and those that passed and still run; the earliest first."""
    caller = authorize(request, "sla:read")
    after = decode_cursor(asked.cursor, tuple[int, str, int])
    rows = await find_due(_sla(request), caller.key, asked, after)
    page = rows[-1][0] if len(rows) == asked.limit else None
    return page_answer(request, [view for _, view in rows], page)


@router.get("/escalations")
async def list_escalations(
    request: Request, asked: Annotated[EscalationQuery, Query()]
) -> Response:
    """Escalations, newest first, narrowed by any of the parameters."""
    caller = authorize(request, "sla:read")
    after = decode_cursor(asked.cursor, tuple[str, str, str])
    rows = await find_escalations(_sla(request), caller.key, asked, after)
    page = place_of(rows[-1]) if len(rows) == asked.limit else None
    return page_answer(request, [listed_view(row) for row in rows], page)


@router.post(
    "/escalations/{escalation_id}/acknowledgement",
    openapi_extra=body_of(AcknowledgeRequest, required=False),
)
async def acknowledge(escalation_id: UUID, request: Request) -> Response:
    """The addressee has seen it: a receipt, which changes no clock, so reading is scope enough."""
    sla = _sla(request)
    sent = await read_command(
        request, sla.core, "sla:read", AcknowledgeRequest, may_say_nothing=True
    )
    row = await visible_escalation(sla, sent.caller, escalation_id, sent.identity)
    command = AcknowledgeEscalation(
        ticket_id=row.ticket_id,
        escalation_id=escalation_id,
        acknowledged_by=sent.caller.key.client,
        at=sent.at,
    )
    handled = await carry_out_on(sla.acknowledgements, row.ticket_id, sent, command)
    if not handled.replayed:
        sla.book.said(row.ticket_id, handled.state, handled.version)
    view = receipt(handled, row)
    return answer(view, version=handled.version, replayed=handled.replayed)


@router.post("/deadlines:preview", openapi_extra=body_of(PreviewRequest))
async def preview_deadlines(request: Request) -> Response:
    """What would be promised to a ticket like this; none is needed."""
    caller = authorize(request, "sla:read")
    body = await read(request, PreviewRequest)
    return answer({"clocks": preview_of(_sla(request), body.pack or caller.key.pack, body)})


@router.get("/packs")
async def list_packs(request: Request) -> Response:
    """The regulations in force."""
    authorize(request, "sla:read")
    return page_answer(request, [pack_view(pack) for pack in _sla(request).regulations.packs], None)
