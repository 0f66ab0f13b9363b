"""Calling customers back about a round of their ticket."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.revisit.api.service import revisit_of
from services.revisit.domain.commands import (
    AttemptRevisit,
    ConcludeRevisit,
    RevisitCommand,
)
from services.revisit.models import (
    AttemptRequest,
    ResultRequest,
    RevisitQuery,
)
from services.revisit.queries import find_revisits
from services.revisit.shapes import RevisitView
from services.revisit.views import full_view, listed_view, receipt, visible_revisit
from shared.contracts.revisit import RevisitScheduled
from shared.http import (
    Asked,
    BodyType,
    answer,
    answer_of,
    authorize,
    body_of,
    carry_out,
    decode_cursor,
    page_answer,
    read_command,
    service_router,
)
from shared.packs import Revisit as RevisitRules

router = service_router("revisit")
AT_REVISIT = "/revisits/{revisit_id}"


@router.get("/revisits", openapi_extra=answer_of(list[RevisitView]))
async def list_revisits(request: Request, asked: Annotated[RevisitQuery, Query()]) -> Response:
    """Revisits in the order of calling, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[int, str, str])
    rows, page = await find_revisits(revisit_of(request), caller.key, asked, after)
    return page_answer(request, [listed_view(*row) for row in rows], page)


@router.get(AT_REVISIT, openapi_extra=answer_of(RevisitView))
async def show_revisit(revisit_id: UUID, request: Request) -> Response:
    """A revisit with its attempts."""
    caller = authorize(request, "tickets:read")
    scheduled, row = await visible_revisit(revisit_of(request), caller, revisit_id)
    view = await full_view(revisit_of(request), caller, scheduled, row)
    return answer(view, version=view.version)


async def _ask(
    request: Request, revisit_id: UUID, model: type[BodyType]
) -> Asked[BodyType, RevisitScheduled]:
    revisit = revisit_of(request)
    sent = await read_command(request, revisit.core, "revisits:write", model)
    scheduled, _ = await visible_revisit(revisit, sent.caller, revisit_id, sent.identity)
    return sent.about(scheduled)


def _rules_of(request: Request, asked: Asked[Any, RevisitScheduled]) -> RevisitRules:
    return revisit_of(request).core.packs.judging(asked.subject.case).revisit


async def _answer_with(
    request: Request, asked: Asked[Any, RevisitScheduled], command: RevisitCommand
) -> Response:
    """200 with the revisit as the command left it, or had left it when it first came."""
    handled = await carry_out(revisit_of(request).call_backs, asked, command)
    view = receipt(handled, asked.subject.round)
    return answer(view, version=handled.version, replayed=handled.replayed)


@router.post(f"{AT_REVISIT}/attempts", openapi_extra=body_of(AttemptRequest, RevisitView))
async def attempt(revisit_id: UUID, request: Request) -> Response:
    """One try to call back."""
    asked = await _ask(request, revisit_id, AttemptRequest)
    command = AttemptRevisit(
        ticket_id=asked.subject.ticket_id,
        round=asked.subject.round,
        channel=asked.body.channel,
        outcome=asked.body.outcome,
        note=asked.texts.seal(asked.body.note),
        retry=_rules_of(request, asked).retry,
        at=asked.at,
    )
    return await _answer_with(request, asked, command)


@router.post(f"{AT_REVISIT}/result", openapi_extra=body_of(ResultRequest, RevisitView))
async def conclude(revisit_id: UUID, request: Request) -> Response:
    """What the customer said: unsolved is rectification, anything else closes the ticket."""
    asked = await _ask(request, revisit_id, ResultRequest)
    rules = _rules_of(request, asked)
    command = ConcludeRevisit(
        ticket_id=asked.subject.ticket_id,
        round=asked.subject.round,
        solved=asked.body.solved,
        before_unreachable=rules.before_unreachable,
        retry=rules.retry,
        score=asked.body.score,
        remarks=asked.texts.seal(asked.body.remarks),
        new_complaint=asked.texts.seal(asked.body.new_complaint),
        at=asked.at,
    )
    return await _answer_with(request, asked, command)
