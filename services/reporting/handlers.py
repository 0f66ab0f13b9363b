"""Keeps what arrives: every record, of types and versions that nobody here has heard of too."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from services.reporting.projections import CARDS, RECORDS, RecordRow, lane_of, project_card
from shared.codec import UnreadableEventError, utc
from shared.tables import Fold, Put, Query

if TYPE_CHECKING:
    from services.reporting.bootstrap import Reporting
    from shared.contracts.terms import Event
    from shared.group_commit import EventStore
    from shared.messaging.envelope import Arrival
    from shared.tables import RowChange


class Ordinals:
    """Numbers the records of each partition; a repeat gets the number it had."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._newest: dict[str, tuple[int, int]] = {}

    async def next(self, lane: str, previous: int) -> int:
        """The number of the record that follows the one at `previous`."""
        position, ordinal = self._newest.get(lane, (-1, 0))
        if position != previous:
            ordinal = await ordinal_at(self._store, lane, previous)
        return ordinal + 1

    def keep(self, lane: str, position: int, ordinal: int) -> None:
        """Spares the store the next question."""
        self._newest[lane] = (position, ordinal)


async def ordinal_at(store: EventStore, lane: str, position: int) -> int:
    """How many records of the partition were kept up to the position."""
    if not position:
        return 0
    query = Query(
        RECORDS,
        {"lane": lane},
        at_most={"position": position},
        order=("position",),
        descending=True,
        limit=1,
    )
    return next((row.ordinal for _, row in await store.query(query)), 0)


async def on_record(arrival: Arrival, reporting: Reporting) -> None:
    """The record, whom it concerns, and the mark in one append.

    Raises UnreadableEventError for a value that is no JSON: it could not be shown.
    """
    facts = _facts(arrival)
    lane = lane_of(arrival.publisher, arrival.record.partition)
    ordinal = await reporting.ordinals.next(lane, arrival.previous)
    row = _row(arrival, facts, ordinal)
    changes: list[RowChange] = [Put(RECORDS, str(row.event_id), row)]
    event = _event(arrival)
    if event is not None and row.ticket_id is not None:
        changes.append(Fold(CARDS, str(row.ticket_id), partial(project_card, event=event)))
    await reporting.core.store.append(arrival.cause.effect(*changes))
    reporting.ordinals.keep(lane, arrival.position, ordinal)


def _facts(arrival: Arrival) -> dict[str, object]:
    """The event's members; empty where it is JSON of another kind."""
    try:
        facts = msgspec.json.decode(arrival.record.value or b"")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableEventError(arrival.name) from error
    return facts if isinstance(facts, dict) else {}


def _event(arrival: Arrival) -> Event | None:
    """The event, if it is one that is known here."""
    try:
        envelope = arrival.envelope()
    except UnreadableEventError:
        return None
    return None if envelope is None else envelope.event


def _row(arrival: Arrival, facts: dict[str, object], ordinal: int) -> RecordRow:
    return RecordRow(
        event_id=arrival.event_id,
        subject=arrival.subject,
        ticket_id=_ticket(facts),
        source=arrival.publisher,
        type=arrival.name,
        sequence=arrival.sequence,
        position=arrival.position,
        previous=arrival.previous,
        partition=arrival.record.partition,
        ordinal=ordinal,
        epoch=arrival.epoch,
        occurred_at=_moment(facts.get("at")) or arrival.recorded_at,
        recorded_at=arrival.recorded_at,
        actor=arrival.actor,
        correlation_id=arrival.correlation_id,
        causation_id=arrival.causation_id,
        traceparent=arrival.traceparent,
        data=msgspec.Raw(arrival.record.value or b"null"),
    )


def _ticket(facts: dict[str, object]) -> UUID | None:
    """The ticket that it names: its own, or the one whose personal data somebody read."""
    named = facts.get("ticket_id") or facts.get("subject_id")
    try:
        return UUID(named) if isinstance(named, str) else None
    except ValueError:
        return None


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return utc(moment) if moment is not None and moment.tzinfo else None
