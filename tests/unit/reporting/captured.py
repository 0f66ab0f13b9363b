"""A captured run of the whole product, as reporting would keep it."""

from collections import defaultdict
from functools import cache
from typing import Any

import msgspec

from services.reporting.projections import RecordRow
from shared.messaging.envelope import Record
from shared.messaging.headers import read_record
from tests.contract.captured import FILES, read


@cache
def captured() -> tuple[dict[str, list[RecordRow]], dict[str, Any]]:
    """By ticket: its records, and what all services showed of it in the end."""
    history = read(FILES[-1])
    rows: dict[str, list[RecordRow]] = defaultdict(list)
    for publisher, records in history.logs.items():
        for record in records:
            row = row_of(record, publisher)
            if row.ticket_id is not None:
                rows[str(row.ticket_id)].append(row)
    seen: dict[str, Any] = history.seen["tickets"]  # type: ignore[assignment]
    return rows, seen


def row_of(record: Record, publisher: str) -> RecordRow:
    """As it is kept: its bytes, and what its headers say."""
    arrival = read_record(record, publisher)
    facts = msgspec.json.decode(record.value or b"")
    return RecordRow(
        event_id=arrival.event_id,
        subject=arrival.subject,
        ticket_id=arrival.subject if "ticket_id" in facts else None,
        source=publisher,
        type=arrival.name,
        sequence=arrival.sequence,
        position=arrival.position,
        previous=arrival.previous,
        partition=record.partition,
        ordinal=arrival.position,
        epoch=arrival.epoch,
        occurred_at=msgspec.convert(facts["at"], type=type(arrival.recorded_at)),
        recorded_at=arrival.recorded_at,
        actor=arrival.actor,
        correlation_id=arrival.correlation_id,
        causation_id=arrival.causation_id,
        traceparent=arrival.traceparent,
        data=msgspec.Raw(record.value or b""),
    )
