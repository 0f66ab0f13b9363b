"""A revisit over the store's fake, and the other services' voices."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from services.revisit.bootstrap import TABLES, Revisit, assemble
from services.revisit.handlers import HANDLERS
from services.revisit.projections import REVISITS, RevisitSummary
from shared.codec import REGISTRY, encode, name_of
from shared.contracts.terms import Event
from shared.group_commit import EventStore
from shared.keys import KeyFile
from shared.messaging.consumer import receive_with
from shared.messaging.envelope import Arrival, Record
from shared.messaging.letters import DeadLetters
from shared.service import COMMON_TABLES, Core
from shared.settings import Settings
from shared.tables import Query
from shared.testing.memory_store import MemoryBackend

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
EPOCH = UUID(int=99)


class StillClock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.time).total_seconds())


@dataclass
class Ears:
    """Hands events to the handlers as a consumer does."""

    revisit: Revisit
    positions: dict[str, int] = field(default_factory=dict)

    async def hear(self, *events: Event) -> None:
        for event in events:
            await self.take(self.arrival(event))

    async def take(self, arrival: Arrival) -> None:
        async def handle(envelope: object) -> None:
            event = arrival.envelope()
            assert event is not None
            await HANDLERS[type(event.event)](envelope, self.revisit)

        await receive_with(dict.fromkeys(HANDLERS, handle))(arrival)

    def arrival(self, event: Event) -> Arrival:
        name = name_of(event)
        publisher = next(one for one, events in REGISTRY.items() if events.get(name) is type(event))
        ticket_id: UUID = event.ticket_id  # type: ignore[attr-defined]
        previous = self.positions.get(publisher, 0)
        self.positions[publisher] = previous + 1
        return Arrival(
            record=Record(str(ticket_id).encode(), (), encode(event), partition=0),
            publisher=publisher,
            name=name,
            event_id=uuid5(EPOCH, f"{publisher}/{previous + 1}"),
            subject=ticket_id,
            sequence=previous + 1,
            position=previous + 1,
            previous=previous,
            epoch=EPOCH,
            recorded_at=NOW,
            actor="crm",
            correlation_id=UUID(int=1),
            causation_id=None,
            traceparent=None,
        )

    async def rows(self) -> list[RevisitSummary]:
        """Every scheduled revisit, in the order of calling."""
        query = Query(REVISITS, at_least={"rank": 0}, order=("rank", "turn"))
        return [row for _, row in await self.revisit.core.store.query(query)]

    async def log(self) -> list[str]:
        """The names of all that revisit said."""
        return [logged.event.name for logged in await self.revisit.core.store.read_log(0)]


@asynccontextmanager
async def ears(folder: Path) -> AsyncIterator[Ears]:
    """Opens a revisit in memory."""
    clock = StillClock()
    store = EventStore(MemoryBackend((*COMMON_TABLES, *TABLES)))
    core = Core(
        name="revisit",
        settings=Settings(data=folder),
        store=store,
        letters=DeadLetters(store, clock),
        clock=clock,
        keys=KeyFile(folder / "keys.json"),
        secret=b"secret",
    )
    try:
        yield Ears(assemble(core))
    finally:
        await store.close()
