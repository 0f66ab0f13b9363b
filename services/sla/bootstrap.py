"""Puts sla together: its store, its regulations, its ears and its watch."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric

from services.sla.book import Book, Shelf
from services.sla.coverage import Coverage
from services.sla.domain.publication import CLOCKS
from services.sla.handlers import HEARS
from services.sla.hearing import Listener
from services.sla.judge import Judge
from services.sla.keeping import Keeper
from services.sla.pack_files import PACK_FILES, PackFiles
from services.sla.projections import ESCALATIONS, escalation_changes
from services.sla.publishing import Publishing, publishing
from services.sla.recalculations import Recalculations
from services.sla.regulations import Regulations
from services.sla.replays import Replays
from services.sla.restating import ORDERS, WALKS
from services.sla.saying import ClocksHandler, Saying
from services.sla.simulations import Simulations
from services.sla.snapshots import SNAPSHOTS, Snapshots
from services.sla.trials import Trials
from services.sla.watch import Watch
from shared.carrier import Attachment, Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.directory import Directory, load_directory
from shared.messaging.lane import Lane
from shared.operations import OPERATIONS
from shared.service import Core, OnLine, Reading, attach, open_core
from shared.settings import Settings

TABLES = (ESCALATIONS, OPERATIONS, SNAPSHOTS, ORDERS, WALKS, PACK_FILES)


@dataclass(frozen=True)
class Sla:
    """The running service."""

    core: Core
    book: Book
    saying: Saying
    watch: Watch
    judge: Judge
    regulations: Regulations
    acknowledgements: ClocksHandler
    coverage: Coverage
    publishing: Publishing
    recalculations: Recalculations
    directory: Directory


@dataclass(frozen=True, kw_only=True)
class SlaLine(OnLine):
    """Not ready before every partition was read to the end that it had at start."""

    sla: Sla
    listener: Listener
    replays: Replays
    simulations: Simulations
    trials: Trials
    tasks: tuple["asyncio.Task[None]", ...]

    def obstacles(self) -> list[str]:
        found = super().obstacles()
        behind = sum(not shelf.caught_up for shelf in self.sla.book.shelves)
        if behind:
            found.append(f"Catching up: {behind} partitions are not read to their end yet.")
        if any(task.done() for task in self.tasks):
            found.append("The watch over deadlines stopped.")
        return found

    async def measured(self) -> Sequence[Metric]:
        unwatched = GaugeMetricFamily(
            "huiyin_tickets_not_watched",
            "Of which nothing is raised: nothing answers for them, or saying it failed.",
            value=self.sla.watch.unwatched,
        )
        return (unwatched,)

    @property
    def readings(self) -> Sequence[Reading]:
        """By partition number."""
        return [self._reading(shelf) for shelf in self.sla.book.shelves]

    def _reading(self, shelf: Shelf) -> Reading:
        lanes = [lane for lane in self.lanes if lane.partition == shelf.partition]
        extents = [self.attachment.extent(lane.publisher, lane.partition) for lane in lanes]
        known = [extent for extent in extents if extent is not None]
        read = sum(lane.read for lane in lanes)
        lag = max(0, sum(known) - read) if len(known) == len(HEARS) else None
        return Reading(shelf.partition, shelf.caught_up, read, lag)

    @property
    def lanes(self) -> Sequence[Lane]:
        return self.listener.lanes


def assemble(core: Core) -> Sla:
    """Sla over an open core. Raises WrongDataError."""
    regulations = Regulations(core.packs, core.calendars)
    regulations.check_own(core.now())
    acknowledgements = CommandHandler(
        "sla", core.store, CLOCKS, core.clock, lambda event, _version: escalation_changes(event)
    )
    judge = Judge(core.clock, regulations)
    directory = load_directory(core.settings.directory_file)
    saying = Saying(core, judge, acknowledgements, directory)
    watch = Watch(core, saying)
    coverage = Coverage(core.calendars.countries, core.clock)
    book = Book()
    recalculations = Recalculations(core, book, watch, regulations)
    return Sla(
        core,
        book,
        saying,
        watch,
        judge,
        regulations,
        acknowledgements,
        coverage,
        publishing(core, regulations),
        recalculations,
        directory,
    )


@asynccontextmanager
async def bootstrap(
    settings: Settings, carrier: Carrier, clock: Clock | None = None
) -> AsyncIterator[tuple[Sla, OnLine]]:
    """Opens sla, on the line, and closes it at the end. Raises WrongDataError."""
    async with open_core(settings, "sla", TABLES, clock) as core:
        sla = assemble(core)
        async with running(sla, carrier) as line:
            yield sla, line


@asynccontextmanager
async def running(sla: Sla, carrier: Carrier) -> AsyncIterator[SlaLine]:
    """Hears, watches and publishes until the context ends."""
    await sla.recalculations.read()
    orders = sla.regulations.orders_given
    snapshots = Snapshots(sla.core.store, sla.core.settings, orders)
    listener = Listener(sla.core, sla.book, sla.watch, snapshots)
    keeper = Keeper(sla.core, sla.book, sla.watch, snapshots, lambda: listener.lanes)
    async with attach(sla.core, carrier, listener, HEARS) as attachment:
        replays = Replays(sla.core, sla.book, sla.watch, attachment, lambda: listener.lanes)
        simulations = Simulations(sla.core, sla.book, sla.regulations)
        trials = Trials(sla.core, sla.book, sla.saying, sla.judge)
        tasks = _begun(sla, listener, keeper, attachment)
        try:
            yield SlaLine(
                sla.core,
                attachment,
                None,
                HEARS,
                sla=sla,
                listener=listener,
                replays=replays,
                simulations=simulations,
                trials=trials,
                tasks=tasks,
            )
        finally:
            await trials.close()
            await simulations.close()
            await replays.close()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await keeper.keep()


def _begun(
    sla: Sla, listener: Listener, keeper: Keeper, attachment: Attachment
) -> tuple["asyncio.Task[None]", ...]:
    return (
        asyncio.create_task(listener.follow(attachment), name="sla catching up"),
        asyncio.create_task(sla.watch.run(), name="sla watch"),
        asyncio.create_task(sla.coverage.run(), name="sla calendar coverage"),
        asyncio.create_task(PackFiles(sla.core, sla.regulations).run(), name="sla files of packs"),
        asyncio.create_task(keeper.run(), name="sla snapshots"),
        asyncio.create_task(sla.recalculations.run(), name="sla recalculations"),
    )
