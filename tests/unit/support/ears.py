"""A service over the store's fake, and the other services' voices."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid5

from shared.calendars import Calendars
from shared.codec import REGISTRY, decode, encode, name_of, name_of_kind, unpack
from shared.contracts.terms import Event
from shared.group_commit import EventStore
from shared.keys import KeyFile
from shared.messaging.envelope import Arrival, Record
from shared.messaging.letters import DeadLetters
from shared.messaging.receiving import Receiver
from shared.packs import shipped
from shared.service import COMMON_TABLES, Core, Handlers
from shared.settings import Settings
from shared.tables import Table
from shared.testing.memory_store import MemoryBackend

EPOCH = UUID(int=99)


class Service(Protocol):
    """What every service's container holds."""

    @property
    def core(self) -> Core: ...


Container = TypeVar("Container", bound=Service)
EventType = TypeVar("EventType", bound=Event)


class StillClock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.time).total_seconds())


def subject_of(event: Event) -> UUID:
    """The ticket that it is about; else the pack, the calendar or the person."""
    names = ("ticket_id", "pack_id", "calendar_id", "customer_ref")
    found: UUID = next(getattr(event, name) for name in names if hasattr(event, name))
    return found


@dataclass
class Ears(Generic[Container]):
    """Hands events to a service's handlers as its consumer does."""

    service: Container
    handlers: Handlers[Container]
    positions: dict[str, int] = field(default_factory=dict)

    @property
    def clock(self) -> StillClock:
        clock = self.service.core.clock
        assert isinstance(clock, StillClock)
        return clock

    async def hear(self, *events: Event) -> None:
        for event in events:
            await self.take(self.arrival(event))

    async def take(self, arrival: Arrival) -> None:
        async def handle(envelope: object) -> None:
            event = arrival.envelope()
            assert event is not None
            await self.handlers[type(event.event)](envelope, self.service)

        await Receiver(dict.fromkeys(self.handlers, handle))(arrival)

    def arrival(self, event: Event) -> Arrival:
        """The event as the next of its publisher's log."""
        name = name_of(event)
        publisher = next(one for one, events in REGISTRY.items() if events.get(name) is type(event))
        subject = subject_of(event)
        previous = self.positions.get(publisher, 0)
        self.positions[publisher] = previous + 1
        return Arrival(
            record=Record(str(subject).encode(), (), encode(event), partition=0),
            publisher=publisher,
            name=name,
            event_id=uuid5(EPOCH, f"{publisher}/{previous + 1}"),
            subject=subject,
            sequence=previous + 1,
            position=previous + 1,
            previous=previous,
            epoch=EPOCH,
            recorded_at=self.clock.time,
            actor="crm",
            correlation_id=UUID(int=1),
            causation_id=None,
            traceparent=None,
        )

    async def log(self) -> list[str]:
        """The names of all that the service said."""
        return [logged.event.name for logged in await self.service.core.store.read_log(0)]

    async def said(self, kind: type[EventType]) -> list[EventType]:
        """All that the service said of that type."""
        found: list[EventType] = []
        for logged in await self.service.core.store.read_log(0):
            if logged.event.name == name_of_kind(kind):
                _, data = unpack(logged.event.state)
                event = decode(self.service.core.name, logged.event.name, data)
                assert isinstance(event, kind)
                found.append(event)
        return found


@asynccontextmanager
async def core_in_memory(
    name: str, tables: Sequence[Table[Any]], folder: Path, now: datetime
) -> AsyncIterator[Core]:
    """A service's parts over a store in memory, closed at the end."""
    clock = StillClock(now)
    store = EventStore(MemoryBackend((*COMMON_TABLES, *tables)))
    core = Core(
        name=name,
        settings=Settings(data=folder),
        store=store,
        letters=DeadLetters(name, store, clock),
        clock=clock,
        keys=KeyFile(folder / "keys.json"),
        secret=b"secret",
        packs=shipped().copy(),
        calendars=Calendars(),
    )
    try:
        yield core
    finally:
        await store.close()
