"""Puts intake together: its store, its tickets, its ears."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.intake.domain.commands import TicketCommand
from services.intake.domain.contact import CONTACT, Contacts, RecordContact
from services.intake.domain.stages import Ticket
from services.intake.domain.ticket import TICKET
from services.intake.handlers import HANDLERS
from services.intake.projections import TICKETS, ticket_changes
from services.intake.rows import (
    CONTACTS,
    CUSTOMER_TICKETS,
    CUSTOMERS,
    DUPLICATES,
    KNOWLEDGE,
    NUMBERS,
    WORDS,
)
from shared.carrier import Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.contracts.intake import ContactRecorded, TicketEvent
from shared.service import Core, OnLine, on_line, open_core
from shared.settings import Settings

TABLES = (TICKETS, NUMBERS, CUSTOMER_TICKETS, DUPLICATES, CUSTOMERS, CONTACTS, KNOWLEDGE, WORDS)


@dataclass(frozen=True)
class Intake:
    """The running service."""

    core: Core
    tickets: CommandHandler[TicketCommand, Ticket, TicketEvent]
    contacts: CommandHandler[RecordContact, Contacts, ContactRecorded]


def assemble(core: Core) -> Intake:
    """Intake over an open core."""
    tickets = CommandHandler("intake", core.store, TICKET, core.clock, ticket_changes)
    contacts = CommandHandler("intake", core.store, CONTACT, core.clock)
    return Intake(core, tickets, contacts)


@asynccontextmanager
async def bootstrap(
    settings: Settings, carrier: Carrier, clock: Clock | None = None
) -> AsyncIterator[tuple[Intake, OnLine]]:
    """Opens intake, on the line, and closes it at the end."""
    async with open_core(settings, "intake", TABLES, clock) as core:
        intake = assemble(core)
        async with on_line(core, carrier, intake, HANDLERS) as line:
            yield intake, line
