"""Puts reporting together: its store, its ears, its way to ask the other services."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import httpx

from services.reporting.handlers import Ordinals, on_record
from services.reporting.peers import Peers
from services.reporting.projections import CARDS, RECORDS
from shared.carrier import Carrier
from shared.clock import Clock
from shared.messaging.consumer import Consumer
from shared.messaging.topics import PUBLISHERS
from shared.service import Core, OnLine, attach, open_core
from shared.settings import Settings

TABLES = (RECORDS, CARDS)


@dataclass(frozen=True)
class Reporting:
    """The running service."""

    core: Core
    ordinals: Ordinals
    peers: Peers


def assemble(core: Core, peers: Peers) -> Reporting:
    """Reporting over an open core and open ways to the other services."""
    return Reporting(core, Ordinals(core.store), peers)


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
        consumer = Consumer(core.name, core.store, core.clock, core.letters, receive)
        async with attach(core, carrier, consumer, PUBLISHERS, publishes=False) as attachment:
            yield reporting, OnLine(core, attachment, consumer)
