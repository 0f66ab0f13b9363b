"""Puts reporting together: its store, its ears, its way to ask the other services."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
from prometheus_client.core import Metric

from services.reporting.acts import ACTS
from services.reporting.canary import Lookout
from services.reporting.canary_metrics import canary_metrics
from services.reporting.checkpoints import CHECKPOINTS
from services.reporting.console.attempts import Attempts
from services.reporting.console.fragments import Fragments
from services.reporting.console.sessions import SESSIONS
from services.reporting.domain.inspections import INSPECTION, Inspection, InspectionCommand
from services.reporting.domain.notices import NOTICE, Notice, NoticeCommand
from services.reporting.domain.reports import REPORT, ArchiveReport
from services.reporting.figures.rebuilding import Rebuilds
from services.reporting.figures.summing import Summing
from services.reporting.figures.views import FIGURE_TABLES
from services.reporting.growing import Grower
from services.reporting.handlers import Ordinals, can_keep, on_record
from services.reporting.lag_history import LagHistory
from services.reporting.lag_watch import LagWatch
from services.reporting.own_projections import OWN_TABLES, inspection_changes, notice_changes
from services.reporting.peers import Peers
from services.reporting.projections import CARDS, RECORDS
from services.reporting.punctual import send_when_due
from services.reporting.readings import READINGS
from services.reporting.sharing import SharedAnswers
from services.reporting.tiles import TILES, TREES
from services.reporting.verifications import Verifications
from services.reporting.witnessing import have_witnessed, witnessed_signing
from shared.background import beside
from shared.carrier import Carrier
from shared.clock import Clock
from shared.command_handler import CommandHandler
from shared.contracts.reporting import InspectionEvent, NoticeEvent, ReportArchived
from shared.directory import Directory, load_directory
from shared.evidence.keys import PublicKey, public_keys
from shared.evidence.signing import Signing
from shared.messaging.consumer import Consumer
from shared.messaging.topics import PUBLISHERS
from shared.operations import OPERATIONS
from shared.service import Core, OnLine, attach, open_core
from shared.settings import Settings
from shared.tables import Table

TABLES: tuple[Table[Any], ...] = (
    RECORDS,
    CARDS,
    ACTS,
    READINGS,
    SESSIONS,
    CHECKPOINTS,
    TILES,
    TREES,
    OPERATIONS,
    *FIGURE_TABLES,
    *OWN_TABLES,
)


@dataclass(frozen=True)
class Reporting:
    """The running service."""

    core: Core
    ordinals: Ordinals
    peers: Peers
    lookout: Lookout
    keys: Mapping[str, PublicKey]
    """Whose checkpoints are kept, by service."""
    verifications: Verifications
    rebuilds: Rebuilds
    notices: CommandHandler[NoticeCommand, Notice, NoticeEvent]
    inspections: CommandHandler[InspectionCommand, Inspection, InspectionEvent]
    reports: CommandHandler[ArchiveReport, ReportArchived | None, ReportArchived]
    directory: Directory
    """Whose departments are which, and who leads them."""
    attempts: Attempts = field(default_factory=Attempts)
    fragments: Fragments = field(default_factory=Fragments)
    shared: SharedAnswers = field(default_factory=SharedAnswers)
    """What consoles ask for again and again."""
    lags: LagWatch = field(default_factory=LagWatch)
    hour: LagHistory = field(default_factory=LagHistory)


@dataclass(frozen=True, kw_only=True)
class ReportingLine(OnLine):
    """Also says whether the whole line is alive."""

    reporting: Reporting

    async def measured(self) -> Sequence[Metric]:
        return await canary_metrics(self.reporting)

    async def signing(self) -> Signing:
        """By what its witness keeps: what it signs and keeps to itself proves nothing."""
        return await self.core.store.run(witnessed_signing)


def assemble(core: Core, peers: Peers) -> Reporting:
    """Reporting over an open core and open ways to the other services. Raises WrongDataError."""
    settings = core.settings
    lookout = Lookout(core.now(), settings.canary_interval, settings.pace)
    keys = public_keys(core.secret)
    verifications = Verifications(core, peers, keys)
    return Reporting(
        core=core,
        ordinals=Ordinals(core.store),
        peers=peers,
        lookout=lookout,
        keys=keys,
        verifications=verifications,
        rebuilds=Rebuilds(core),
        notices=CommandHandler("reporting", core.store, NOTICE, core.clock, notice_changes),
        inspections=CommandHandler(
            "reporting", core.store, INSPECTION, core.clock, inspection_changes
        ),
        reports=CommandHandler("reporting", core.store, REPORT, core.clock),
        directory=load_directory(settings.directory_file),
    )


@asynccontextmanager
async def bootstrap(
    settings: Settings,
    carrier: Carrier,
    clock: Clock | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> AsyncIterator[tuple[Reporting, OnLine]]:
    """Opens reporting, on the line, and closes it at the end."""
    async with (
        open_core(settings, "reporting", TABLES, clock) as core,
        Peers(settings.peers, transports or {}) as peers,
    ):
        reporting = assemble(core, peers)
        # Not by handlers of known types: this service keeps what it does not know as well.
        receive = partial(on_record, reporting=reporting)
        consumer = Consumer(core.name, core.store, core.clock, core.letters, receive, can_keep)
        async with (
            attach(core, carrier, consumer, PUBLISHERS, publishes=False) as attachment,
            beside(Grower(core.store).run(), "reporting trees"),
            beside(Summing(core.store).run(), "reporting sums"),
            beside(have_witnessed(core, peers), "reporting witness"),
            _unfinished(reporting),
        ):
            await reporting.rebuilds.begin_if_needed()
            async with beside(send_when_due(reporting), "reporting reports"):
                yield reporting, ReportingLine(core, attachment, consumer, reporting=reporting)


@asynccontextmanager
async def _unfinished(reporting: Reporting) -> AsyncIterator[None]:
    """Ends, with the context, the long work that somebody asked for."""
    try:
        yield
    finally:
        await reporting.rebuilds.close()
        await reporting.verifications.close()
