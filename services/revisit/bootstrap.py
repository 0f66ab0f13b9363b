"""Puts revisit together: its store, its call-backs, its ears."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.revisit.domain.call_back import CALL_BACKS, CallBacks
from services.revisit.domain.commands import RevisitCommand
from services.revisit.handlers import HANDLERS
from services.revisit.projections import ENDINGS, REVISITS, revisit_changes
from shared.carrier import Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.contracts.revisit import CallBackEvent
from shared.service import Core, OnLine, on_line, open_core
from shared.settings import Settings

TABLES = (REVISITS, ENDINGS)


@dataclass(frozen=True)
class Revisit:
    """The running service."""

    core: Core
    call_backs: CommandHandler[RevisitCommand, CallBacks, CallBackEvent]


def assemble(core: Core) -> Revisit:
    """Revisit over an open core."""
    call_backs = CommandHandler("revisit", core.store, CALL_BACKS, core.clock, revisit_changes)
    return Revisit(core, call_backs)


@asynccontextmanager
async def bootstrap(
    settings: Settings, carrier: Carrier, clock: Clock | None = None
) -> AsyncIterator[tuple[Revisit, OnLine]]:
    """Opens revisit, on the line, and closes it at the end."""
    async with open_core(settings, "revisit", TABLES, clock) as core:
        revisit = assemble(core)
        async with on_line(core, carrier, revisit, HANDLERS) as line:
            yield revisit, line
