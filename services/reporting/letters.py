"""The dead letters of all services behind one door; each stays its own service's."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import msgspec

from services.reporting.models import LettersQuery
from services.reporting.peers import ANSWER_TIME, Peers, Silence
from shared.decider import UnknownSubjectError
from shared.http import MalformedError, Page, decode_cursor, peer_unavailable
from shared.settings import SERVICES

REDRIVE_TIME = 30.0
"""Seconds: a sequence may be long, and what fails again is tried more than once."""
NO_OWNER = frozenset({404, 500, 503})


class LettersPage(msgspec.Struct, frozen=True):
    """A service's own list."""

    items: list[dict[str, Any]]
    next_cursor: str | None = None


async def page_of_letters(
    peers: Peers, asked: LettersQuery, headers: Mapping[str, str]
) -> tuple[list[dict[str, Any]], Page | None, list[Silence]]:
    """Service after service, each in its own order; where the next page begins; who is silent.

    Raises MalformedError for a cursor that this list never gave.
    """
    services, inner = _from_where(asked)
    items: list[dict[str, Any]] = []
    silent: list[Silence] = []
    for service in services:
        if len(items) == asked.limit:
            return items, (service, None), silent
        query = _query(asked, asked.limit - len(items), inner)
        inner = None
        page = await peers.ask(service, "dead-letters", LettersPage, headers, query)
        if isinstance(page, Silence):
            silent.append(page)
            continue
        items += [{"service": service, **item} for item in page.items]
        if page.next_cursor is not None:
            return items, (service, page.next_cursor), silent
    return items, None, silent


def _query(asked: LettersQuery, limit: int, cursor: str | None) -> dict[str, str | int]:
    """As a service's own list takes it."""
    narrowed = {"subject": asked.subject, "cursor": cursor}
    given = {name: value for name, value in narrowed.items() if value is not None}
    return {"limit": limit, "state": asked.state, **given}


def _from_where(asked: LettersQuery) -> tuple[Sequence[str], str | None]:
    services = SERVICES if asked.service is None else (asked.service,)
    place = decode_cursor(asked.cursor, tuple[str, str | None])
    if place is None:
        return services, None
    first, inner = place
    if first not in services:
        raise MalformedError(
            ("", ("cursor 不是本列表给出的。", "cursor is none that this list gave"))
        )
    return services[services.index(first) :], inner


async def ask_owner(
    peers: Peers,
    service: str | None,
    method: str,
    call: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> tuple[str, httpx.Response]:
    """Whose the letter is, and its answer to the call, as `POST` of `<letter id>/redrive`.

    All are asked: a letter's id belongs to one service, and none but that one does anything.
    Raises UnknownSubjectError, and Problem 503 while one that may keep it does not answer.
    """
    services = [service] if service else list(SERVICES)
    path = f"dead-letters/{call}"
    patience = ANSWER_TIME if method == "GET" else REDRIVE_TIME
    answers = await asyncio.gather(
        *(peers.send(one, method, path, headers, body=body, patience=patience) for one in services)
    )
    for one, response in zip(services, answers, strict=True):
        if isinstance(response, httpx.Response) and response.status_code not in NO_OWNER:
            return one, response
    if any(isinstance(response, Silence) or response.is_server_error for response in answers):
        raise peer_unavailable()
    raise UnknownSubjectError
