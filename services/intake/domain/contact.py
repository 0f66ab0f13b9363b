"""What is recorded of one contact, and of those that answer it."""

from dataclasses import dataclass

from shared.contracts.intake import ContactRecorded
from shared.decider import Decider

Contacts = tuple[ContactRecorded, ...]
"""The contact, and those that answer it, as they were recorded."""


@dataclass(frozen=True, kw_only=True)
class RecordContact:
    """As it will stand: everything in it was settled before the decision."""

    contact: ContactRecorded


def record(command: RecordContact, contacts: Contacts) -> list[ContactRecorded]:
    """H-01: every contact is recorded, of whatever kind and however late."""
    if any(one.contact_id == command.contact.contact_id for one in contacts):
        return []  # a repeat
    return [command.contact]


def evolve(contacts: Contacts, event: ContactRecorded) -> Contacts:
    return (*contacts, event)


CONTACT: Decider[RecordContact, Contacts, ContactRecorded] = Decider(
    initial=(), decide=record, evolve=evolve
)
