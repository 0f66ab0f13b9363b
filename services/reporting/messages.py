"""The messages of a topic, or of a ticket, newest first, out of what reporting keeps of each.

Nothing is read from a topic itself: who looks joins no consumer group and holds up nobody.
"""

from __future__ import annotations

import heapq
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.reporting.projections import CARDS, RECORDS, RecordRow, TicketCard, lane_of
from services.reporting.queries import is_visible, records_of, visible_ticket
from services.reporting.readings import record_look
from shared.http import Label, Moment
from shared.messaging.topics import PARTITIONS
from shared.tables import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from services.reporting.bootstrap import Reporting
    from shared.event_store import Backend
    from shared.http import Caller
    from shared.keys import ApiKey

Publisher = Literal["intake", "dispatch", "sla", "revisit"]
MOST = 200
LOOKED_THROUGH = 5_000
"""Messages that are read for one answer at most, however few of them are of the type asked for."""
PAGE = 100
HALVINGS = 64


def _or_none(given: object) -> object:
    return None if given == "" else given


Open = BeforeValidator(_or_none)
"""A form sends what was left open as an empty text."""


class MessagesQuery(BaseModel):
    """Which topic, or which ticket; from where back, and of which type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Publisher = "intake"
    ticket: Annotated[Label | None, Open] = None
    """Number or id: then of all topics."""
    type: Annotated[Label | None, Open] = None
    """With or without its version."""
    partition: Annotated[Annotated[int, Field(ge=0, lt=PARTITIONS)] | None, Open] = None
    at: Annotated[Moment | None, Open] = None
    """The newest that was recorded by then."""
    before: Annotated[Annotated[int, Field(ge=1, lt=2**63)] | None, Open] = None
    """The newest at a lower position."""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One published record as reporting keeps it; `data` are its bytes, which hold no name."""

    topic: str
    partition: int
    position: int
    event_id: UUID
    type: str
    subject: UUID
    ticket_id: UUID | None
    sequence: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    data: msgspec.Raw


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; `before` goes on where these end, None where there is nothing older."""

    items: list[Message]
    looked_through: int
    before: int | None


async def find_messages(reporting: Reporting, caller: Caller, asked: MessagesQuery) -> Messages:
    """What the caller may see of it; the look is kept. Raises UnknownSubjectError."""
    if asked.ticket:
        return await _of_ticket(reporting, caller, asked, asked.ticket)
    await record_look(reporting.core, caller, None, TicketCard(), "messages")
    return await reporting.core.store.run(partial(_of_topic, key=caller.key, asked=asked))


async def _of_ticket(
    reporting: Reporting, caller: Caller, asked: MessagesQuery, named: str
) -> Messages:
    ticket_id, card = await visible_ticket(reporting, caller, named)
    await record_look(reporting.core, caller, ticket_id, card, "messages")
    rows = await records_of(reporting, ticket_id)
    rows.sort(key=lambda row: (row.recorded_at, row.source, row.position), reverse=True)
    found = [row for row in rows if _is_asked(row, asked) and _is_by(row, asked.at)]
    return Messages(
        items=[_message(row) for row in found[: asked.limit]], looked_through=len(rows), before=None
    )


def _of_topic(backend: Backend, key: ApiKey, asked: MessagesQuery) -> Messages:
    numbers = range(PARTITIONS) if asked.partition is None else (asked.partition,)
    lanes = [_newest(backend, lane_of(asked.topic, number), asked) for number in numbers]
    found: list[Message] = []
    looked, last = 0, None
    for row in heapq.merge(*lanes, key=lambda one: one.position, reverse=True):
        if len(found) == asked.limit or looked == LOOKED_THROUGH:
            break
        looked, last = looked + 1, row.position
        if _is_asked(row, asked) and _may_see(backend, key, row):
            found.append(_message(row))
    else:
        last = None
    return Messages(items=found, looked_through=looked, before=last)


def _newest(backend: Backend, lane: str, asked: MessagesQuery) -> Iterator[RecordRow]:
    """A partition's records, from where it was asked for, the newest first."""
    most = None if asked.before is None else asked.before - 1
    if asked.at is not None:
        by_then = _position_at(backend, lane, asked.at)
        most = by_then if most is None else min(most, by_then)
    while most is None or most > 0:
        rows = _page(backend, lane, most, PAGE)
        yield from rows
        if len(rows) < PAGE:
            return
        most = rows[-1].position - 1


def _page(backend: Backend, lane: str, most: int | None, limit: int) -> Sequence[RecordRow]:
    query = Query(
        RECORDS,
        {"lane": lane},
        at_most={} if most is None else {"position": most},
        order=("position",),
        descending=True,
        limit=limit,
    )
    return [row for _, row in backend.query(query)]


def _position_at(backend: Backend, lane: str, moment: datetime) -> int:
    """The partition's newest position by then: within one, times rise with positions."""
    newest = _page(backend, lane, None, 1)
    low, high = 0, newest[0].position if newest else 0
    for _ in range(HALVINGS):
        if low >= high:
            break
        middle = (low + high + 1) // 2
        row = _page(backend, lane, middle, 1)
        if row and row[0].recorded_at > moment:
            high = row[0].position - 1
        else:
            low = middle
    return low


def _is_asked(row: RecordRow, asked: MessagesQuery) -> bool:
    if asked.type is not None and asked.type not in {row.type, row.type.rpartition(".")[0]}:
        return False
    return asked.partition in {None, row.partition}


def _is_by(row: RecordRow, moment: datetime | None) -> bool:
    return moment is None or row.recorded_at <= moment


def _may_see(backend: Backend, key: ApiKey, row: RecordRow) -> bool:
    """What is about no ticket that is known here is for those who see all."""
    card = backend.read_row(CARDS, str(row.ticket_id)) if row.ticket_id else None
    return is_visible(key, card or TicketCard())


def _message(row: RecordRow) -> Message:
    return Message(
        topic=row.source,
        partition=row.partition,
        position=row.position,
        event_id=row.event_id,
        type=row.type,
        subject=row.subject,
        ticket_id=row.ticket_id,
        sequence=row.sequence,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        actor=row.actor,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        data=row.data,
    )
