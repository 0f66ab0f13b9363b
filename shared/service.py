"""What every service is made of: its store, its keys and clock, its place on the line."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from shared.background import beside
from shared.calendars import Calendars, load_calendars
from shared.carrier import Attachment, Carrier, Station
from shared.clock import Clock, SystemClock
from shared.codec import REGISTRY
from shared.command_handler import IDEMPOTENCY
from shared.contracts.terms import Event
from shared.eventsourcing_store import open_backend
from shared.evidence.keys import Signer
from shared.evidence.sealing import SEALS, Sealer
from shared.evidence.signing import Signing, promised, signing_of
from shared.group_commit import EventStore
from shared.keys import KeyFile, load_secret
from shared.messaging.consumer import Consumer
from shared.messaging.embedded import Subscriber
from shared.messaging.lane import Lane
from shared.messaging.letters import LETTER_ANSWERS, LETTERS, DeadLetters
from shared.messaging.receiving import Receiver
from shared.messaging.relay import PLACES
from shared.packs import Packs, load_packs
from shared.secret import SECRET_MARKS, check_secret
from shared.settings import Settings
from shared.tables import Table
from shared.vault import ERASED, TEXTS
from shared.versions import VERSION_TABLES, Versions

if TYPE_CHECKING:
    from prometheus_client.core import Metric

Container = TypeVar("Container")
Handlers = Mapping[type[Event], Callable[[Any, Container], Awaitable[None]]]
"""What a service does on hearing each type of event."""

COMMON_TABLES: tuple[Table[Any], ...] = (
    IDEMPOTENCY,
    LETTERS,
    LETTER_ANSWERS,
    PLACES,
    SEALS,
    SECRET_MARKS,
    TEXTS,
    ERASED,
    *VERSION_TABLES,
)


@dataclass(frozen=True)
class Core:
    """The parts that all services share in kind."""

    name: str
    settings: Settings
    store: EventStore
    letters: DeadLetters
    clock: Clock
    keys: KeyFile
    secret: bytes
    packs: Packs
    calendars: Calendars

    def now(self) -> datetime:
        return self.clock.now()


@dataclass(frozen=True)
class Reading:
    """How far one partition number was read, over all publishers; `lag` None: not known yet."""

    partition: int
    caught_up: bool
    read: int
    lag: int | None


@dataclass(frozen=True)
class OnLine:
    """A service's reading and publishing, for those who watch it."""

    core: Core
    attachment: Attachment
    consumer: Consumer | None
    hears: Sequence[str] = ()
    began: float = field(default_factory=time.monotonic)
    """Nobody is late before this process itself has looked on for that long."""

    async def signing(self) -> Signing:
        """How far the service's own log is signed for."""
        return await self.core.store.run(signing_of)

    def waits_seconds(self, signing: Signing) -> float:
        """Real ones that the oldest unsigned event waits, as far as this process has seen it."""
        if signing.waiting_since is None:
            return 0.0
        waited = (self.core.now() - signing.waiting_since).total_seconds()
        return max(0.0, min(waited / self.core.settings.pace, time.monotonic() - self.began))

    def is_late(self, signing: Signing) -> bool:
        """Whether the signing has stopped."""
        every = self.core.settings.checkpoint_seconds
        return signing.is_cut or self.waits_seconds(signing) > promised(every)

    def obstacles(self) -> list[str]:
        """Why the service is not ready, a sentence each."""
        found = list(self.attachment.obstacles())
        stuck = [lane for lane in self.lanes if lane.alarm]
        found += [f"{one.publisher}/{one.partition}: {one.alarm}." for one in stuck]
        return found

    async def measured(self) -> "Sequence[Metric]":
        """What Prometheus reads of this service alone; asked at each scrape."""
        return ()

    @property
    def readings(self) -> Sequence[Reading]:
        """Of a service that reads everything anew at each start: how far it has come."""
        return ()

    @property
    def lanes(self) -> Sequence[Lane]:
        """How far each partition was read here."""
        return self.consumer.lanes if self.consumer else ()


@asynccontextmanager
async def open_core(
    settings: Settings, name: str, tables: Sequence[Table[Any]], clock: Clock | None = None
) -> AsyncIterator[Core]:
    """Opens the service's store and closes it at the end. Raises WrongDataError."""
    packs, calendars = load_packs(settings.packs), load_calendars(settings.holidays_file)
    if settings.store.startswith("sqlite:"):
        # Personal data lives here: for its owner alone.
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock = clock or SystemClock(settings.clock_speed)
    backend = open_backend(settings.store_url(name), name, (*COMMON_TABLES, *tables))
    store = EventStore(backend)
    try:
        secret = load_secret(settings.secret_path)
        await check_secret(store, secret)
        versions = Versions(store, packs, calendars)
        await versions.read()
        async with beside(versions.follow(), f"{name} published versions"):
            yield Core(
                name=name,
                settings=settings,
                store=store,
                letters=DeadLetters(name, store, clock),
                clock=clock,
                keys=KeyFile(settings.keys_path),
                secret=secret,
                packs=packs,
                calendars=calendars,
            )
    finally:
        await store.close()


@asynccontextmanager
async def on_line(
    core: Core,
    carrier: Carrier,
    service: Container,
    handlers: Handlers[Container],
) -> AsyncIterator[OnLine]:
    """Hears what `handlers` name, and publishes the own log, until the context ends."""
    bound = {kind: partial(_call, handler, service) for kind, handler in handlers.items()}
    receiver = Receiver(bound)
    consumer = Consumer(core.name, core.store, core.clock, core.letters, receiver, receiver.foresee)
    # Not itself: what several services say under one type, a service hears of the others.
    others = {name: events for name, events in REGISTRY.items() if name != core.name}
    hears = [name for name, events in others.items() if bound.keys() & set(events.values())]
    async with attach(core, carrier, consumer, hears) as attachment:
        yield OnLine(core, attachment, consumer, hears)


async def _call(
    handler: Callable[[Any, Container], Awaitable[None]], service: Container, envelope: object
) -> None:
    await handler(envelope, service)


@asynccontextmanager
async def attach(
    core: Core,
    carrier: Carrier,
    subscriber: Subscriber,
    hears: Sequence[str],
    *,
    publishes: bool = True,
) -> AsyncIterator[Attachment]:
    """The same for a service that reads in its own way. Whoever has a log signs for it."""
    station = Station(core.name, core.store, publishes, subscriber, hears)
    async with carrier.attach(station) as attachment:
        sealer = Sealer(core.store, Signer(core.name, core.secret), core.clock)
        async with beside(sealer.run(core.settings.checkpoint_seconds), f"{core.name} checkpoints"):
            yield attachment
