"""Intake's routes: parse, build one command, answer."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ValidationError

from services.intake.bootstrap import Intake
from services.intake.domain.commands import AnswerTicket, WithdrawTicket
from services.intake.domain.ticket import Ticket
from services.intake.models import (
    AnswerTicketRequest,
    BatchRequest,
    RegisterTicketRequest,
    TicketQuery,
    WithdrawTicketRequest,
)
from services.intake.queries import find_tickets, place_of
from services.intake.registration import register_ticket
from services.intake.views import full_view, masked_view, receipt, visible_ticket
from shared import packs
from shared.command_handler import Handled
from shared.http import (
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
from shared.http.problems import MalformedError, malformed, problem_body, to_problem
from shared.http.requests import MAX_BATCH_BODY
from shared.vault import seal

router = APIRouter()


async def _intake(request: Request) -> Intake:
    service: Intake = request.app.state.service
    return service


IntakeDep = Annotated[Intake, Depends(_intake)]


@router.post("/tickets", status_code=201, openapi_extra=body_of(RegisterTicketRequest))
async def register(request: Request, intake: IntakeDep) -> Response:
    """Registers a complaint; needs an Idempotency-Key or an external_id."""
    caller = authorize(request, "tickets:write")
    body = await read(request, RegisterTicketRequest)
    identity = identity_of(request, caller, body, body.external_id)
    handled = await register_ticket(intake, caller, body, identity)
    return registered(handled)


def registered(handled: Handled[Ticket]) -> Response:
    """201 with where the ticket is."""
    ticket = receipt(handled)
    return answer(
        ticket,
        201,
        version=handled.version,
        replayed=handled.replayed,
        headers={"Location": ticket.links["self"]},
    )


@router.post("/tickets:batch", openapi_extra=body_of(BatchRequest))
async def register_batch(request: Request, intake: IntakeDep) -> Response:
    """Registers up to 500, each under its external_id; one that is wrong fails alone."""
    caller = authorize(request, "tickets:write")
    body = await read(request, BatchRequest, MAX_BATCH_BODY)
    items = []
    for index, item in enumerate(body.items):
        try:
            result: dict[str, Any] = await _register_item(request, intake, caller, item)
        except Exception as error:  # noqa: BLE001 - each item has its own answer
            problem = to_problem(error)
            result = {"status": problem.status, "problem": problem_body(request, problem)}
        items.append({"index": index, **result})
    return answer({"items": items})


async def _register_item(
    request: Request, intake: Intake, caller: Caller, item: object
) -> dict[str, Any]:
    try:
        body = RegisterTicketRequest.model_validate_json(msgspec.json.encode(item))
    except ValidationError as error:
        raise malformed(error) from None
    if body.external_id is None:
        raise MalformedError(("/external_id", "each item of a batch needs its own"))
    identity = identity_of(request, caller, body, body.external_id)
    handled = await register_ticket(intake, caller, body, identity)
    return {"status": 201, "replayed": handled.replayed, "ticket": receipt(handled)}


@router.get("/tickets")
async def list_tickets(
    request: Request,
    intake: IntakeDep,
    asked: Annotated[TicketQuery, Query()],
) -> Response:
    """Tickets, newest first, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    rows = await find_tickets(intake, caller.key, asked, after)
    last = rows[-1] if len(rows) == asked.limit else None
    return page_answer(
        request, [masked_view(row) for row in rows], place_of(last) if last else None
    )


@router.get("/tickets/{ticket_id}")
async def show_ticket(ticket_id: UUID, request: Request, intake: IntakeDep) -> Response:
    """A ticket with the status of its whole life and what the customer was promised."""
    caller = authorize(request, "tickets:read")
    row = await visible_ticket(intake, caller, ticket_id)
    return answer(await full_view(intake, caller, row), version=row.version)


@router.post("/tickets/{ticket_id}/withdrawal", openapi_extra=body_of(WithdrawTicketRequest))
async def withdraw(ticket_id: UUID, request: Request, intake: IntakeDep) -> Response:
    """The customer takes the matter back."""
    caller = authorize(request, "tickets:write")
    body = await read(request, WithdrawTicketRequest)
    row = await visible_ticket(intake, caller, ticket_id)
    now = intake.core.now()
    reason = seal(body.reason, row.case.customer_ref)
    command = WithdrawTicket(ticket_id=ticket_id, reason=reason.text, at=at_or_now(body.at, now))
    handled = await intake.tickets.handle(
        ticket_id,
        command,
        caller.cause,
        texts=[reason.row],
        identity=identity_of(request, caller, body),
        if_match=if_match(request),
    )
    return answer(receipt(handled), version=handled.version, replayed=handled.replayed)


@router.post("/tickets/{ticket_id}/answer", openapi_extra=body_of(AnswerTicketRequest))
async def answer_at_once(ticket_id: UUID, request: Request, intake: IntakeDep) -> Response:
    """Completion and result notice in one."""
    caller = authorize(request, "tickets:write")
    body = await read(request, AnswerTicketRequest)
    row = await visible_ticket(intake, caller, ticket_id)
    now = intake.core.now()
    text = seal(body.text, row.case.customer_ref)
    command = AnswerTicket(
        ticket_id=ticket_id,
        round=row.rounds,
        notified=row.is_notified,
        answer=text.text,
        answered_by=caller.key.client,
        revisit=row.case.kind not in packs.load(row.case.pack).revisit.exempt,
        at=at_or_now(body.at, now),
    )
    handled = await intake.tickets.handle(
        ticket_id,
        command,
        caller.cause,
        texts=[text.row],
        identity=identity_of(request, caller, body),
        if_match=if_match(request),
    )
    return answer(receipt(handled), version=handled.version, replayed=handled.replayed)
