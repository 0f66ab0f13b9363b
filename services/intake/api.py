"""Intake's routes: parse, build one command, answer."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from fastapi import Query, Request, Response
from pydantic import ValidationError

from services.intake.bootstrap import Intake
from services.intake.domain.commands import AnswerTicket, TicketCommand, WithdrawTicket
from services.intake.models import (
    AnswerTicketRequest,
    BatchRequest,
    RegisterTicketRequest,
    TicketQuery,
    WithdrawTicketRequest,
)
from services.intake.projections import TicketSummary
from services.intake.queries import find_tickets, place_of
from services.intake.registration import register_ticket
from services.intake.views import full_view, listed_view, receipt, visible_ticket
from shared import packs
from shared.http import (
    Asked,
    Caller,
    CommandBody,
    MalformedError,
    answer,
    authorize,
    body_of,
    carry_out,
    decode_cursor,
    identity_of,
    page_answer,
    read,
    read_command,
    service_router,
)
from shared.http.problems import malformed, problem_body, to_problem
from shared.http.requests import MAX_BATCH_BODY

BodyType = TypeVar("BodyType", bound=CommandBody)

router = service_router("intake")


def _intake(request: Request) -> Intake:
    service: Intake = request.app.state.service
    return service


@router.get("/tickets")
async def list_tickets(request: Request, asked: Annotated[TicketQuery, Query()]) -> Response:
    """Tickets, newest first, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    if asked.customer_phone is not None:  # who may try numbers learns those that are masked
        authorize(request, "pii:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    rows = await find_tickets(_intake(request), caller.key, asked, after)
    page = place_of(rows[-1]) if len(rows) == asked.limit else None
    return page_answer(request, [listed_view(row) for row in rows], page)


@router.get("/tickets/{ticket_id}")
async def show_ticket(ticket_id: UUID, request: Request) -> Response:
    """A ticket with the status of its whole life and what the customer was promised."""
    caller = authorize(request, "tickets:read")
    row = await visible_ticket(_intake(request), caller, ticket_id)
    view = await full_view(_intake(request), caller, row)
    return answer(view, version=view.version)


@router.post("/tickets", status_code=201, openapi_extra=body_of(RegisterTicketRequest))
async def register(request: Request) -> Response:
    """Registers a complaint; needs an Idempotency-Key or an external_id."""
    caller = authorize(request, "tickets:write")
    body = await read(request, RegisterTicketRequest)
    identity = identity_of(request, caller, body, body.external_id)
    handled = await register_ticket(_intake(request), caller, body, identity)
    view = receipt(handled)
    headers = {"Location": view.links["self"]}
    return answer(view, 201, version=handled.version, replayed=handled.replayed, headers=headers)


@router.post("/tickets:batch", openapi_extra=body_of(BatchRequest))
async def register_batch(request: Request) -> Response:
    """Registers up to 500, each under its external_id; one that is wrong fails alone."""
    caller = authorize(request, "tickets:write")
    body = await read(request, BatchRequest, MAX_BATCH_BODY)
    items = []
    for index, item in enumerate(body.items):
        try:
            result = await _register_item(request, caller, item)
        except Exception as error:  # noqa: BLE001 - each item has its own answer
            problem = to_problem(request, error)
            result = {"status": problem.status, "problem": problem_body(request, problem)}
        items.append({"index": index, **result})
    return answer({"items": items})


async def _register_item(request: Request, caller: Caller, item: object) -> dict[str, Any]:
    try:
        body = RegisterTicketRequest.model_validate_json(msgspec.json.encode(item))
    except ValidationError as error:
        raise malformed(error) from None
    if body.external_id is None:
        raise MalformedError(("/external_id", "each item of a batch needs its own"))
    identity = identity_of(request, caller, body, body.external_id)
    handled = await register_ticket(_intake(request), caller, body, identity)
    return {"status": 201, "replayed": handled.replayed, "ticket": receipt(handled)}


async def _asked(
    request: Request, ticket_id: UUID, model: type[BodyType]
) -> Asked[BodyType, TicketSummary]:
    intake = _intake(request)
    sent = await read_command(request, intake.core, "tickets:write", model)
    return sent.about(await visible_ticket(intake, sent.caller, ticket_id, sent.identity))


async def _carry_out(
    request: Request, asked: Asked[Any, TicketSummary], command: TicketCommand
) -> Response:
    """200 with the ticket as the command left it, or had left it when it first came."""
    handled = await carry_out(_intake(request).tickets, asked, command)
    return answer(receipt(handled), version=handled.version, replayed=handled.replayed)


@router.post("/tickets/{ticket_id}/withdrawal", openapi_extra=body_of(WithdrawTicketRequest))
async def withdraw(ticket_id: UUID, request: Request) -> Response:
    """The customer takes the matter back."""
    asked = await _asked(request, ticket_id, WithdrawTicketRequest)
    command = WithdrawTicket(
        ticket_id=ticket_id, reason=asked.texts.seal(asked.body.reason), at=asked.at
    )
    return await _carry_out(request, asked, command)


@router.post("/tickets/{ticket_id}/answer", openapi_extra=body_of(AnswerTicketRequest))
async def answer_at_once(ticket_id: UUID, request: Request) -> Response:
    """Completion and result notice in one."""
    asked = await _asked(request, ticket_id, AnswerTicketRequest)
    case = asked.subject.case
    command = AnswerTicket(
        ticket_id=ticket_id,
        round=asked.subject.rounds,
        notified=asked.subject.is_notified,
        answer=asked.texts.seal(asked.body.text),
        answered_by=asked.caller.key.client,
        revisit=case.kind not in packs.load(case.pack).revisit.exempt,
        at=asked.at,
    )
    return await _carry_out(request, asked, command)
