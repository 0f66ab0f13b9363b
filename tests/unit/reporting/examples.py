"""Records as they come from the four topics, with ids and times that tests can tell apart."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import msgspec

from services.reporting.projections import RecordRow
from shared.codec import Metadata, encode, name_of, pack
from shared.contracts import dispatch, intake
from shared.contracts.terms import Case, Event, Text
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.envelope import Record
from tests.unit.shared.messaging.records import to_record

TICKET = UUID("11111111-1111-4111-8111-111111111111")
MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)
EPOCHS = {name: uuid5(TICKET, name) for name in ("intake", "dispatch", "sla", "revisit")}
CASE = Case(
    client="crm",
    customer_ref=uuid5(TICKET, "customer"),
    pack="hotline-400",
    pack_version=1,
    kind="complaint",
    severity="general",
    channel="phone",
    tier="standard",
)


def minute(number: int) -> datetime:
    return MORNING + timedelta(minutes=number)


def event_id(name: str) -> UUID:
    return uuid5(TICKET, name)


def row(
    name: str,
    *,
    source: str = "intake",
    sequence: int = 1,
    recorded: int = 0,
    occurred: int | None = None,
    cause: str | None = None,
    subject: UUID = TICKET,
) -> RecordRow:
    """A kept record, named by what its event is called in the test."""
    return RecordRow(
        event_id=event_id(name),
        subject=subject,
        ticket_id=TICKET,
        source=source,
        type=f"{name}.v1",
        sequence=sequence,
        position=sequence,
        previous=sequence - 1,
        partition=0,
        ordinal=sequence,
        epoch=EPOCHS[source],
        occurred_at=minute(recorded if occurred is None else occurred),
        recorded_at=minute(recorded),
        actor="crm",
        correlation_id=TICKET,
        causation_id=event_id(cause) if cause else None,
        traceparent=None,
        data=msgspec.Raw(b"{}"),
    )


def registered(**changes: object) -> intake.TicketRegistered:
    event = intake.TicketRegistered(
        ticket_id=TICKET,
        number="T20261121-7K3Q9D2M",
        case=CASE,
        content=Text(text_id=TICKET, digest="d"),
        customer_name="张**",
        at=minute(-30),
    )
    return msgspec.structs.replace(event, **changes)


def offered(department: str = "network", role: dispatch.Role = "main") -> dispatch.WorkOrderOffered:
    return dispatch.WorkOrderOffered(
        work_order_id=uuid5(TICKET, role),
        ticket_id=TICKET,
        round=1,
        case=CASE,
        number="T20261121-7K3Q9D2M",
        department=department,
        rule="broadband",
        role=role,
        at=minute(1),
    )


def transferred(department: str, role: dispatch.Role = "main") -> dispatch.WorkOrderTransferred:
    return dispatch.WorkOrderTransferred(
        work_order_id=uuid5(TICKET, role),
        ticket_id=TICKET,
        round=1,
        from_department="network",
        department=department,
        reason=Text(text_id=TICKET, digest="d"),
        at=minute(2),
    )


def taken_over(department: str | None) -> dispatch.TakenOver:
    return dispatch.TakenOver(
        work_order_id=uuid5(TICKET, "main"),
        ticket_id=TICKET,
        round=1,
        level="manager" if department is None else "province",
        handler="somebody",
        department=department,
        at=minute(3),
    )


def record(
    event: Event | bytes,
    *,
    source: str = "intake",
    name: str | None = None,
    position: int = 1,
    previous: int = 0,
    cause: UUID | None = None,
    recorded: int = 0,
    subject: UUID = TICKET,
) -> Record:
    """What is on the wire; `bytes` and a `name` for what the registry does not know."""
    stored_name = name or ("" if isinstance(event, bytes) else name_of(event))
    metadata = Metadata(
        event_id=uuid5(TICKET, f"{source}/{position}"),
        recorded_at=minute(recorded),
        actor="crm",
        correlation_id=TICKET,
        causation_id=cause,
    )
    data = event if isinstance(event, bytes) else encode(event)
    stored = StoredEvent(subject, position, stored_name, pack(metadata, data))
    return to_record(source, EPOCHS[source], LoggedEvent(position, stored), previous)
