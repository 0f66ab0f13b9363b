"""Puts revisit together: its store, its call-backs and outbound tasks, its ears."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.revisit.domain.call_back import CALL_BACKS
from services.revisit.domain.commands import ImportServedGroup, OutboundTaskCommand, RevisitCommand
from services.revisit.domain.outbound_stages import OutboundTask
from services.revisit.domain.outbound_task import OUTBOUND_TASK
from services.revisit.domain.served_group import SERVED_GROUP, ServedGroup
from services.revisit.domain.stages import CallBacks
from services.revisit.handlers import HANDLERS
from services.revisit.outbound_projections import (
    CALLED_CUSTOMERS,
    OUTBOUND_TASKS,
    outbound_changes,
)
from services.revisit.projections import COMPLAINTS, ENDINGS, REVISITS, revisit_changes
from services.revisit.regulations import Regulations
from services.revisit.served_projections import SERVED_CUSTOMERS, SERVED_GROUPS, served_changes
from shared.carrier import Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.contracts.revisit import CallBackEvent, OutboundTaskEvent, ServedGroupImported
from shared.service import Core, OnLine, on_line, open_core
from shared.settings import Settings

TABLES = (
    REVISITS,
    ENDINGS,
    COMPLAINTS,
    OUTBOUND_TASKS,
    CALLED_CUSTOMERS,
    SERVED_GROUPS,
    SERVED_CUSTOMERS,
)


@dataclass(frozen=True)
class Revisit:
    """The running service."""

    core: Core
    regulations: Regulations
    call_backs: CommandHandler[RevisitCommand, CallBacks, CallBackEvent]
    outbound_tasks: CommandHandler[OutboundTaskCommand, OutboundTask, OutboundTaskEvent]
    served_groups: CommandHandler[ImportServedGroup, ServedGroup, ServedGroupImported]


def assemble(core: Core) -> Revisit:
    """Revisit over an open core. Raises WrongDataError."""
    call_backs = CommandHandler("revisit", core.store, CALL_BACKS, core.clock, revisit_changes)
    outbound_tasks = CommandHandler(
        "revisit", core.store, OUTBOUND_TASK, core.clock, outbound_changes
    )
    served_groups = CommandHandler("revisit", core.store, SERVED_GROUP, core.clock, served_changes)
    regulations = Regulations(core.packs, core.calendars)
    return Revisit(core, regulations, call_backs, outbound_tasks, served_groups)


@asynccontextmanager
async def bootstrap(
    settings: Settings, carrier: Carrier, clock: Clock | None = None
) -> AsyncIterator[tuple[Revisit, OnLine]]:
    """Opens revisit, on the line, and closes it at the end. Raises WrongDataError."""
    async with open_core(settings, "revisit", TABLES, clock) as core:
        revisit = assemble(core)
        async with on_line(core, carrier, revisit, HANDLERS) as line:
            yield revisit, line
