"""Services to be joined by a carrier: one that publishes, one that hears."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from shared.clock import Clock
from shared.codec import Metadata, encode, name_of, pack
from shared.contracts.terms import Event, PersonalDataRead
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Envelope, Record
from shared.messaging.letters import LETTERS, DeadLetters
from shared.messaging.receiving import Receiver
from shared.messaging.relay import PLACES
from shared.messaging.topics import PARTITIONS
from shared.testing.memory_store import Disk, MemoryBackend
from tests.unit.shared.messaging.records import to_record

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NAMES = UUID("0d9d7a4e-7a1e-4a53-8d3c-5f0e7b1c2a90")
SEEN = "seen"


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - NOW).total_seconds())


def ticket(number: int) -> UUID:
    return uuid5(NAMES, f"ticket {number}")


def event_of(subject: UUID) -> Event:
    """Something that every service may say."""
    return PersonalDataRead(
        reader="李雷", customer_ref=NAMES, subject_id=subject, fields=("phone",), at=NOW
    )


@dataclass
class Desk:
    """A service that publishes."""

    service: str
    store: EventStore

    async def write(self, subject: UUID, count: int = 1) -> None:
        """Store events about the subject."""
        for _ in range(count):
            event = event_of(subject)
            metadata = Metadata(
                event_id=uuid5(NAMES, f"{subject} {await self.store.end()}"),
                recorded_at=NOW,
                actor="客服一组",
                correlation_id=subject,
            )
            state = pack(metadata, encode(event))
            await self.store.append(
                Append(stream=subject, expected_version=None, events=[(name_of(event), state)])
            )

    async def records(self) -> list[Record]:
        """The log as it is published."""
        previous = [0] * PARTITIONS
        found = []
        for logged in await self.store.read_log(0, 10_000):
            record = to_record(self.service, self.store.epoch, logged, 0)
            record = to_record(self.service, self.store.epoch, logged, previous[record.partition])
            previous[record.partition] = logged.position
            found.append(record)
        return found


@dataclass
class Reader:
    """A service that hears: each event's effect is an event in its own store."""

    store: EventStore
    clock: Clock = field(default_factory=FixedClock)
    failing: set[UUID] = field(default_factory=set)
    """Subjects whose events its handler cannot bear."""
    away: set[UUID] = field(default_factory=set)
    """Subjects for whose events something is out of reach for a while."""
    while_away: type[Exception] = TimeoutError
    taken: int = 0

    def __post_init__(self) -> None:
        receive = Receiver({PersonalDataRead: self._on_read})
        self.letters = DeadLetters("dispatch", self.store, self.clock)
        self.consumer = Consumer("dispatch", self.store, self.clock, self.letters, receive)

    async def _on_read(self, envelope: Envelope[PersonalDataRead]) -> None:
        subject = envelope.event.subject_id
        if subject in self.failing:
            raise LookupError(subject)
        if subject in self.away:
            raise self.while_away
        arrival = envelope.arrival
        seen = f"{arrival.publisher} {arrival.sequence}".encode()
        await self.store.append(
            Append(
                stream=subject,
                expected_version=None,
                events=[(SEEN, seen)],
                marks=envelope.cause.marks,
                rows=envelope.cause.rows,
            )
        )

    async def seen(self, subject: UUID, publisher: str = "intake") -> list[int]:
        """The versions of the subject that had their effect, in that order."""
        seen = [event.state.decode().split() for event in await self.store.read(subject)]
        return [int(version) for source, version in seen if source == publisher]

    async def has_seen(self, subject: UUID, count: int) -> bool:
        return len(await self.seen(subject)) == count

    @property
    def flushed(self) -> bool:
        """Whether its store knows how far it read."""
        return not any(lane.dirty for lane in self.consumer.lanes)

    @property
    def alarms(self) -> set[str]:
        return {lane.alarm for lane in self.consumer.lanes if lane.alarm}

    async def assign(self, publisher: str, partitions: Sequence[int]) -> dict[int, int]:
        return await self.consumer.assign(publisher, partitions)

    def mark(self, publisher: str, partition: int) -> int:
        return self.consumer.mark(publisher, partition)

    def lost(self, publisher: str, partition: int) -> bool:
        return self.consumer.lost(publisher, partition)

    def revoke(self, publisher: str, partitions: Sequence[int]) -> None:
        self.consumer.revoke(publisher, partitions)

    async def take(self, publisher: str, partition: int, records: Sequence[Record]) -> None:
        await self.consumer.take(publisher, partition, records)
        self.taken += len(records)

    async def flush(self) -> None:
        await self.consumer.flush()


@dataclass
class Shelf:
    """Opens stores in memory, and closes them all at the end."""

    opened: list[EventStore] = field(default_factory=list)

    def store(self, disk: Disk | None = None) -> EventStore:
        """A store over what the disk holds."""
        store = EventStore(MemoryBackend((PLACES, LETTERS), disk))
        self.opened.append(store)
        return store

    def desk(self, service: str = "intake", disk: Disk | None = None) -> Desk:
        return Desk(service, self.store(disk))

    def reader(self, disk: Disk | None = None) -> Reader:
        return Reader(self.store(disk))

    async def close(self) -> None:
        for store in self.opened:
            await store.close()


def disk_of(store: EventStore) -> Disk:
    """What the store leaves behind when it is closed."""
    backend: Any = store.backend
    disk: Disk = backend.disk
    return disk
