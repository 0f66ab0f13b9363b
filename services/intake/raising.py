"""Another matter that a customer brings up when called back becomes a ticket of its own (T-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import msgspec

from services.intake.domain.commands import RegisterTicket
from services.intake.domain.errors import TicketNotRegisteredError
from services.intake.domain.stages import NotRegistered
from services.intake.duplicates import Earlier
from services.intake.numbers import new_number
from services.intake.projections import TICKETS
from services.intake.rows import CUSTOMERS, NUMBERS, NumberRow
from shared.contracts.intake import RaisedIn, TicketRegistered
from shared.tables import Insert
from shared.vault import Deposit

if TYPE_CHECKING:
    from datetime import datetime

    from services.intake.bootstrap import Intake
    from shared.contracts.revisit import RevisitConcluded
    from shared.contracts.terms import Case, Text
    from shared.messaging.envelope import Envelope


def raised_ticket_id(revisit_id: UUID) -> UUID:
    """The same however often the revisit's conclusion is heard."""
    return uuid5(revisit_id, "new-complaint")


async def raise_complaint(
    envelope: Envelope[RevisitConcluded], intake: Intake, content: Text
) -> None:
    """Registers it, once: in a stream of its own, and so without the mark of what is heard.

    A crash after it repeats it, and the repeat decides nothing. Raises TicketNotRegisteredError
    where the first ticket is not known, and what the store raises.
    """
    event, store = envelope.event, intake.core.store
    first, _ = await intake.tickets.load(event.ticket_id)
    row = await store.get(TICKETS, str(event.ticket_id))
    if isinstance(first, NotRegistered) or row is None:
        raise TicketNotRegisteredError
    case = _case(intake, row.case, event.at)
    number = new_number(intake.core.now())
    register = _register(envelope, content, first.register, case, number)
    texts = Deposit(row.case.customer_ref)
    person = await store.get(CUSTOMERS, str(event.ticket_id))
    if person is not None:
        texts.keep(CUSTOMERS, str(register.ticket_id), person)
    numbered = Insert(NUMBERS, number, NumberRow(register.ticket_id))
    await intake.tickets.handle(
        register.ticket_id,
        RegisterTicket(register=register),
        msgspec.structs.replace(envelope.cause, marks=(), places=(), rows=()),
        rows=(*texts.rows, numbered, Earlier(register).change),
    )


def _register(
    envelope: Envelope[RevisitConcluded],
    content: Text,
    first: TicketRegistered,
    case: Case,
    number: str,
) -> TicketRegistered:
    """Received by whoever heard it; of the first register what is the customer's alone."""
    event = envelope.event
    return TicketRegistered(
        ticket_id=raised_ticket_id(event.revisit_id),
        number=number,
        case=case,
        content=content,
        customer_name=first.customer_name,
        customer_phone=first.customer_phone,
        contact_person=first.contact_person,
        area=first.area,
        receiver=envelope.arrival.actor,
        raised_in=RaisedIn(ticket_id=event.ticket_id, revisit_id=event.revisit_id),
        at=event.at,
    )


def _case(intake: Intake, first: Case, at: datetime) -> Case:
    """Nobody classified it yet: a general complaint, by the same pack as it was in force then."""
    pack = intake.core.packs.find_in_force(first.pack, at)
    return msgspec.structs.replace(
        first,
        pack_version=pack.version if pack else first.pack_version,
        kind="complaint",
        severity="general",
        channel="phone",
        category=None,
    )
