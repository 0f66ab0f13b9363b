"""Puts sla together: its store, its regulations, its ears and its watch."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.sla.book import Book
from services.sla.domain.publication import CLOCKS
from services.sla.handlers import HEARS
from services.sla.hearing import Listener
from services.sla.judge import Judge
from services.sla.own_log import read_own_log
from services.sla.projections import ESCALATIONS, escalation_changes
from services.sla.regulations import Regulations, shipped
from services.sla.watch import ClocksHandler, Watch
from shared.carrier import Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.directory import load_directory
from shared.messaging.lane import Lane
from shared.service import Core, OnLine, attach, open_core
from shared.settings import Settings

TABLES = (ESCALATIONS,)


@dataclass(frozen=True)
class Sla:
    """The running service."""

    core: Core
    book: Book
    watch: Watch
    judge: Judge
    regulations: Regulations
    acknowledgements: ClocksHandler


@dataclass(frozen=True, kw_only=True)
class SlaLine(OnLine):
    """Not ready before every partition was read to the end that it had at start."""

    sla: Sla
    listener: Listener
    tasks: tuple["asyncio.Task[None]", ...]

    def obstacles(self) -> list[str]:
        found = super().obstacles()
        behind = sum(not shelf.caught_up for shelf in self.sla.book.shelves)
        if behind:
            found.append(f"Catching up: {behind} partitions are not read to their end yet.")
        if any(task.done() for task in self.tasks):
            found.append("The watch over deadlines stopped.")
        return found

    @property
    def lanes(self) -> Sequence[Lane]:
        return self.listener.lanes


def assemble(core: Core) -> Sla:
    """Sla over an open core. Raises WrongDataError."""
    regulations = shipped()
    acknowledgements = CommandHandler(
        "sla", core.store, CLOCKS, core.clock, lambda event, _version: escalation_changes(event)
    )
    judge = Judge(core.clock, regulations)
    directory = load_directory(core.settings.directory_file)
    watch = Watch(core, judge, acknowledgements, directory)
    return Sla(core, Book(), watch, judge, regulations, acknowledgements)


@asynccontextmanager
async def bootstrap(
    settings: Settings, carrier: Carrier, clock: Clock | None = None
) -> AsyncIterator[tuple[Sla, OnLine]]:
    """Opens sla, on the line, and closes it at the end. Raises WrongDataError."""
    async with open_core(settings, "sla", TABLES, clock) as core:
        sla = assemble(core)
        sla.book.know_what_was_said(await read_own_log(core.store))
        async with running(sla, carrier) as line:
            yield sla, line


@asynccontextmanager
async def running(sla: Sla, carrier: Carrier) -> AsyncIterator[SlaLine]:
    """Hears, watches and publishes until the context ends."""
    listener = Listener(sla.book, sla.watch, sla.core.letters, sla.core.clock)
    async with attach(sla.core, carrier, listener, HEARS) as attachment:
        tasks = (
            asyncio.create_task(listener.follow(attachment), name="sla catching up"),
            asyncio.create_task(sla.watch.run(), name="sla watch"),
        )
        try:
            yield SlaLine(
                sla.core, attachment, None, HEARS, sla=sla, listener=listener, tasks=tasks
            )
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
