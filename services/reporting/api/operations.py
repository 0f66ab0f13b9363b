"""Topics, timers and dead letters, for on-call."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request, Response

from services.reporting.api.histories import file_answer
from services.reporting.api.service import forwarded, reporting_of
from services.reporting.canary import canary_standing
from services.reporting.canary_models import CanaryStanding
from services.reporting.exports import to_csv, to_jsonl
from services.reporting.groups import Groups, groups_now
from services.reporting.lag_history import TopicHistory
from services.reporting.letters import ask_owner, page_of_letters
from services.reporting.message_models import Message, Messages, MessagesQuery, Publisher
from services.reporting.messages import find_messages
from services.reporting.models import LettersQuery, Standing
from services.reporting.timer_models import TimersBoard, TimersQuery
from services.reporting.timers import timers_board
from services.reporting.topics import standing_now
from shared.http import answer, answer_of, authorize, body_of, page_answer, read, service_router
from shared.http.operations import DiscardRequest
from shared.messaging.topics import topic_of
from shared.settings import ServiceName

router = service_router("reporting")


@router.get("/topics", openapi_extra=answer_of(Standing))
async def show_topics(request: Request) -> Response:
    """How far every topic reaches, and how far each of its consumers is behind."""
    authorize(request, "operations")
    return answer(await standing_now(reporting_of(request), forwarded(request)))


@router.get("/groups", openapi_extra=answer_of(Groups))
async def show_groups(request: Request) -> Response:
    """What Kafka says of all consumer groups: state, members, and who has which partitions."""
    authorize(request, "operations")
    return answer(await groups_now(reporting_of(request)))


@router.get("/topics/{publisher}/history", openapi_extra=answer_of(TopicHistory))
async def show_topic_history(publisher: Publisher, request: Request) -> Response:
    """The last hour of a topic, as far as anybody looked: in, out and lag of each reader."""
    authorize(request, "operations")
    reporting = reporting_of(request)
    return answer(reporting.hour.of(publisher, topic_of(publisher), reporting.core.now()))


@router.get("/messages", openapi_extra=answer_of(Messages))
async def list_messages(request: Request, asked: Annotated[MessagesQuery, Query()]) -> Response:
    """A topic's messages, or a ticket's in all topics, newest first; the look is kept."""
    caller = authorize(request, "operations")
    found = await find_messages(reporting_of(request), caller, asked)
    headers = _onward(request, found)
    match asked.format:
        case "jsonl":
            lines = to_jsonl(found.items)
            return file_answer(lines, "application/jsonl", "messages.jsonl", headers)
        case "csv":
            table = to_csv(found.items, Message.__struct_fields__)
            return file_answer(table, "text/csv; charset=utf-8", "messages.csv", headers)
        case "json":
            return answer(found, headers=headers)


def _onward(request: Request, found: Messages) -> dict[str, str]:
    """Where older ones are, if there are any: a file has no other place to say so."""
    more = {"before": found.before, "cursor": found.next_cursor}
    given = {name: str(value) for name, value in more.items() if value is not None}
    if not given:
        return {}
    query = urlencode({**request.query_params, **given})
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'}


@router.get("/timers", openapi_extra=answer_of(TimersBoard))
async def show_all_timers(request: Request, asked: Annotated[TimersQuery, Query()]) -> Response:
    """How all promises stand, what runs out next, and who was called on and has not seen it."""
    caller = authorize(request, "sla:read")
    headers = forwarded(request)
    return answer(await timers_board(reporting_of(request), caller.key, asked, headers))


@router.get("/canary", openapi_extra=answer_of(CanaryStanding))
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
