"""Puts revisit together: its store, its call-backs and outbound tasks, its ears."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.revisit.domain.call_back import CALL_BACKS, CallBacks
from services.revisit.domain.commands import OutboundTaskCommand, RevisitCommand
from services.revisit.domain.outbound_task import OUTBOUND_TASK, OutboundTask
from services.revisit.handlers import HANDLERS
from services.revisit.outbound_projections import (
    CALLED_CUSTOMERS,
    OUTBOUND_TASKS,
    outbound_changes,
)
from services.revisit.projections import ENDINGS, REVISITS, revisit_changes
from services.revisit.regulations import Regulations
from shared import packs
from shared.carrier import Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.contracts.revisit import CallBackEvent, OutboundTaskEvent
from shared.service import Core, OnLine, on_line, open_core
from shared.settings import Settings

LoadPack = Callable[[str], packs.Pack]
TABLES = (REVISITS, ENDINGS, OUTBOUND_TASKS, CALLED_CUSTOMERS)


@dataclass(frozen=True)
class Revisit:
    """The running service."""

    core: Core
    regulations: Regulations
    call_backs: CommandHandler[RevisitCommand, CallBacks, CallBackEvent]
    outbound_tasks: CommandHandler[OutboundTaskCommand, OutboundTask, OutboundTaskEvent]


def assemble(core: Core, load_pack: LoadPack = packs.load) -> Revisit:
    """Revisit over an open core."""
    call_backs = CommandHandler("revisit", core.store, CALL_BACKS, core.clock, revisit_changes)
    outbound_tasks = CommandHandler(
        "revisit", core.store, OUTBOUND_TASK, core.clock, outbound_changes
    )
    return Revisit(core, Regulations(load_pack), call_backs, outbound_tasks)


@asynccontextmanager
async def bootstrap(
    settings: Settings,
    carrier: Carrier,
    clock: Clock | None = None,
    load_pack: LoadPack = packs.load,
) -> AsyncIterator[tuple[Revisit, OnLine]]:
    """Opens revisit, on the line, and closes it at the end."""
    async with open_core(settings, "revisit", TABLES, clock) as core:
        revisit = assemble(core, load_pack)
        async with on_line(core, carrier, revisit, HANDLERS) as line:
            yield revisit, line
