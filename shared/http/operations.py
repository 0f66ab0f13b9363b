"""How a service's reading stands, and its dead letters: the same routes in every service."""

from datetime import datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints

from shared.decider import UnknownSubjectError
from shared.event_store import Append
from shared.http.answered import first_answer, kept_answer
from shared.http.answers import answer, decode_cursor, page_answer
from shared.http.callers import authorize, identity_of
from shared.http.consumers import consumers_router
from shared.http.fields import ListQuery
from shared.http.leaves import leaves_router
from shared.http.requests import Body, body_of, read, says_nothing
from shared.messaging.foreseeing import Foreseen, Outlook, foreseen
from shared.messaging.letter import Letter, LetterState
from shared.service import OnLine


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
    state: LetterState
    reason: str | None = None
    """Why it was closed, and by whom and when, of one that is."""
    closed_by: str | None = None
    closed_at: datetime | None = None


class ForeseenView(LetterView, frozen=True, kw_only=True):
    """What a redrive would come to for one letter; `stops_with`: the error that it would meet."""

    outlook: Outlook
    stops_with: str | None


class LettersOf(ListQuery):
    """Of one subject alone: the whole sequence that waits behind its first letter.

    Those that wait, unless others are asked for.
    """

    subject: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    state: LetterState = "parked"


Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]


class RedriveRequest(Body):
    """Why letters are handled again; `dry_run` only says what would be, and in which order."""

    reason: Reason | None = None
    dry_run: bool = False


class DiscardRequest(Body):
    """Why an event is given up for good."""

    reason: Reason


SHOWN = frozenset(LetterView.__struct_fields__) - {"type"}


@cache  # as a service's other routes are, they are made once for all apps of a process
def operations_router(service: str) -> APIRouter:
    """`consumers` and `dead-letters`, scope `operations`; `log/leaves`, scope `audit:read`."""
    router = consumers_router(service)
    router.routes.extend(leaves_router(service).routes)
    router.add_api_route("/dead-letters", list_dead_letters, methods=["GET"])
    router.add_api_route("/dead-letters/{letter_id}", show_dead_letter, methods=["GET"])
    router.add_api_route(
        "/dead-letters/{letter_id}/redrive",
        redrive,
        methods=["POST"],
        openapi_extra=body_of(RedriveRequest, required=False),
    )
    router.add_api_route(
        "/dead-letters/{letter_id}/discard",
        discard,
        methods=["POST"],
        openapi_extra=body_of(DiscardRequest),
    )
    return router


async def list_dead_letters(request: Request, asked: Annotated[LettersOf, Query()]) -> Response:
    """Parked letters, oldest first; closed ones newest first."""
    authorize(request, "operations")
    after = decode_cursor(asked.cursor, tuple[int, str])
    letters = await _line(request).core.letters.page(after, asked.limit, asked.subject, asked.state)
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
    body = RedriveRequest() if says_nothing(request) else await read(request, RedriveRequest)
    identity = identity_of(request, caller, body)
    if first := await first_answer(_line(request).core, identity):
        return answer(first, replayed=True)
    subject = (await _letter(request, letter_id)).subject
    line = _line(request)
    if body.dry_run:
        return answer(await _foreseen(line, subject))
    who = caller.key.client
    redriven = await line.consumer.redrive(subject, who, body.reason) if line.consumer else 0
    left = len(await line.core.letters.of(subject))
    content = {"subject": subject, "redriven": redriven, "left": left}
    if rows := kept_answer(identity, content):
        await line.core.store.append(Append(rows=rows))
    return answer(content)


async def _foreseen(line: OnLine, subject: str) -> dict[str, Any]:
    """The sequence in its order, each letter with what today's code would make of it."""
    letters = await line.core.letters.of(subject)
    found = foreseen(letters, line.consumer.foresee if line.consumer else None)
    would = sum(one.outlook in {"handled", "no-effect"} for one in found)
    return {
        "subject": subject,
        "dry_run": True,
        "would_redrive": would,
        "would_leave": len(found) - would,
        "items": [foreseen_view(one) for one in found],
    }


async def discard(request: Request, letter_id: UUID) -> Response:
    """Closes the letter with a reason; the next of its sequence may run."""
    caller = authorize(request, "operations")
    body = await read(request, DiscardRequest)
    identity = identity_of(request, caller, body)
    if first := await first_answer(_line(request).core, identity):
        return answer(first, replayed=True)
    letter = await _letter(request, letter_id)
    content = {"letter_id": str(letter_id), "state": "discarded"}
    rows = kept_answer(identity, content)
    await _line(request).core.letters.discard(letter, body.reason, caller.key.client, rows)
    return answer(content)


def view(letter: Letter) -> LetterView:
    """The letter as lists show it."""
    return LetterView(**_shown(letter))


def foreseen_view(found: Foreseen) -> ForeseenView:
    """The same of a dry run."""
    return ForeseenView(**_shown(found.letter), outlook=found.outlook, stops_with=found.error)


def _shown(letter: Letter) -> dict[str, Any]:
    shown = {name: getattr(letter, name) for name in SHOWN}
    return {**shown, "type": letter.name}


async def _letter(request: Request, letter_id: UUID) -> Letter:
    letter = await _line(request).core.letters.get(letter_id)
    if letter is None:
        raise UnknownSubjectError
    return letter


def _line(request: Request) -> OnLine:
    line: OnLine = request.app.state.line
    return line
