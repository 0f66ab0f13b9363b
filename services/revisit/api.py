"""Revisit's routes: parse, build one command, answer."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Query, Request, Response

from services.revisit.bootstrap import Revisit
from services.revisit.domain.commands import AttemptRevisit, ConcludeRevisit, RevisitCommand
from services.revisit.models import AttemptRequest, ResultRequest, RevisitQuery
from services.revisit.queries import find_revisits, place_of
from services.revisit.views import full_view, listed_view, receipt, visible_revisit
from shared import packs
from shared.contracts.revisit import RevisitScheduled
from shared.http import (
    Asked,
    CommandBody,
    answer,
    authorize,
    body_of,
    carry_out,
    decode_cursor,
    page_answer,
    read_command,
    service_router,
)

BodyType = TypeVar("BodyType", bound=CommandBody)

router = service_router("revisit")


def _revisit(request: Request) -> Revisit:
    service: Revisit = request.app.state.service
    return service


@router.get("/revisits")
async def list_revisits(request: Request, asked: Annotated[RevisitQuery, Query()]) -> Response:
    """Revisits in the order of calling, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[int, str, str])
    rows = await find_revisits(_revisit(request), caller.key, asked, after)
    page = place_of(rows[-1][1]) if len(rows) == asked.limit else None
    return page_answer(request, [listed_view(*row) for row in rows], page)


@router.get("/revisits/{revisit_id}")
async def show_revisit(revisit_id: UUID, request: Request) -> Response:
    """A revisit with its attempts."""
    caller = authorize(request, "tickets:read")
    scheduled, row = await visible_revisit(_revisit(request), caller, revisit_id)
    view = await full_view(_revisit(request), caller, scheduled, row)
    return answer(view, version=view.version)


async def _asked(
    request: Request, revisit_id: UUID, model: type[BodyType]
) -> Asked[BodyType, RevisitScheduled]:
    revisit = _revisit(request)
    sent = await read_command(request, revisit.core, "revisits:write", model)
    scheduled, _ = await visible_revisit(revisit, sent.caller, revisit_id, sent.identity)
    return sent.about(scheduled)


async def _carry_out(
    request: Request, asked: Asked[Any, RevisitScheduled], command: RevisitCommand
) -> Response:
    """200 with the revisit as the command left it, or had left it when it first came."""
    handled = await carry_out(_revisit(request).call_backs, asked, command)
    view = receipt(handled, asked.subject.round)
    return answer(view, version=handled.version, replayed=handled.replayed)


@router.post("/revisits/{revisit_id}/attempts", openapi_extra=body_of(AttemptRequest))
async def attempt(revisit_id: UUID, request: Request) -> Response:
    """One try to call back."""
    asked = await _asked(request, revisit_id, AttemptRequest)
    command = AttemptRevisit(
        ticket_id=asked.subject.ticket_id,
        round=asked.subject.round,
        channel=asked.body.channel,
        outcome=asked.body.outcome,
        note=asked.texts.seal(asked.body.note),
        at=asked.at,
    )
    return await _carry_out(request, asked, command)


@router.post("/revisits/{revisit_id}/result", openapi_extra=body_of(ResultRequest))
async def conclude(revisit_id: UUID, request: Request) -> Response:
    """What the customer said: unsolved is rectification, anything else closes the ticket."""
    asked = await _asked(request, revisit_id, ResultRequest)
    command = ConcludeRevisit(
        ticket_id=asked.subject.ticket_id,
        round=asked.subject.round,
        solved=asked.body.solved,
        before_unreachable=packs.load(asked.subject.case.pack).revisit.before_unreachable,
        score=asked.body.score,
        remarks=asked.texts.seal(asked.body.remarks),
        new_complaint=asked.texts.seal(asked.body.new_complaint),
        at=asked.at,
    )
    return await _carry_out(request, asked, command)
