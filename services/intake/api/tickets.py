"""Tickets come in, one or a batch, and are looked at."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query, Request, Response
from pydantic import ValidationError

from services.intake.api.service import intake_of
from services.intake.models import BatchRequest, RegisterTicketRequest, TicketQuery
from services.intake.queries import find_tickets
from services.intake.registration import register_ticket
from services.intake.shapes import BatchAnswer, BatchItem, TicketReceipt, TicketView
from services.intake.views import full_view, listed_view, receipt, visible_ticket
from shared.http import (
    Caller,
    MalformedError,
    answer,
    answer_of,
    authorize,
    body_of,
    decode_cursor,
    identity_of,
    page_answer,
    read,
    service_router,
)
from shared.http.known import check_narrowed
from shared.http.problems import malformed, problem_body, to_problem
from shared.http.requests import MAX_BATCH_BODY

router = service_router("intake")
AT_TICKET = "/tickets/{ticket_id}"


@router.get("/tickets", openapi_extra=answer_of(list[TicketView]))
async def list_tickets(request: Request, asked: Annotated[TicketQuery, Query()]) -> Response:
    """Tickets, newest first, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    if asked.customer_phone is not None:  # who may try numbers learns those that are masked
        authorize(request, "pii:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    intake = intake_of(request)
    rows, page = await find_tickets(intake, caller.key, asked, after)
    check_narrowed(asked, rows, intake)
    return page_answer(request, [listed_view(row, caller.key) for row in rows], page)


@router.get(AT_TICKET, openapi_extra=answer_of(TicketView))
async def show_ticket(ticket_id: UUID, request: Request) -> Response:
    """A ticket with the status of its whole life and what the customer was promised."""
    caller = authorize(request, "tickets:read")
    row = await visible_ticket(intake_of(request), caller, ticket_id)
    view = await full_view(intake_of(request), caller, row)
    return answer(view, version=view.version)


@router.post(
    "/tickets", status_code=201, openapi_extra=body_of(RegisterTicketRequest, TicketReceipt)
)
async def register(request: Request) -> Response:
    """Registers a complaint; needs an Idempotency-Key or an external_id."""
    caller = authorize(request, "tickets:write")
    body = await read(request, RegisterTicketRequest)
    identity = identity_of(request, caller, body, body.external_id)
    registration = await register_ticket(intake_of(request), caller, body, identity)
    handled = registration.handled
    view = receipt(handled, registration.possible_duplicates)
    headers = {"Location": view.links["self"]}
    return answer(view, 201, version=handled.version, replayed=handled.replayed, headers=headers)


@router.post("/tickets:batch", openapi_extra=body_of(BatchRequest, BatchAnswer))
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
        items.append(BatchItem(index=index, **result))
    return answer(BatchAnswer(items=tuple(items)))


async def _register_item(request: Request, caller: Caller, item: object) -> dict[str, Any]:
    try:
        body = RegisterTicketRequest.model_validate_json(msgspec.json.encode(item))
    except ValidationError as error:
        raise malformed(error) from None
    if body.external_id is None:
        raise MalformedError(
            (
                "/external_id",
                ("批量中的每一项都须有自己的编号。", "each item of a batch needs its own"),
            )
        )
    identity = identity_of(request, caller, body, body.external_id)
    registration = await register_ticket(intake_of(request), caller, body, identity)
    view = receipt(registration.handled, registration.possible_duplicates)
    return {"status": 201, "replayed": registration.handled.replayed, "ticket": view}
