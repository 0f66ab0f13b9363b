"""The dead letters of all services behind one door; each stays its own service's."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx
import msgspec

from services.reporting.models import LettersQuery
from services.reporting.peers import Peers, Silence
from shared.decider import BrokenRuleError, UnknownSubjectError
from shared.http import MalformedError, Page, Problem, decode_cursor
from shared.settings import SERVICES


class SeveralOwnersError(BrokenRuleError):
    """One event failed in several services, which each keep a letter of it under the same id."""

    code = "several-owners"
    zh = "多个服务都有此死信,请用 service 参数指明。"
    en = "Several services keep a letter of this event: name one as `service`."


class LettersPage(msgspec.Struct, frozen=True):
    """A service's own list."""

    items: list[dict[str, Any]]
    next_cursor: str | None = None


async def page_of_letters(
    peers: Peers, asked: LettersQuery, headers: Mapping[str, str]
) -> tuple[list[dict[str, Any]], Page | None, list[Silence]]:
    """Service after service, oldest first in each; where the next page begins; who is silent.

    Raises MalformedError for a cursor that this list never gave.
    """
    services, inner = _from_where(asked)
    items: list[dict[str, Any]] = []
    silent: list[Silence] = []
    for service in services:
        if len(items) == asked.limit:
            return items, (service, None), silent
        query: dict[str, str | int] = {"limit": asked.limit - len(items)}
        if inner is not None:
            query["cursor"], inner = inner, None
        page = await peers.ask(service, "dead-letters", LettersPage, headers, query)
        if isinstance(page, Silence):
            silent.append(page)
            continue
        items += [{"service": service, **item} for item in page.items]
        if page.next_cursor is not None:
            return items, (service, page.next_cursor), silent
    return items, None, silent


def _from_where(asked: LettersQuery) -> tuple[Sequence[str], str | None]:
    services = SERVICES if asked.service is None else (asked.service,)
    place = decode_cursor(asked.cursor, tuple[str, str | None])
    if place is None:
        return services, None
    first, inner = place
    if first not in services:
        raise MalformedError(("", "cursor is none that this list gave"))
    return services[services.index(first) :], inner


async def owner_of(
    peers: Peers, letter_id: UUID, service: str | None, headers: Mapping[str, str]
) -> tuple[str, httpx.Response]:
    """The service that keeps the letter, and the letter in full.

    Raises UnknownSubjectError, SeveralOwnersError, and Problem 503 while one that may keep it does
    not answer.
    """
    services = [service] if service else list(SERVICES)
    path = f"dead-letters/{letter_id}"
    answers = await asyncio.gather(*(peers.send(one, "GET", path, headers) for one in services))
    found = {
        one: response
        for one, response in zip(services, answers, strict=True)
        if isinstance(response, httpx.Response) and response.is_success
    }
    if len(found) > 1:
        raise SeveralOwnersError
    if found:
        return next(iter(found.items()))
    if any(isinstance(response, Silence) or response.is_server_error for response in answers):
        raise Problem(503, "unavailable", headers={"Retry-After": "2"})
    raise UnknownSubjectError


async def pass_on(
    peers: Peers, call: str, service: str | None, headers: Mapping[str, str], body: bytes
) -> httpx.Response:
    """The owner's answer to the same call, as `<letter id>/redrive`."""
    owner, _ = await owner_of(peers, UUID(call.partition("/")[0]), service, headers)
    answered = await peers.send(owner, "POST", f"dead-letters/{call}", headers, body=body)
    if isinstance(answered, Silence):
        raise Problem(503, "unavailable", headers={"Retry-After": "2"})
    return answered
