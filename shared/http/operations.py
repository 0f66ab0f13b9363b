"""How a service's reading stands, and its dead letters: the same routes in every service."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints

from shared.command_handler import IdempotencyKeyReusedError, Identity
from shared.decider import UnknownSubjectError
from shared.event_store import Append
from shared.http.answers import answer, decode_cursor, page_answer
from shared.http.callers import authorize, identity_of
from shared.http.consumers import consumers_router
from shared.http.fields import ListQuery
from shared.http.leaves import leaves_router
from shared.http.requests import Body, body_of, read
from shared.messaging.letters import LETTER_ANSWERS, Letter, LetterAnswer
from shared.service import OnLine
from shared.tables import Put, RowChange


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """A letter without its bytes."""

    letter_id: UUID
    subject: str
    publisher: str
    type: str | None
    position: int | None
    partition: int
    offset: int | None
    error: str
    attempts: int
    parked_at: datetime
    state: str


class LettersOf(ListQuery):
    """Of one subject alone: the whole sequence that waits behind its first letter."""

    subject: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class DiscardRequest(Body):
    """Why an event is given up for good."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


def operations_router(service: str) -> APIRouter:
    """`consumers` and `dead-letters`, scope `operations`; `log/leaves`, scope `audit:read`."""
    router = consumers_router(service)
    router.routes.extend(leaves_router(service).routes)
    router.add_api_route("/dead-letters", list_dead_letters, methods=["GET"])
    router.add_api_route("/dead-letters/{letter_id}", show_dead_letter, methods=["GET"])
    router.add_api_route("/dead-letters/{letter_id}/redrive", redrive, methods=["POST"])
    router.add_api_route(
        "/dead-letters/{letter_id}/discard",
        discard,
        methods=["POST"],
        openapi_extra=body_of(DiscardRequest),
    )
    return router


async def list_dead_letters(request: Request, asked: Annotated[LettersOf, Query()]) -> Response:
    """Parked letters, oldest first."""
    authorize(request, "operations")
    after = decode_cursor(asked.cursor, tuple[int, str])
    letters = await _line(request).core.letters.page(after, asked.limit, asked.subject)
    last = letters[-1] if len(letters) == asked.limit else None
    page = None if last is None else (last.order, str(last.letter_id))
    return page_answer(request, [view(letter) for letter in letters], page)


async def show_dead_letter(request: Request, letter_id: UUID) -> Response:
    """One letter, with its headers; its value is what its publisher stored."""
    authorize(request, "operations")
    letter = await _letter(request, letter_id)
    headers = {name: value.decode(errors="replace") for name, value in letter.headers}
    value = None if letter.value is None else letter.value.decode(errors="replace")
    return answer({**msgspec.to_builtins(view(letter)), "headers": headers, "value": value})


async def redrive(request: Request, letter_id: UUID) -> Response:
    """Handles the letter's whole sequence again, oldest first; stops at one that fails again."""
    caller = authorize(request, "operations")
    identity = identity_of(request, caller, Body())
    if first := await _first_answer(request, identity):
        return answer(first, replayed=True)
    letter = await _letter(request, letter_id)
    line = _line(request)
    redriven = await line.consumer.redrive(letter.subject) if line.consumer else 0
    left = len(await line.core.letters.of(letter.subject))
    content = {"subject": letter.subject, "redriven": redriven, "left": left}
    if rows := _kept(identity, content):
        await line.core.store.append(Append(rows=rows))
    return answer(content)


async def discard(request: Request, letter_id: UUID) -> Response:
    """Closes the letter with a reason; the next of its sequence may run."""
    caller = authorize(request, "operations")
    body = await read(request, DiscardRequest)
    identity = identity_of(request, caller, body)
    if first := await _first_answer(request, identity):
        return answer(first, replayed=True)
    letter = await _letter(request, letter_id)
    content = {"letter_id": str(letter_id), "state": "discarded"}
    rows = _kept(identity, content)
    await _line(request).core.letters.discard(letter, body.reason, caller.key.client, rows)
    return answer(content)


async def _first_answer(request: Request, identity: Identity | None) -> dict[str, Any] | None:
    if identity is None:
        return None
    first = await _line(request).core.store.get(LETTER_ANSWERS, identity.key)
    if first is None:
        return None
    if first.fingerprint != identity.fingerprint:
        raise IdempotencyKeyReusedError
    return first.content


def _kept(identity: Identity | None, content: dict[str, Any]) -> list[RowChange]:
    if identity is None:
        return []
    return [Put(LETTER_ANSWERS, identity.key, LetterAnswer(identity.fingerprint, content))]


def view(letter: Letter) -> LetterView:
    """The letter as lists show it."""
    return LetterView(
        letter_id=letter.letter_id,
        subject=letter.subject,
        publisher=letter.publisher,
        type=letter.name,
        position=letter.position,
        partition=letter.partition,
        offset=letter.offset,
        error=letter.error,
        attempts=letter.attempts,
        parked_at=letter.parked_at,
        state=letter.state,
    )


async def _letter(request: Request, letter_id: UUID) -> Letter:
    letter = await _line(request).core.letters.get(letter_id)
    if letter is None:
        raise UnknownSubjectError
    return letter


def _line(request: Request) -> OnLine:
    line: OnLine = request.app.state.line
    return line
