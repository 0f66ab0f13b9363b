"""Reporting's routes: histories for auditors, topics and dead letters for on-call."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.reporting.bootstrap import Reporting
from services.reporting.exports import item_of, to_csv, to_jsonl
from services.reporting.history import as_of, causal_order
from services.reporting.letters import owner_of, page_of_letters, pass_on
from services.reporting.models import History, HistoryQuery, LettersQuery
from services.reporting.queries import lane_records, records_of, visible_ticket
from services.reporting.standing import marks_of, standing
from shared.http import answer, authorize, body_of, page_answer, read
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
    name = card.number or str(ticket_id)
    match asked.format:
        case "jsonl":
            return _file(to_jsonl(items), "application/jsonl", f"{name}.jsonl")
        case "csv":
            return _file(to_csv(items), "text/csv; charset=utf-8", f"{name}.csv")
        case "json":
            return answer(
                History(
                    ticket_id=ticket_id,
                    number=card.number,
                    as_of=moment,
                    by=asked.by,
                    items=items,
                )
            )


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=media_type)


@router.get("/topics")
async def show_topics(request: Request, reporting: ReportingDep) -> Response:
    """How far every topic reaches, and how far each of its consumers is behind."""
    authorize(request, "operations")
    headers = _forwarded(request)
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
    items, after, silent = await page_of_letters(reporting.peers, asked, _forwarded(request))
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
    owner, letter = await owner_of(reporting.peers, letter_id, service, _forwarded(request))
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
    return await _pass_on(reporting, request, f"{letter_id}/redrive", service)


@router.post("/dead-letters/{letter_id}/discard", openapi_extra=body_of(DiscardRequest))
async def discard_anywhere(
    letter_id: UUID,
    request: Request,
    reporting: ReportingDep,
    service: ServiceName | None = None,
) -> Response:
    """Asks the letter's own service to give it up, with a reason."""
    authorize(request, "operations")
    body = await read(request, DiscardRequest)
    sent = body.model_dump_json().encode()
    return await _pass_on(reporting, request, f"{letter_id}/discard", service, sent)


async def _pass_on(
    reporting: Reporting, request: Request, call: str, service: str | None, body: bytes = b""
) -> Response:
    answered = await pass_on(reporting.peers, call, service, _forwarded(request), body)
    kind = answered.headers.get("content-type")
    return Response(answered.content, answered.status_code, media_type=kind)


def _forwarded(request: Request) -> dict[str, str]:
    """The caller's own key, language and trace, for the service that decides."""
    wanted = ("authorization", "accept-language", "content-type")
    headers = {name: request.headers[name] for name in wanted if name in request.headers}
    return {**headers, "traceparent": request.scope["traceparent"]}
