"""Puts dispatch together: its store, its tickets, its directory, its ears."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.dispatch.domain.commands import DispatchCommand
from services.dispatch.domain.stages import Ticket
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.ticket_commands import ProgressMessages, Takeovers
from services.dispatch.handlers import HANDLERS
from services.dispatch.projections import WORK_ORDERS, work_order_changes
from shared.carrier import Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.contracts.dispatch import DispatchEvent
from shared.directory import Directory, load_directory
from shared.service import Core, OnLine, on_line, open_core
from shared.settings import Settings

TABLES = (WORK_ORDERS,)


@dataclass(frozen=True)
class Dispatch:
    """The running service."""

    core: Core
    tickets: CommandHandler[DispatchCommand, Ticket, DispatchEvent]
    directory: Directory
    takeovers: Takeovers

    @property
    def messages(self) -> ProgressMessages:
        """By every version that is known now."""
        packs = self.core.packs
        return {(pack.name, pack.version): pack.progress_messages for pack in packs}


def assemble(core: Core) -> Dispatch:
    """Dispatch over an open core. Raises WrongDataError."""
    directory = load_directory(core.settings.directory_file)
    tickets = CommandHandler("dispatch", core.store, TICKET, core.clock, work_order_changes)
    takeovers = Takeovers(packs=core.packs, directory=directory)
    return Dispatch(core, tickets, directory, takeovers)


@asynccontextmanager
async def bootstrap(
    settings: Settings, carrier: Carrier, clock: Clock | None = None
) -> AsyncIterator[tuple[Dispatch, OnLine]]:
    """Opens dispatch, on the line, and closes it at the end. Raises WrongDataError."""
    async with open_core(settings, "dispatch", TABLES, clock) as core:
        dispatch = assemble(core)
        async with on_line(core, carrier, dispatch, HANDLERS) as line:
            yield dispatch, line
