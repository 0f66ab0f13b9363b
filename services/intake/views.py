"""What a ticket looks like in an answer, and to whom it is there at all."""

from uuid import UUID

from services.intake.bootstrap import Intake
from services.intake.domain.errors import TicketNotRegisteredError
from services.intake.domain.ticket import Closed, NotRegistered, Ticket, Withdrawn
from services.intake.models import CustomerView, TicketReceipt, TicketView
from services.intake.projections import CUSTOMERS, TICKETS, Status, TicketSummary
from shared.command_handler import Handled
from shared.http import Caller
from shared.personal_data import record_reading
from shared.vault import TEXTS


async def visible_ticket(intake: Intake, caller: Caller, ticket_id: UUID) -> TicketSummary:
    """The ticket, if it is there for this caller. Raises TicketNotRegisteredError."""
    row = await intake.core.store.get(TICKETS, str(ticket_id))
    if row is None or not caller.key.may_see(row.case.client, row.department):
        raise TicketNotRegisteredError
    return row


def receipt(handled: Handled[Ticket]) -> TicketReceipt:
    """The ticket as a command left it, by intake's own word alone."""
    ticket = handled.state
    if isinstance(ticket, NotRegistered):
        raise TicketNotRegisteredError
    register = ticket.register
    status: Status
    match ticket:
        case Withdrawn():
            status = "withdrawn"
        case Closed():
            status = "closed"
        case _:
            status = "notified" if ticket.answered_round else "registered"
    return TicketReceipt(
        register.ticket_id, register.number, status, handled.version, links(register.ticket_id)
    )


def links(ticket_id: UUID) -> dict[str, str]:
    """Where to go from a ticket."""
    return {
        "self": f"/intake/v1/tickets/{ticket_id}",
        "work_orders": f"/dispatch/v1/work-orders?ticket_id={ticket_id}",
        "clocks": f"/sla/v1/tickets/{ticket_id}/clocks",
        "revisits": f"/revisit/v1/revisits?ticket_id={ticket_id}",
        "history": f"/reporting/v1/tickets/{ticket_id}/history",
    }


async def full_view(intake: Intake, caller: Caller, row: TicketSummary) -> TicketView:
    """The ticket; for a key that may read personal data unmasked, and the reading recorded."""
    if not caller.key.may("pii:read"):
        return masked_view(row)
    ref = row.case.customer_ref
    await record_reading(intake.core, caller, ref, row.ticket_id, ("customer", "content"))
    person = await intake.core.store.get(CUSTOMERS, str(ref))
    content = await intake.core.store.get(TEXTS, str(row.content_id))
    customer = masked_view(row).customer
    if person is not None:
        customer = CustomerView(ref, person.name, person.phone, person.email, person.account)
    return masked_view(row, customer, content.text if content else None)


def masked_view(
    row: TicketSummary, customer: CustomerView | None = None, content: str | None = None
) -> TicketView:
    """The ticket without personal data, unless given."""
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
        rounds=row.rounds,
        customer=customer or CustomerView(case.customer_ref, row.customer_name, row.customer_phone),
        content=content,
        promises=row.promises,
        links=links(row.ticket_id),
    )
