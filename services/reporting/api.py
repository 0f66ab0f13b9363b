"""Reporting's routes: histories for auditors, topics and dead letters for on-call."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from services.reporting.bootstrap import Reporting
from services.reporting.exports import to_csv, to_jsonl
from services.reporting.letters import ask_owner, page_of_letters
from services.reporting.models import HistoryQuery, LettersQuery
from services.reporting.queries import lane_records, read_history
from services.reporting.standing import marks_of, standing
from shared.http import answer, authorize, body_of, page_answer, read, service_router
from shared.http.consumers import Reading
from shared.http.operations import DiscardRequest
from shared.settings import ServiceName

router = service_router("reporting")

TicketName = Annotated[str, Path(description="id or number", max_length=64)]


def _reporting(request: Request) -> Reporting:
    service: Reporting = request.app.state.service
    return service


@router.get("/tickets/{ticket}/history")
async def show_history(
    ticket: TicketName, request: Request, asked: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every event of every service about a ticket, causes before what they caused."""
    caller = authorize(request, "audit:read")
    history = await read_history(_reporting(request), caller, ticket, asked)
    name = history.number or str(history.ticket_id)
    match asked.format:
        case "jsonl":
            return _file(to_jsonl(history.items), "application/jsonl", f"{name}.jsonl")
        case "csv":
            return _file(to_csv(history.items), "text/csv; charset=utf-8", f"{name}.csv")
        case "json":
            return answer(history)


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=media_type)


@router.get("/topics")
async def show_topics(request: Request) -> Response:
    """How far every topic reaches, and how far each of its consumers is behind."""
    authorize(request, "operations")
    reporting = _reporting(request)
    readings = await reporting.peers.ask_all("consumers", Reading, _forwarded(request))
    records = await lane_records(reporting, marks_of(readings))
    return answer(standing(readings, records, reporting.core.now()))


@router.get("/dead-letters")
async def list_all_dead_letters(
    request: Request, asked: Annotated[LettersQuery, Query()]
) -> Response:
    """What could not be handled, in all services; `unreachable` names those that did not say."""
    authorize(request, "operations")
    peers = _reporting(request).peers
    items, after, silent = await page_of_letters(peers, asked, _forwarded(request))
    return page_answer(request, items, after, unreachable=[one.service for one in silent])


@router.get("/dead-letters/{letter_id}")
async def show_dead_letter_anywhere(
    letter_id: UUID, request: Request, service: ServiceName | None = None
) -> Response:
    """One letter with its headers and its event, and whose it is."""
    authorize(request, "operations")
    peers = _reporting(request).peers
    headers = _forwarded(request)
    owner, letter = await ask_owner(peers, service, "GET", str(letter_id), headers)
    return answer({"service": owner, **letter.json()})


@router.post("/dead-letters/{letter_id}/redrive")
async def redrive_anywhere(
    letter_id: UUID, request: Request, service: ServiceName | None = None
) -> Response:
    """Asks the letter's own service to handle its sequence again."""
    authorize(request, "operations")
    return await _pass_on(request, f"{letter_id}/redrive", service)


@router.post("/dead-letters/{letter_id}/discard", openapi_extra=body_of(DiscardRequest))
async def discard_anywhere(
    letter_id: UUID, request: Request, service: ServiceName | None = None
) -> Response:
    """Asks the letter's own service to give it up, with a reason."""
    authorize(request, "operations")
    body = await read(request, DiscardRequest)
    sent = body.model_dump_json().encode()
    return await _pass_on(request, f"{letter_id}/discard", service, sent)


async def _pass_on(request: Request, call: str, service: str | None, body: bytes = b"") -> Response:
    peers, headers = _reporting(request).peers, _forwarded(request)
    _, answered = await ask_owner(peers, service, "POST", call, headers, body)
    wanted = ("content-type", "content-language", "idempotent-replay", "retry-after")
    kept = {name: answered.headers[name] for name in wanted if name in answered.headers}
    return Response(answered.content, answered.status_code, kept)


def _forwarded(request: Request) -> dict[str, str]:
    """The caller's own key, language and trace, for the service that decides."""
    wanted = ("authorization", "accept-language", "content-type", "idempotency-key")
    headers = {name: request.headers[name] for name in wanted if name in request.headers}
    return {**headers, "traceparent": request.scope["traceparent"]}
