"""What a ticket looks like in an answer, and to whom it is there at all."""

from collections.abc import Mapping, Sequence
from typing import assert_never
from uuid import UUID

import msgspec

from services.intake.appeals import appeal_view
from services.intake.bootstrap import Intake
from services.intake.domain.errors import TicketNotRegisteredError
from services.intake.domain.stages import Closed, Merged, NotRegistered, Open, Ticket, Withdrawn
from services.intake.projections import TICKETS, TicketSummary
from services.intake.register_view import sealed_in, with_register
from services.intake.rows import CUSTOMERS, PossibleDuplicate
from services.intake.said import TextPlace, texts_said
from services.intake.shapes import CustomerView, TextView, TicketReceipt, TicketView
from shared.command_handler import Handled, Identity
from shared.contracts.intake import RaisedIn
from shared.contracts.terms import Status
from shared.http import Caller, is_about, sees
from shared.keys import ApiKey
from shared.personal_data import record_reading
from shared.vault import read_texts_of


async def visible_ticket(
    intake: Intake, caller: Caller, ticket_id: UUID, identity: Identity | None = None
) -> TicketSummary:
    """The ticket, if it is there for this caller. Raises TicketNotRegisteredError."""
    store = intake.core.store
    row = await store.get(TICKETS, str(ticket_id))
    if row is None or is_about(caller.key, row.against_person):
        raise TicketNotRegisteredError
    if not await sees(store, caller, row.case.client, row.department, identity):
        raise TicketNotRegisteredError
    return row


def listed_view(row: TicketSummary, key: ApiKey) -> TicketView:
    """As a list shows it: masked."""
    case = row.case
    ref = case.customer_ref if key.may("pii:read") else None
    return TicketView(
        ticket_id=row.ticket_id,
        number=row.number,
        status=row.status,
        version=row.version,
        kind=case.kind,
        severity=case.severity,
        channel=case.channel,
        tier=case.tier,
        pack=case.pack,
        category=case.category,
        product=row.product,
        area=row.area,
        external_id=row.external_id,
        department=row.department,
        received_at=row.received_at,
        closed_as=row.closed_as,
        merged_into=row.merged_into,
        rounds=row.rounds,
        repeats=row.repeats,
        publicity_threat=row.publicity_threat,
        customer=CustomerView(ref, row.customer_name, row.customer_phone),
        promises=row.promises,
        appeal=appeal_view(row.appeal),
        revisits=row.revisits,
        raised_in=row.raised_in,
        raised=row.raised,
        links=_links(row.ticket_id, row.raised_in),
    )


async def full_view(intake: Intake, caller: Caller, row: TicketSummary) -> TicketView:
    """The ticket now; unmasked, and the reading recorded, if the key may."""
    stored = await intake.core.store.read(row.ticket_id)
    ticket, _ = intake.tickets.fold(stored)
    if isinstance(ticket, NotRegistered):
        raise TicketNotRegisteredError
    view = with_register(listed_view(row, caller.key), ticket.register)
    if not caller.key.may("pii:read"):
        return view
    ref, sealed = row.case.customer_ref, sealed_in(ticket.register)
    said = texts_said(stored)
    later = sorted({place.field for place in said} - {"content"})
    fields = ("customer", "content", *sealed, *(("appeal",) if row.appeal else ()), *later)
    await record_reading(intake.core, caller, ref, row.ticket_id, fields)
    wanted = [row.content_id, *sealed.values(), *(place.text_id for place in said)]
    texts = await read_texts_of(intake.core.store, ref, wanted)
    view = msgspec.structs.replace(view, texts=_shown(said, texts or {}))
    if texts is None:
        return msgspec.structs.replace(view, erased=True, **dict.fromkeys(sealed))
    person = await intake.core.store.get(CUSTOMERS, str(row.ticket_id))
    customer = view.customer
    if person is not None:
        customer = CustomerView(ref, person.name, person.phone, person.email, person.account)
    reason = next((texts.get(one) for one in _reason_ids(row)), None)
    return msgspec.structs.replace(
        view,
        customer=customer,
        content=texts.get(row.content_id),
        appeal=appeal_view(row.appeal, reason),
        **{field: texts.get(text_id) for field, text_id in sealed.items()},
    )


def _shown(said: Sequence[TextPlace], texts: Mapping[UUID, str]) -> tuple[TextView, ...]:
    return tuple(TextView(place.field, place.at, texts.get(place.text_id)) for place in said)


def _reason_ids(row: TicketSummary) -> tuple[UUID, ...]:
    return (row.appeal.reason_id,) if row.appeal else ()


def receipt(
    handled: Handled[Ticket], duplicates: tuple[PossibleDuplicate, ...] = ()
) -> TicketReceipt:
    """As a command left it, by intake's own word alone: a replay shows the first answer."""
    ticket = handled.state
    if isinstance(ticket, NotRegistered):
        raise TicketNotRegisteredError
    register = ticket.register
    return TicketReceipt(
        register.ticket_id,
        register.number,
        _own_status(ticket),
        handled.version,
        _links(register.ticket_id),
        duplicates,
    )


def _own_status(ticket: Open | Withdrawn | Merged | Closed) -> Status:
    match ticket:
        case Open():
            return "notified" if ticket.answered_round else "registered"
        case Withdrawn():
            return "withdrawn"
        case Merged():
            return "merged"
        case Closed():
            return "closed"
        case _:
            assert_never(ticket)


def _links(ticket_id: UUID, raised_in: RaisedIn | None = None) -> dict[str, str]:
    """A content that was heard in a revisit is read there."""
    heard = {"raised_in": f"/revisit/v1/revisits/{raised_in.revisit_id}"} if raised_in else {}
    return {
        "self": f"/intake/v1/tickets/{ticket_id}",
        "work_orders": f"/dispatch/v1/work-orders?ticket_id={ticket_id}",
        "clocks": f"/sla/v1/tickets/{ticket_id}/clocks",
        "revisits": f"/revisit/v1/revisits?ticket_id={ticket_id}",
        "history": f"/reporting/v1/tickets/{ticket_id}/history",
        **heard,
    }
