"""Revisit's routes: parse, build one command, answer."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.revisit.bootstrap import Revisit
from services.revisit.domain.commands import AttemptRevisit, ConcludeRevisit, RevisitCommand
from services.revisit.models import AttemptRequest, ResultRequest, RevisitQuery
from services.revisit.queries import find_revisits, place_of
from services.revisit.views import Visible, full_view, listed, masked_view, visible_revisit
from shared import packs
from shared.http import (
    Body,
    Caller,
    answer,
    at_or_now,
    authorize,
    body_of,
    decode_cursor,
    identity_of,
    if_match,
    page_answer,
    read,
)
from shared.tables import RowChange
from shared.vault import seal_optional

router = APIRouter()


async def _revisit(request: Request) -> Revisit:
    service: Revisit = request.app.state.service
    return service


RevisitDep = Annotated[Revisit, Depends(_revisit)]


@router.get("/revisits")
async def list_revisits(
    request: Request,
    revisit: RevisitDep,
    asked: Annotated[RevisitQuery, Query()],
) -> Response:
    """Revisits in the order of calling, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[int, str, str])
    rows = await find_revisits(revisit, caller.key, asked, after)
    page = place_of(rows[-1]) if len(rows) == asked.limit else None
    return page_answer(request, [listed(row) for row in rows], page)


@router.get("/revisits/{revisit_id}")
async def show_revisit(revisit_id: UUID, request: Request, revisit: RevisitDep) -> Response:
    """A revisit with its attempts."""
    caller = authorize(request, "tickets:read")
    visible = await visible_revisit(revisit, caller, revisit_id)
    view = await full_view(revisit, caller, visible)
    return answer(view, version=view.version)


@router.post("/revisits/{revisit_id}/attempts", openapi_extra=body_of(AttemptRequest))
async def attempt(revisit_id: UUID, request: Request, revisit: RevisitDep) -> Response:
    """One try to call back."""
    caller = authorize(request, "revisits:write")
    body = await read(request, AttemptRequest)
    visible = await visible_revisit(revisit, caller, revisit_id)
    note, texts = seal_optional(body.note, visible.case.customer_ref)
    command = AttemptRevisit(
        ticket_id=visible.ticket_id,
        round=visible.round,
        channel=body.channel,
        outcome=body.outcome,
        note=note,
        at=at_or_now(body.at, revisit.core.now()),
    )
    return await _handle(request, revisit, caller, visible, body, command, texts)


@router.post("/revisits/{revisit_id}/result", openapi_extra=body_of(ResultRequest))
async def conclude(revisit_id: UUID, request: Request, revisit: RevisitDep) -> Response:
    """What the customer said: unsolved is rectification, anything else closes the ticket."""
    caller = authorize(request, "revisits:write")
    body = await read(request, ResultRequest)
    visible = await visible_revisit(revisit, caller, revisit_id)
    remarks, texts = seal_optional(body.remarks, visible.case.customer_ref)
    new_complaint, more = seal_optional(body.new_complaint, visible.case.customer_ref)
    command = ConcludeRevisit(
        ticket_id=visible.ticket_id,
        round=visible.round,
        solved=body.solved,
        before_unreachable=packs.load(visible.case.pack).revisit.before_unreachable,
        score=body.score,
        remarks=remarks,
        new_complaint=new_complaint,
        at=at_or_now(body.at, revisit.core.now()),
    )
    return await _handle(request, revisit, caller, visible, body, command, [*texts, *more])


async def _handle(
    request: Request,
    revisit: Revisit,
    caller: Caller,
    visible: Visible,
    body: Body,
    command: RevisitCommand,
    texts: Sequence[RowChange],
) -> Response:
    """200 with the revisit as it stood at the version that the command made."""
    handled = await revisit.call_backs.handle(
        visible.ticket_id,
        command,
        caller.cause,
        texts=texts,
        identity=identity_of(request, caller, body),
        if_match=if_match(request),
    )
    view = masked_view(handled.state[visible.round], handled.version, visible.due_at)
    return answer(view, version=handled.version, replayed=handled.replayed)
