"""The messages of a topic, or of a ticket, newest first, out of what reporting keeps of each.

Nothing is read from a topic itself: who looks joins no consumer group and holds up nobody.
"""

from __future__ import annotations

import heapq
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import msgspec

from services.reporting.lanes import newest_of
from services.reporting.message_models import Message, Messages
from services.reporting.projections import CARDS, TicketCard, lane_of
from services.reporting.queries import is_visible, records_of, visible_ticket
from services.reporting.readings import record_look
from shared.http import decode_cursor
from shared.http.answers import encode_cursor
from shared.messaging.heading import source_of, type_prefix
from shared.messaging.topics import PARTITIONS, PUBLISHERS, partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.reporting.bootstrap import Reporting
    from services.reporting.message_models import MessagesQuery
    from services.reporting.projections import RecordRow
    from services.reporting.readings import Look
    from shared.event_store import Backend
    from shared.http import Caller
    from shared.keys import ApiKey

LOOKED_THROUGH = 5_000
"""Messages that are read for one answer at most, however few of them are like those asked for."""


class Place(msgspec.Struct, frozen=True, array_like=True, order=True):
    """When a message was recorded, in which topic and where: the order over all topics."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    source: str
    position: int


async def find_messages(reporting: Reporting, caller: Caller, asked: MessagesQuery) -> Messages:
    """What the caller may see of it; the look is kept. Raises UnknownSubjectError."""
    what: Look = "messages" if asked.format == "json" else "export"
    if asked.ticket:
        return await _of_ticket(reporting, caller, asked, asked.ticket, what)
    after = decode_cursor(asked.cursor, Place)
    await record_look(reporting.core, caller, None, TicketCard(), what)
    search = partial(_of_topic, key=caller.key, asked=asked, after=after)
    return await reporting.core.store.run(search)


async def _of_ticket(
    reporting: Reporting, caller: Caller, asked: MessagesQuery, named: str, what: Look
) -> Messages:
    ticket_id, card = await visible_ticket(reporting, caller, named)
    await record_look(reporting.core, caller, ticket_id, card, what)
    rows = await records_of(reporting, ticket_id)
    rows.sort(key=_place, reverse=True)
    found = [row for row in rows if _is_asked(row, asked) and _is_within(row, asked)]
    return Messages(items=[message(row) for row in found[: asked.limit]], looked_through=len(rows))


def _of_topic(backend: Backend, key: ApiKey, asked: MessagesQuery, after: Place | None) -> Messages:
    is_one = asked.topic != "all"
    lanes = [_lane(backend, lane, asked, after) for lane in _lanes(asked)]
    found: list[Message] = []
    looked, last = 0, None
    order = (lambda row: row.position) if is_one else _place
    for row in heapq.merge(*lanes, key=order, reverse=True):
        if len(found) == asked.limit or looked == LOOKED_THROUGH:
            break
        looked, last = looked + 1, row
        if _is_asked(row, asked) and _may_see(backend, key, row):
            found.append(message(row))
    else:
        last = None
    return Messages(
        items=found,
        looked_through=looked,
        before=last.position if last and is_one else None,
        next_cursor=encode_cursor(_as_cursor(last)) if last and not is_one else None,
    )


def _lanes(asked: MessagesQuery) -> list[str]:
    """Which partitions can hold what is asked for."""
    publishers = PUBLISHERS if asked.topic == "all" else (asked.topic,)
    numbers = set(range(PARTITIONS))
    if asked.partition is not None:
        numbers &= {asked.partition}
    if asked.key is not None:
        numbers &= {partition_of(asked.key)}
    return [lane_of(publisher, number) for publisher in publishers for number in sorted(numbers)]


def _lane(
    backend: Backend, lane: str, asked: MessagesQuery, after: Place | None
) -> Iterator[RecordRow]:
    most = None if asked.before is None else asked.before - 1
    if after is None:
        return newest_of(backend, lane, most, asked.at, asked.since)
    rows = newest_of(backend, lane, most, after.at, asked.since)
    return (row for row in rows if _place(row) < after)


def _place(row: RecordRow) -> Place:
    return Place(row.recorded_at, row.source, row.position)


def _as_cursor(row: RecordRow) -> tuple[str, str, int]:
    return row.recorded_at.isoformat(), row.source, row.position


def _is_asked(row: RecordRow, asked: MessagesQuery) -> bool:
    return (
        asked.type in {None, row.type, row.type.rpartition(".")[0]}
        and asked.partition in {None, row.partition}
        and asked.key in {None, row.subject}
        and (asked.header is None or _has_header(row, asked.header))
        and (asked.text is None or _says(row, asked.text))
    )


def _has_header(row: RecordRow, header: str) -> bool:
    name, equals, value = header.partition("=")
    found = headers_of(row).get(name.strip().lower())
    return found is not None and (not equals or found == value.strip())


def _says(row: RecordRow, text: str) -> bool:
    return text.casefold() in bytes(row.data).decode().casefold()


def _is_within(row: RecordRow, asked: MessagesQuery) -> bool:
    return (asked.at is None or row.recorded_at <= asked.at) and (
        asked.since is None or row.recorded_at > asked.since
    )


def _may_see(backend: Backend, key: ApiKey, row: RecordRow) -> bool:
    """What is about no ticket that is known here is for those who see all."""
    card = backend.read_row(CARDS, str(row.ticket_id)) if row.ticket_id else None
    return is_visible(key, card or TicketCard())


def headers_of(row: RecordRow) -> dict[str, str]:
    """As they were on the wire (`shared.messaging.headers`)."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(row.event_id),
        "ce_source": source_of(row.source),
        "ce_type": type_prefix(row.source) + row.type,
        "ce_time": row.recorded_at.isoformat(),
        "ce_subject": str(row.subject),
        "ce_sequence": str(row.sequence),
        "ce_position": str(row.position),
        "ce_previous": str(row.previous),
        "ce_epoch": str(row.epoch),
        "ce_correlationid": str(row.correlation_id),
        "ce_actor": row.actor,
        "content-type": "application/json",
    }
    if row.causation_id:
        headers["ce_causationid"] = str(row.causation_id)
    if row.traceparent:
        headers["traceparent"] = row.traceparent
    return headers


def message(row: RecordRow) -> Message:
    """The record as the browser shows it."""
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
        headers=headers_of(row),
        data=row.data,
    )
