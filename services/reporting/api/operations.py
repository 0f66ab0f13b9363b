"""Topics, timers and dead letters, for on-call."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.reporting.api.service import forwarded, reporting_of
from services.reporting.canary import canary_standing
from services.reporting.letters import ask_owner, page_of_letters
from services.reporting.messages import MessagesQuery, find_messages
from services.reporting.models import LettersQuery
from services.reporting.timer_models import TimersQuery
from services.reporting.timers import timers_board
from services.reporting.topics import standing_now
from shared.http import answer, authorize, body_of, page_answer, read, service_router
from shared.http.operations import DiscardRequest
from shared.settings import ServiceName

router = service_router("reporting")


@router.get("/topics")
async def show_topics(request: Request) -> Response:
    """How far every topic reaches, and how far each of its consumers is behind."""
    authorize(request, "operations")
    return answer(await standing_now(reporting_of(request), forwarded(request)))


@router.get("/messages")
async def list_messages(request: Request, asked: Annotated[MessagesQuery, Query()]) -> Response:
    """A topic's messages, or a ticket's in all topics, newest first; the look is kept."""
    caller = authorize(request, "operations")
    return answer(await find_messages(reporting_of(request), caller, asked))


@router.get("/timers")
async def show_all_timers(request: Request, asked: Annotated[TimersQuery, Query()]) -> Response:
    """How all promises stand, what runs out next, and who was called on and has not seen it."""
    caller = authorize(request, "sla:read")
    headers = forwarded(request)
    return answer(await timers_board(reporting_of(request), caller.key, asked, headers))


@router.get("/canary")
async def show_canary(request: Request) -> Response:
    """Whether the system's own ticket goes through the whole line, and where it hangs if not."""
    authorize(request, "operations")
    return answer(await canary_standing(reporting_of(request)))


@router.get("/dead-letters")
async def list_all_dead_letters(
    request: Request, asked: Annotated[LettersQuery, Query()]
) -> Response:
    """What could not be handled, in all services; `unreachable` names those that did not say."""
    authorize(request, "operations")
    peers = reporting_of(request).peers
    items, after, silent = await page_of_letters(peers, asked, forwarded(request))
    return page_answer(request, items, after, unreachable=[one.service for one in silent])


@router.get("/dead-letters/{letter_id}")
async def show_dead_letter_anywhere(
    letter_id: UUID, request: Request, service: ServiceName | None = None
) -> Response:
    """One letter with its headers and its event, and whose it is."""
    authorize(request, "operations")
    peers = reporting_of(request).peers
    headers = forwarded(request)
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
    peers, headers = reporting_of(request).peers, forwarded(request)
    _, answered = await ask_owner(peers, service, "POST", call, headers, body)
    wanted = ("content-type", "content-language", "idempotent-replay", "retry-after")
    kept = {name: answered.headers[name] for name in wanted if name in answered.headers}
    return Response(answered.content, answered.status_code, kept)
