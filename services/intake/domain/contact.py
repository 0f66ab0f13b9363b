"""What is recorded of one contact, and of those that answer it."""

from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.errors import BeforeContactError, BeforeTicketError
from shared.contracts.intake import ContactRecorded
from shared.decider import LEEWAY, Decider

Contacts = tuple[ContactRecorded, ...]
"""The contact, and those that answer it, as they were recorded."""


@dataclass(frozen=True, kw_only=True)
class RecordContact:
    """As it will stand: everything in it was settled before the decision."""

    contact: ContactRecorded
    ticket_at: datetime | None = None
    """When the customer got in touch about the ticket that it names."""


def record(command: RecordContact, contacts: Contacts) -> list[ContactRecorded]:
    """H-01: every contact is recorded, of whatever kind and however late.

    Raises BeforeContactError, BeforeTicketError.
    """
    contact = command.contact
    if any(one.contact_id == contact.contact_id for one in contacts):
        return []  # a repeat
    for one in contacts:
        if one.contact_id == contact.callback_of and contact.at < one.at - LEEWAY:
            raise BeforeContactError
    # A call lasts, and its ticket may be registered at its end.
    over_at = contact.ended_at or contact.at
    if command.ticket_at is not None and over_at < command.ticket_at - LEEWAY:
        raise BeforeTicketError
    return [contact]


def evolve(contacts: Contacts, event: ContactRecorded) -> Contacts:
    return (*contacts, event)


CONTACT: Decider[RecordContact, Contacts, ContactRecorded] = Decider(
    initial=(), decide=record, evolve=evolve
)
