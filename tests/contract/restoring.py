"""The whole product over nothing but captured logs: stores with their own events, nothing heard."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from services.dispatch.domain.ticket import TICKET as DISPATCH_TICKET
from services.dispatch.projections import work_order_changes
from services.intake.domain.contact import CONTACT
from services.intake.domain.customer import CUSTOMER
from services.intake.domain.ticket import TICKET
from services.intake.projections import ticket_changes
from services.revisit.domain.call_back import CALL_BACKS
from services.revisit.domain.outbound_task import OUTBOUND_TASK
from services.revisit.domain.served_group import SERVED_GROUP
from services.revisit.outbound_projections import outbound_changes
from services.revisit.projections import revisit_changes
from services.revisit.served_projections import served_changes
from services.sla.domain.orders import ORDERS as ORDER
from services.sla.domain.publication import CLOCKS
from services.sla.domain.versions import CALENDAR_VERSIONS, PACK_VERSIONS
from services.sla.restating import ORDERS, OrderRow
from shared.codec import decode
from shared.contracts.dispatch import DispatchEvent
from shared.contracts.intake import ContactRecorded, CustomerErased, TicketEvent
from shared.contracts.revisit import CallBackEvent, OutboundTaskEvent, ServedGroupImported
from shared.contracts.sla import (
    CalendarPublished,
    ClocksEvent,
    PackPublished,
    RecalculationOrdered,
)
from shared.contracts.terms import CheckpointSigned, Event, PersonalDataRead, TextsErased
from shared.decider import Decider
from shared.messaging.headers import read_record
from shared.tables import Delete, Fold, Put, RowChange
from shared.testing.memory_store import Disk
from shared.versions import version_change
from tests.contract.captured import History, restored
from tests.whole.product import PEOPLE

Project = Callable[[Any, int], Iterable[RowChange]]


def _nothing(_event: object, _version: int) -> Iterable[RowChange]:
    return ()


def _kept(event: PackPublished | CalendarPublished, _version: int) -> Iterable[RowChange]:
    return [version_change(event)]


def _ordered(event: RecalculationOrdered, _version: int) -> Iterable[RowChange]:
    row = OrderRow(order=event, client=PEOPLE[0])
    return [Put(ORDERS, str(event.recalculation_id), row)]


DECIDERS: Mapping[str, tuple[tuple[Any, Decider[Any, Any, Any], Project], ...]] = {
    "intake": (
        (TicketEvent, TICKET, ticket_changes),
        (ContactRecorded, CONTACT, _nothing),
        (CustomerErased, CUSTOMER, _nothing),
    ),
    "dispatch": ((DispatchEvent, DISPATCH_TICKET, work_order_changes),),
    "sla": (
        (ClocksEvent, CLOCKS, _nothing),
        (PackPublished, PACK_VERSIONS, _kept),
        (CalendarPublished, CALENDAR_VERSIONS, _kept),
        (RecalculationOrdered, ORDER, _ordered),
    ),
    "revisit": (
        (CallBackEvent, CALL_BACKS, revisit_changes),
        (OutboundTaskEvent, OUTBOUND_TASK, outbound_changes),
        (ServedGroupImported, SERVED_GROUP, served_changes),
    ),
}
"""Which decider a service's events belong to, and what they change in its views."""
NOBODYS = (CheckpointSigned, PersonalDataRead, TextsErased)
"""What no decider of tickets folds: records of what a service itself did."""


class UnfoldedError(AssertionError):
    """No decider is named here for such an event."""


def owner_of(publisher: str, event: Event) -> tuple[Decider[Any, Any, Any], Project] | None:
    """Raises UnfoldedError for an event that nobody folds."""
    for kinds, decider, project in DECIDERS[publisher]:
        if isinstance(event, get_args(kinds) or kinds):
            return decider, project
    if isinstance(event, NOBODYS):
        return None
    raise UnfoldedError(f"{publisher}: {type(event).__name__}")


def disks_of(history: History) -> dict[str, Disk]:
    """Each service's store, its own views folded."""
    disks = {name: restored(name, records) for name, records in history.logs.items()}
    for publisher, records in history.logs.items():
        for record in records:
            arrival = read_record(record, publisher)
            event = decode(publisher, arrival.name, record.value or b"")
            owner = owner_of(publisher, event) if event else None
            if owner is not None:
                _change(disks[publisher], owner[1](event, arrival.sequence))
    return disks


def _change(disk: Disk, changes: Iterable[RowChange]) -> None:
    for one in changes:
        rows = disk.rows.setdefault(one.table.name, {})
        before = rows.get(one.key)
        match one:
            case Fold():
                row = one.project(one.table.decode(before[1]) if before else None)
            case Delete():
                rows.pop(one.key, None)
                continue
            case _:
                row = one.row
        if row is not None:
            rows[one.key] = (one.table.column_values(row), one.table.encode(row))
