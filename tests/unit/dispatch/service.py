"""A dispatch over the store's fake, and the other services' voices."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from services.dispatch.bootstrap import TABLES, Dispatch, assemble
from services.dispatch.domain.ticket import Ticket
from services.dispatch.handlers import HANDLERS
from services.dispatch.projections import WORK_ORDERS, WorkOrderRow
from shared.codec import REGISTRY, encode, name_of
from shared.contracts.terms import Event
from shared.directory import load_directory
from shared.group_commit import EventStore
from shared.keys import KeyFile
from shared.messaging.consumer import receive_with
from shared.messaging.envelope import Arrival, Record
from shared.messaging.letters import DeadLetters
from shared.service import COMMON_TABLES, Core
from shared.settings import Settings
from shared.tables import Query
from shared.testing.memory_store import MemoryBackend
from tests.unit.dispatch.examples import AT, T

EPOCH = UUID(int=99)


class StillClock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = AT) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.time).total_seconds())


@dataclass
class Ears:
    """Hands events to the handlers as a consumer does."""

    dispatch: Dispatch
    clock: StillClock
    positions: dict[str, int] = field(default_factory=dict)

    async def hear(self, *events: Event) -> None:
        for event in events:
            await self.take(self.arrival(event))

    async def take(self, arrival: Arrival) -> None:
        async def handle(envelope: object) -> None:
            event = arrival.envelope()
            assert event is not None
            await HANDLERS[type(event.event)](envelope, self.dispatch)

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
            recorded_at=AT,
            actor="crm",
            correlation_id=UUID(int=1),
            causation_id=None,
            traceparent=None,
        )

    async def ticket(self) -> Ticket:
        """The ticket as its stream tells it."""
        state, _ = await self.dispatch.tickets.load(T)
        return state

    async def rows(self) -> list[WorkOrderRow]:
        """Every work order that was offered, in the order of serving."""
        query = Query(WORK_ORDERS, at_least={"rank": 0}, order=("rank", "turn"))
        return [row for _, row in await self.dispatch.core.store.query(query)]

    async def log(self) -> list[str]:
        """The names of all that dispatch said."""
        return [logged.event.name for logged in await self.dispatch.core.store.read_log(0)]


@asynccontextmanager
async def ears(folder: Path) -> AsyncIterator[Ears]:
    """Opens a dispatch in memory."""
    clock = StillClock()
    store = EventStore(MemoryBackend((*COMMON_TABLES, *TABLES)))
    core = Core(
        name="dispatch",
        settings=Settings(data=folder),
        store=store,
        letters=DeadLetters(store, clock),
        clock=clock,
        keys=KeyFile(folder / "keys.json"),
        secret=b"secret",
    )
    try:
        yield Ears(assemble(core, load_directory()), clock)
    finally:
        await store.close()
