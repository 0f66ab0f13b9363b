"""Redrives or gives up many dead letters: planned, counted, confirmed, then done one by one.

Each letter's own service does it under the caller's key, and keeps who wanted it and why.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import httpx
import msgspec

from services.reporting.letters import REDRIVE_TIME, LettersPage
from services.reporting.many_models import (
    MOST,
    Act,
    LetterSequence,
    ManyDone,
    ManyLetters,
    ManyPlanned,
    Outcome,
)
from services.reporting.peers import Peers, Silence
from shared.decider import BrokenRuleError

PAGE = 500
ALL_TIME = 20.0
"""Seconds after which nothing more is begun: the rest is the next call's."""
WOULD = frozenset({"handled", "no-effect"})
Named = tuple[str, UUID]
Headers = Mapping[str, str]


class LettersChangedError(BrokenRuleError):
    """Others parked, redrove or discarded meanwhile: what was confirmed is not what is there."""

    code = "letters-changed"
    zh = "死信已有变化，请重新查看后再确认。"
    en = "The letters are not those any more that were counted: look again, then confirm."


async def plan(peers: Peers, act: Act, asked: ManyLetters, headers: Headers) -> ManyPlanned:
    """What would be done, in which order; changes nothing."""
    silent: list[str] = []
    found: dict[tuple[str, str], LetterSequence] = {}
    more = False
    async for service, letter_id in _named(peers, act, asked, headers, silent):
        if len(found) == MOST:
            more = True
            break
        sequence = await _sequence(peers, act, (service, letter_id), headers)
        if isinstance(sequence, Silence):
            silent.append(service)
        elif sequence is not None:
            key = sequence.subject if act == "redrive" else str(letter_id)
            found.setdefault((service, key), sequence)
    items = [item for one in found.values() for item in one.items]
    return ManyPlanned(
        act=act,
        count=len(items),
        would=sum(act == "discard" or item["outlook"] in WOULD for item in items),
        sequences=list(found.values()),
        more=more,
        unreachable=sorted(set(silent)),
    )


async def carry_out_all(peers: Peers, act: Act, asked: ManyLetters, headers: Headers) -> ManyDone:
    """Does what was planned, if it is still so many. Raises LettersChangedError."""
    planned = await plan(peers, act, asked, headers)
    if planned.count != asked.expected:
        raise LettersChangedError
    ends = asyncio.get_running_loop().time() + ALL_TIME
    outcomes = []
    for sequence in planned.sequences:
        if asyncio.get_running_loop().time() > ends:
            break
        outcomes.append(await _carry_out(peers, act, sequence, asked.reason, headers))
    done = sum(one.done for one in outcomes)
    return ManyDone(
        act=act,
        done=done,
        left=planned.count - done,
        sequences=outcomes,
        more=planned.more or len(outcomes) < len(planned.sequences),
    )


async def _named(
    peers: Peers, act: Act, asked: ManyLetters, headers: Headers, silent: list[str]
) -> AsyncIterator[Named]:
    """Those that were named, or a service's: of what is redriven, each sequence's first."""
    if asked.service is None:
        for one in asked.letters or ():
            yield one.service, one.letter_id
        return
    query: dict[str, str | int] = {"limit": PAGE}
    subjects: set[str] = set()
    while True:
        page = await peers.ask(asked.service, "dead-letters", LettersPage, headers, query)
        if isinstance(page, Silence):
            silent.append(asked.service)
            return
        for item in page.items:
            if act == "discard" or item["subject"] not in subjects:
                subjects.add(item["subject"])
                yield asked.service, UUID(item["letter_id"])
        if page.next_cursor is None:
            return
        query["cursor"] = page.next_cursor


async def _sequence(
    peers: Peers, act: Act, named: Named, headers: Headers
) -> LetterSequence | Silence | None:
    """None for a letter that nobody has to wait for any more."""
    service, letter_id = named
    body = b'{"dry_run":true}' if act == "redrive" else None
    method, call = ("POST", "/redrive") if act == "redrive" else ("GET", "")
    path = f"dead-letters/{letter_id}{call}"
    response = await peers.send(service, method, path, headers, body=body)
    if isinstance(response, Silence) or response.is_server_error:
        return Silence(service, "unreachable")
    if not response.is_success:
        return None
    said = response.json()
    items = said["items"] if act == "redrive" else [said] if said["state"] == "parked" else []
    if not items:
        return None
    return LetterSequence(
        service=service, letter_id=letter_id, subject=said["subject"], items=items
    )


async def _carry_out(
    peers: Peers, act: Act, sequence: LetterSequence, reason: str | None, headers: Headers
) -> Outcome:
    path = f"dead-letters/{sequence.letter_id}/{act}"
    body = msgspec.json.encode({"reason": reason})
    service, count = sequence.service, len(sequence.items)
    response = await peers.send(service, "POST", path, headers, body=body, patience=REDRIVE_TIME)
    done, problem = _said(act, response)
    return Outcome(
        service=service,
        letter_id=sequence.letter_id,
        subject=sequence.subject,
        done=done,
        left=max(0, count - done),
        problem=problem,
    )


def _said(act: Act, response: httpx.Response | Silence) -> tuple[int, str | None]:
    """How many letters are done with, or the problem's code."""
    if isinstance(response, Silence):
        return 0, response.reason
    said: dict[str, Any] = response.json()
    if not response.is_success:
        return 0, str(said["code"])
    return (int(said["redriven"]) if act == "redrive" else 1), None
