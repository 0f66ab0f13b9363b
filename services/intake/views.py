"""What a ticket looks like in an answer, and to whom it is there at all."""

from uuid import UUID

import msgspec

from services.intake.bootstrap import Intake
from services.intake.domain.errors import TicketNotRegisteredError
from services.intake.domain.stages import Closed, Merged, NotRegistered, Ticket, Withdrawn
from services.intake.models import CustomerView, TicketReceipt, TicketView
from services.intake.projections import TICKETS, Status, TicketSummary
from services.intake.rows import CUSTOMERS, PossibleDuplicate
from shared.command_handler import Handled, Identity
from shared.http import Caller, sees
from shared.personal_data import record_reading
from shared.vault import read_texts


async def visible_ticket(
    intake: Intake, caller: Caller, ticket_id: UUID, identity: Identity | None = None
) -> TicketSummary:
    """The ticket, if it is there for this caller. Raises TicketNotRegisteredError."""
    store = intake.core.store
    row = await store.get(TICKETS, str(ticket_id))
    if row is None or not await sees(store, caller, row.case.client, row.department, identity):
        raise TicketNotRegisteredError
    return row


def listed_view(row: TicketSummary) -> TicketView:
    """As a list shows it: masked."""
    case = row.case
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
        customer=CustomerView(case.customer_ref, row.customer_name, row.customer_phone),
        promises=row.promises,
        links=_links(row.ticket_id),
    )


async def full_view(intake: Intake, caller: Caller, row: TicketSummary) -> TicketView:
    """The ticket now; unmasked, and the reading recorded, if the key may."""
    view = listed_view(row)
    if not caller.key.may("pii:read"):
        return view
    ref = row.case.customer_ref
    await record_reading(intake.core, caller, ref, row.ticket_id, ("customer", "content"))
    person = await intake.core.store.get(CUSTOMERS, str(row.ticket_id))
    texts = await read_texts(intake.core.store, [row.content_id])
    customer = view.customer
    if person is not None:
        customer = CustomerView(ref, person.name, person.phone, person.email, person.account)
    return msgspec.structs.replace(view, customer=customer, content=texts.get(row.content_id))


def receipt(
    handled: Handled[Ticket], duplicates: tuple[PossibleDuplicate, ...] = ()
) -> TicketReceipt:
    """As a command left it, by intake's own word alone: a replay shows the first answer."""
    ticket = handled.state
    if isinstance(ticket, NotRegistered):
        raise TicketNotRegisteredError
    register = ticket.register
    status: Status
    match ticket:
        case Withdrawn():
            status = "withdrawn"
        case Merged():
            status = "merged"
        case Closed():
            status = "closed"
        case _:
            status = "notified" if ticket.answered_round else "registered"
    return TicketReceipt(
        register.ticket_id,
        register.number,
        status,
        handled.version,
        _links(register.ticket_id),
        duplicates,
    )


def _links(ticket_id: UUID) -> dict[str, str]:
    return {
        "self": f"/intake/v1/tickets/{ticket_id}",
        "work_orders": f"/dispatch/v1/work-orders?ticket_id={ticket_id}",
        "clocks": f"/sla/v1/tickets/{ticket_id}/clocks",
        "revisits": f"/revisit/v1/revisits?ticket_id={ticket_id}",
        "history": f"/reporting/v1/tickets/{ticket_id}/history",
    }
