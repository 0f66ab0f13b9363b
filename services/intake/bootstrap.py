"""Puts intake together: its store, its tickets, its directory, its ears."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.intake.canary import posting
from services.intake.domain.commands import TicketCommand
from services.intake.domain.contact import CONTACT, Contacts, RecordContact
from services.intake.domain.customer import CUSTOMER, EraseCustomer
from services.intake.domain.stages import Ticket
from services.intake.domain.ticket import TICKET
from services.intake.erasing import finish_erasures
from services.intake.handlers import HANDLERS
from services.intake.projections import TICKETS, ticket_changes
from services.intake.rows import (
    CANARIES,
    CONTACTS,
    CUSTOMER_TICKETS,
    CUSTOMERS,
    DUPLICATES,
    ERASURES,
    KNOWLEDGE,
    NUMBERS,
    WORDS,
)
from services.intake.witnessing import WITNESSED
from shared.carrier import Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.contracts.intake import ContactRecorded, CustomerErased, TicketEvent
from shared.directory import Directory, load_directory
from shared.service import Core, OnLine, on_line, open_core
from shared.settings import Settings

TABLES = (
    CANARIES,
    TICKETS,
    NUMBERS,
    CUSTOMER_TICKETS,
    DUPLICATES,
    CUSTOMERS,
    CONTACTS,
    ERASURES,
    KNOWLEDGE,
    WORDS,
    WITNESSED,
)


@dataclass(frozen=True)
class Intake:
    """The running service."""

    core: Core
    tickets: CommandHandler[TicketCommand, Ticket, TicketEvent]
    contacts: CommandHandler[RecordContact, Contacts, ContactRecorded]
    customers: CommandHandler[EraseCustomer, bool, CustomerErased]
    directory: Directory


def assemble(core: Core) -> Intake:
    """Intake over an open core."""
    tickets = CommandHandler("intake", core.store, TICKET, core.clock, ticket_changes)
    contacts = CommandHandler("intake", core.store, CONTACT, core.clock)
    customers = CommandHandler("intake", core.store, CUSTOMER, core.clock)
    directory = load_directory(core.settings.directory_file)
    return Intake(core, tickets, contacts, customers, directory)


@asynccontextmanager
async def bootstrap(
    settings: Settings, carrier: Carrier, clock: Clock | None = None
) -> AsyncIterator[tuple[Intake, OnLine]]:
    """Opens intake, on the line, and closes it at the end."""
    async with open_core(settings, "intake", TABLES, clock) as core:
        intake = assemble(core)
        await finish_erasures(core)
        async with on_line(core, carrier, intake, HANDLERS) as line, posting(intake):
            yield intake, line
