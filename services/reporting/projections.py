"""What reporting keeps: every record as it came, and of each ticket whose it is."""

from datetime import datetime
from uuid import UUID

import msgspec

from shared.contracts import dispatch
from shared.contracts.intake import TicketRegistered
from shared.contracts.terms import Case, Event
from shared.tables import Fold, RowChange, Table


class RecordRow(msgspec.Struct, frozen=True, kw_only=True):
    """One published event; `data` are its bytes, whether or not its type is known here."""

    event_id: UUID
    subject: UUID
    ticket_id: UUID | None
    source: str
    """The service: `intake`."""
    type: str
    """As stored: `ticket-registered.v1`."""
    sequence: int
    position: int
    previous: int
    partition: int
    ordinal: int
    """Its number within its partition, from 1: positions have gaps, and lag is counted."""
    epoch: UUID
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    data: msgspec.Raw


class TicketCard(msgspec.Struct, frozen=True, kw_only=True):
    """Who may see a ticket, and the name that people call it by."""

    client: str | None = None
    number: str | None = None
    work_order_id: UUID | None = None
    department: str | None = None
    against_person: str | None = None
    """To whom it isn't there (C-10)."""
    customer_ref: UUID | None = None


def lane_of(source: str, partition: int) -> str:
    """One partition of one topic, as a column holds it."""
    return f"{source}/{partition}"


RECORDS = Table(
    "records",
    RecordRow,
    {
        "about": lambda row: str(row.ticket_id or row.subject),
        "lane": lambda row: lane_of(row.source, row.partition),
        "position": lambda row: row.position,
    },
    numeric=frozenset({"position"}),
    indexes=(("about", "position"), ("lane", "position")),
)
CARDS = Table(
    "ticket_cards",
    TicketCard,
    {
        "number": lambda row: row.number,
        "customer": lambda row: str(row.customer_ref) if row.customer_ref else None,
    },
    indexes=(("number",), ("customer",)),
)


def learned_change(ticket_id: UUID, event: Event | None) -> RowChange | None:
    """Tells the card whom its ticket is about, and whose: those of older releases do not know."""
    if not isinstance(event, TicketRegistered):
        return None
    person, customer = event.against_person, event.case.customer_ref

    def project(card: TicketCard | None) -> TicketCard | None:
        return card and msgspec.structs.replace(
            card, against_person=person or card.against_person, customer_ref=customer
        )

    return Fold(CARDS, str(ticket_id), project)


def project_card(card: TicketCard | None, event: Event) -> TicketCard | None:
    """The ticket's client by whoever says it first, its department by dispatch's last word.

    A second work order (`help`) belongs to another department and moves nothing.
    """
    known = _named(card or TicketCard(), event)
    match event:
        case dispatch.WorkOrderOffered(role="main"):
            known = msgspec.structs.replace(
                known, work_order_id=event.work_order_id, department=event.department
            )
        case (
            dispatch.WorkOrderArbitrated()
            | dispatch.WorkOrderTransferred()
            | dispatch.TakenOver(department=str())
        ):
            if event.work_order_id == known.work_order_id:
                known = msgspec.structs.replace(known, department=event.department)
        case _:
            pass
    return card if known == TicketCard() else known


def _named(card: TicketCard, event: Event) -> TicketCard:
    """By what every event with a case says of the ticket."""
    case: Case | None = getattr(event, "case", None)
    if case is None:
        return card
    return msgspec.structs.replace(
        card,
        client=card.client or case.client,
        number=card.number or getattr(event, "number", None),
        against_person=card.against_person or getattr(event, "against_person", None),
        customer_ref=card.customer_ref or case.customer_ref,
    )
