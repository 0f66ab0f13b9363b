"""Reporting's routes: histories for auditors, topics and dead letters for on-call."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.reporting.bootstrap import Reporting
from services.reporting.exports import history_answer, item_of
from services.reporting.history import as_of, causal_order
from services.reporting.letters import forwarded, owner_of, page_of_letters, pass_on
from services.reporting.models import History, HistoryQuery, LettersQuery
from services.reporting.queries import lane_records, records_of, visible_ticket
from services.reporting.standing import marks_of, standing
from shared.http import answer, authorize, body_of, page_answer
from shared.http.consumers import Reading
from shared.http.operations import DiscardRequest
from shared.settings import SERVICES, ServiceName

router = APIRouter()

TicketName = Annotated[str, Path(description="id or number", max_length=64)]


async def _reporting(request: Request) -> Reporting:
    service: Reporting = request.app.state.service
    return service


ReportingDep = Annotated[Reporting, Depends(_reporting)]


@router.get("/tickets/{ticket}/history")
async def show_history(
    ticket: TicketName,
    request: Request,
    reporting: ReportingDep,
    asked: Annotated[HistoryQuery, Query()],
) -> Response:
    """Every event of every service about a ticket, causes before what they caused."""
    caller = authorize(request, "audit:read")
    ticket_id, card = await visible_ticket(reporting, caller.key, ticket)
    now = reporting.core.now()
    moment = min(asked.at or now, now)
    rows = await records_of(reporting, ticket_id)
    if asked.at is not None:
        rows = as_of(rows, moment, asked.by)
    items = [item_of(row) for row in causal_order(rows, asked.by)]
    history = History(
        ticket_id=ticket_id, number=card.number, as_of=moment, by=asked.by, items=items
    )
    return history_answer(history, asked.format)


@router.get("/topics")
async def show_topics(request: Request, reporting: ReportingDep) -> Response:
    """How far every topic reaches, and how far each of its consumers is behind."""
    authorize(request, "operations")
    headers = forwarded(request)
    peers = reporting.peers
    answers = await asyncio.gather(
        *(peers.ask(service, "consumers", Reading, headers) for service in SERVICES)
    )
    readings = dict(zip(SERVICES, answers, strict=True))
    records = await lane_records(reporting, marks_of(readings))
    return answer(standing(readings, records, reporting.core.now()))


@router.get("/dead-letters")
async def list_all_dead_letters(
    request: Request, reporting: ReportingDep, asked: Annotated[LettersQuery, Query()]
) -> Response:
    """What could not be handled, in all services; `unreachable` names those that did not say."""
    authorize(request, "operations")
    items, after, silent = await page_of_letters(reporting.peers, asked, forwarded(request))
    return page_answer(request, items, after, unreachable=[one.service for one in silent])


@router.get("/dead-letters/{letter_id}")
async def show_dead_letter_anywhere(
    letter_id: UUID,
    request: Request,
    reporting: ReportingDep,
    service: ServiceName | None = None,
) -> Response:
    """One letter with its headers and its event, and whose it is."""
    authorize(request, "operations")
    owner, letter = await owner_of(reporting.peers, letter_id, service, forwarded(request))
    return answer({"service": owner, **letter.json()})


@router.post("/dead-letters/{letter_id}/redrive")
async def redrive_anywhere(
    letter_id: UUID,
    request: Request,
    reporting: ReportingDep,
    service: ServiceName | None = None,
) -> Response:
    """Asks the letter's own service to handle its sequence again."""
    authorize(request, "operations")
    return await pass_on(reporting.peers, request, letter_id, "redrive", service)


@router.post("/dead-letters/{letter_id}/discard", openapi_extra=body_of(DiscardRequest))
async def discard_anywhere(
    letter_id: UUID,
    request: Request,
    reporting: ReportingDep,
    service: ServiceName | None = None,
) -> Response:
    """Asks the letter's own service to give it up, with a reason."""
    authorize(request, "operations")
    return await pass_on(reporting.peers, request, letter_id, "discard", service)
