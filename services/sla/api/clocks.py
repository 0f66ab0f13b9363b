"""Routes of clocks and escalations."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Query, Request, Response

from services.sla.api.service import line_of, sla_of
from services.sla.domain.commands import AcknowledgeEscalation
from services.sla.explaining import explanation_of
from services.sla.explanation_models import ExplanationQuery, ExplanationView
from services.sla.models import (
    AcknowledgeRequest,
    ClocksQuery,
    ClockView,
    DueQuery,
    DueView,
    EscalationQuery,
    EscalationView,
    PreviewRequest,
    PreviewView,
)
from services.sla.queries import find_due, find_escalations, preview_of
from services.sla.timers import timers_of
from services.sla.unjudged import shown_clocks
from services.sla.views import (
    listed_view,
    receipt,
    visible_escalation,
    visible_ticket,
)
from shared.contracts.timers import Timers
from shared.http import (
    MalformedError,
    answer,
    answer_of,
    authorize,
    body_of,
    carry_out_on,
    decode_cursor,
    page_answer,
    read,
    read_command,
    service_router,
)
from shared.http.known import check_narrowed

router = service_router("sla")


class ClocksView(msgspec.Struct, frozen=True, kw_only=True):
    """All clocks of a ticket."""

    items: Sequence[ClockView]


@router.get("/tickets/{ticket_id}/clocks", openapi_extra=answer_of(ClocksView))
async def show_clocks(
    ticket_id: UUID, request: Request, asked: Annotated[ClocksQuery, Query()]
) -> Response:
    """Every clock of every round as it stands now."""
    caller = authorize(request, "sla:read")
    sla = sla_of(request)
    judgement = await visible_ticket(sla, caller, ticket_id, asked.wait)
    return answer(ClocksView(items=await shown_clocks(sla, ticket_id, judgement)))


@router.get(
    "/tickets/{ticket_id}/clocks/{clock}/explanation", openapi_extra=answer_of(ExplanationView)
)
async def explain_clock(
    ticket_id: UUID, clock: str, request: Request, asked: Annotated[ExplanationQuery, Query()]
) -> Response:
    """How a clock comes to its figures; of several of that name the newest, unless one is named."""
    caller = authorize(request, "sla:read")
    judgement = await visible_ticket(sla_of(request), caller, ticket_id, 0)
    return answer(explanation_of(sla_of(request), ticket_id, judgement, clock, asked))


@router.get("/due", openapi_extra=answer_of(list[DueView]))
async def list_due(request: Request, asked: Annotated[DueQuery, Query()]) -> Response:
    """Limits that pass soon, and those that passed and still run; the earliest first.

    Of the partitions that this instance watches, which it names.
    """
    caller, sla = authorize(request, "sla:read"), sla_of(request)
    after = decode_cursor(asked.cursor, tuple[int, str, int])
    views, page = await find_due(sla, caller.key, asked, after)
    check_narrowed(asked, views, sla)
    return page_answer(request, views, page, partitions=sla.book.partitions)


@router.get("/timers", openapi_extra=answer_of(Timers))
async def show_timers(request: Request) -> Response:
    """How all timers stand, by pack and department: overdue, soon due, not acknowledged."""
    caller = authorize(request, "sla:read")
    return answer(await timers_of(sla_of(request), line_of(request), caller.key))


@router.get("/escalations", openapi_extra=answer_of(list[EscalationView]))
async def list_escalations(
    request: Request, asked: Annotated[EscalationQuery, Query()]
) -> Response:
    """Escalations, newest first, narrowed by any of the parameters."""
    caller = authorize(request, "sla:read")
    after = decode_cursor(asked.cursor, tuple[str, str, str])
    rows, page = await find_escalations(sla_of(request), caller.key, asked, after)
    check_narrowed(asked, rows, sla_of(request))
    return page_answer(request, [listed_view(row) for row in rows], page)


@router.post(
    "/escalations/{escalation_id}/acknowledgement",
    openapi_extra=body_of(AcknowledgeRequest, EscalationView, required=False),
)
async def acknowledge(escalation_id: UUID, request: Request) -> Response:
    """The addressee has seen it: a receipt, which changes no clock, so reading is scope enough."""
    sla = sla_of(request)
    sent = await read_command(
        request, sla.core, "sla:read", AcknowledgeRequest, may_say_nothing=True
    )
    row = await visible_escalation(sla, sent.caller, escalation_id, sent.identity)
    if sent.at < row.raised_at.replace(microsecond=0):
        raise MalformedError(("/at", ("早于升级发出的时间。", "lies before it was raised")))
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


@router.post("/deadlines:preview", openapi_extra=body_of(PreviewRequest, PreviewView))
async def preview_deadlines(request: Request) -> Response:
    """What would be promised to a ticket like this; none is needed."""
    caller = authorize(request, "sla:read")
    body = await read(request, PreviewRequest)
    return answer(preview_of(sla_of(request), body.pack or caller.key.pack, body))
