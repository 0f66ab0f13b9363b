"""Keeps what arrives: every record, of types and versions that nobody here has heard of too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog

from services.reporting.acts import act_changes
from services.reporting.checkpoints import checkpoint_rows
from services.reporting.figures.heard import Heard
from services.reporting.figures.views import Hearing
from services.reporting.own_projections import score_changes
from services.reporting.projections import CARDS, RECORDS, RecordRow, lane_of, project_card
from shared.codec import UnreadableEventError
from shared.contracts.intake import CustomerErased
from shared.contracts.sla import PackPublished
from shared.erasing import delete_found, erased
from shared.event_store import Append
from shared.evidence.leaf import moment_of
from shared.packs import WrongDataError
from shared.tables import Fold, Put, Query
from shared.vault import TEXTS
from shared.versions import version_change

if TYPE_CHECKING:
    from services.reporting.bootstrap import Reporting
    from shared.contracts.terms import Event
    from shared.group_commit import EventStore
    from shared.messaging.envelope import Arrival
    from shared.service import Core
    from shared.tables import RowChange


log = structlog.get_logger(__name__)


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
    changes: list[RowChange] = [Put(RECORDS, str(row.event_id), row), *act_changes(row)]
    event = _event(arrival)
    changes += checkpoint_rows(arrival.publisher, event, reporting.keys)
    if isinstance(event, PackPublished):
        changes += _adopted(event, reporting)
    if event is not None and row.ticket_id is not None:
        changes.append(Fold(CARDS, str(row.ticket_id), partial(project_card, event=event)))
    changes += Hearing(row.subject, [_heard(arrival, event)], reporting.core.packs).changes()
    changes += score_changes(event)
    if isinstance(event, CustomerErased):
        await _erase(reporting.core, event)
    await reporting.core.store.append(arrival.cause.effect(*changes))
    reporting.ordinals.keep(lane, arrival.position, ordinal)


def can_keep(arrival: Arrival) -> bool:
    """What `on_record` can keep: whatever is JSON. Raises UnreadableEventError."""
    _facts(arrival)
    return True


def _adopted(event: PackPublished, reporting: Reporting) -> list[RowChange]:
    """What figures and pages go by from here on; one that cannot be read is only a record."""
    try:
        reporting.core.packs.take(event)
    except WrongDataError:
        log.exception("a published version cannot be read", pack=event.pack, version=event.version)
        return []
    return [version_change(event)]


async def _erase(core: Core, event: CustomerErased) -> None:
    """What notices and findings say of the person; before the mark, so that a crash repeats it."""
    await core.store.append(Append(rows=[erased(event.customer_ref, event.at)]))
    await delete_found(core.store, Query(TEXTS, {"customer_ref": str(event.customer_ref)}))


def _heard(arrival: Arrival, event: Event | None) -> Heard:
    return Heard(
        source=arrival.publisher,
        type=arrival.name,
        sequence=arrival.sequence,
        event_id=arrival.event_id,
        recorded_at=arrival.recorded_at,
        actor=arrival.actor,
        event=event,
    )


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
        occurred_at=moment_of(facts.get("at")) or arrival.recorded_at,
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
