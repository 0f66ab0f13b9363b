"""Hands records to a service's handlers, each effect exactly once, in the order of its ticket.

A record at or below the mark is a duplicate. The one whose `previous` is the mark is the next.
Anything else is a gap: kept aside, and alarmed, until the missing one comes.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from shared import codec
from shared.clock import Clock
from shared.codec import UnknownVersionError, UnreadableEventError
from shared.contracts.terms import Event
from shared.event_store import (
    AlreadyProcessedError,
    Append,
    Mark,
    RowConflictError,
    StoreUnavailableError,
)
from shared.group_commit import EventStore
from shared.messaging.envelope import (
    Arrival,
    Record,
    UnreadableRecordError,
    mark_name,
    place_name,
    read_record,
)
from shared.messaging.letters import DeadLetters, LettersFullError, arrival_of, redriven
from shared.messaging.subscriber import EpochChangedError, PartitionFullError

__all__ = [
    "Consumer",
    "EpochChangedError",
    "Handler",
    "Lane",
    "PartitionFullError",
    "Receive",
    "receive_with",
]

MAX_HELD = 1000
"""Records kept aside in one partition for one that is missing; then the partition stops."""
ATTEMPTS = 3
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
TRANSIENT = (StoreUnavailableError, LettersFullError, TimeoutError, ConnectionError)

Receive = Callable[[Arrival], Awaitable[None]]
Handler = Callable[[Any], Awaitable[None]]

log = structlog.get_logger(__name__)


def receive_with(handlers: Mapping[type[Event], Handler]) -> Receive:
    """Decodes and hands to the handler of the event's type; no handler is no effect.

    An unknown version of a type that is handled here raises UnknownVersionError; of another type,
    it is none of this service's business.
    """
    names = {name_stem(kind) for kind in handlers}

    async def receive(arrival: Arrival) -> None:
        try:
            envelope = arrival.envelope()
        except UnknownVersionError:
            if arrival.name.rpartition(".")[0] in names:
                raise
            return
        if envelope is not None and (handler := handlers.get(type(envelope.event))):
            await handler(envelope)

    return receive


def name_stem(kind: type[Event]) -> str:
    """`ticket-registered` of `TicketRegistered`."""
    return codec.name_of_kind(kind).rpartition(".")[0]


@dataclass
class Lane:
    """One publisher's partition, as far as this consumer read it."""

    publisher: str
    partition: int
    epoch: UUID | None = None
    mark: int = 0
    place: int | None = None
    dirty: bool = False
    held: dict[int, Arrival] = field(default_factory=dict)
    last_handled_at: datetime | None = None
    alarm: str | None = None


class Consumer:
    """One service's reading of all the publishers it hears."""

    def __init__(
        self, service: str, store: EventStore, clock: Clock, letters: DeadLetters, receive: Receive
    ) -> None:
        self.service = service
        self.letters = letters
        self._store = store
        self._clock = clock
        self._receive = receive
        self._lanes: dict[tuple[str, int], Lane] = {}

    @property
    def lanes(self) -> Sequence[Lane]:
        """The partitions read by this instance."""
        return list(self._lanes.values())

    async def assign(self, publisher: str, partitions: Sequence[int]) -> dict[int, int]:
        """Takes partitions over; returns for each the Kafka offset to read from.

        What another instance stored is loaded anew. Raises EpochChangedError where the store holds
        marks of two epochs of the publisher.
        """
        await self.letters.load()
        marks = await self._store.marks(f"mark/{publisher}/")
        places = await self._store.marks(f"offset/{publisher}/")
        epochs = {UUID(name.split("/")[2]) for name in marks}
        if len(epochs) > 1:
            raise EpochChangedError(publisher)
        epoch = next(iter(epochs), None)
        for partition in partitions:
            lane = Lane(publisher, partition, epoch)
            if epoch is not None:
                lane.mark = marks.get(mark_name(publisher, epoch, partition), 0)
                lane.place = places.get(place_name(publisher, epoch, partition))
            self._lanes[publisher, partition] = lane
        return {number: self._lanes[publisher, number].place or 0 for number in partitions}

    def revoke(self, publisher: str, partitions: Sequence[int]) -> None:
        """Forgets partitions that now belong to another instance."""
        for partition in partitions:
            self._lanes.pop((publisher, partition), None)

    async def take(self, publisher: str, partition: int, records: Sequence[Record]) -> None:
        """Handles one partition's records in their order; returns when each had its effect.

        A failure that may pass is waited out here, so that the partition stands still. Raises
        EpochChangedError and PartitionFullError, which do not pass.
        """
        lane = self._lanes[publisher, partition]
        for record in records:
            try:
                arrival = read_record(record, publisher)
            except UnreadableRecordError:
                await self._patiently(lane, partial(self._set_aside, lane, record))
                continue
            await self._sort_in(lane, arrival)

    async def _set_aside(self, lane: Lane, record: Record) -> None:
        await self.letters.set_aside(record, lane.publisher, lane.epoch)
        log.error("record set aside", publisher=lane.publisher, partition=lane.partition)
        self._move_place(lane, record)

    async def _sort_in(self, lane: Lane, arrival: Arrival) -> None:
        if lane.epoch is None:
            lane.epoch = arrival.epoch
        if arrival.epoch != lane.epoch:
            lane.alarm = "epoch changed"
            raise EpochChangedError(lane.publisher)
        if arrival.position <= lane.mark:
            self._move_place(lane, arrival.record)
            return
        if arrival.previous != lane.mark:
            self._hold(lane, arrival)
            return
        following: Arrival | None = arrival
        while following is not None:
            await self._handle(lane, following)
            following = lane.held.pop(lane.mark, None)
        if not lane.held:
            lane.alarm = None

    def _hold(self, lane: Lane, arrival: Arrival) -> None:
        if len(lane.held) >= MAX_HELD and arrival.previous not in lane.held:
            raise PartitionFullError(f"{lane.publisher}/{lane.partition}")
        lane.held[arrival.previous] = arrival
        if lane.alarm is None:
            log.error(
                "record missing, later ones kept aside",
                publisher=lane.publisher,
                partition=lane.partition,
                after=lane.mark,
            )
        lane.alarm = "record missing"

    async def _handle(self, lane: Lane, arrival: Arrival) -> None:
        await self._patiently(lane, partial(self._effect, arrival))
        lane.mark = arrival.position
        lane.dirty = True
        lane.last_handled_at = self._clock.now()
        self._move_place(lane, arrival.record)

    def _move_place(self, lane: Lane, record: Record) -> None:
        if record.offset is None:
            return
        oldest = min((held.record.offset or 0 for held in lane.held.values()), default=None)
        lane.place = record.offset + 1 if oldest is None else min(oldest, record.offset + 1)
        lane.dirty = True

    async def _patiently(self, lane: Lane, effect: Callable[[], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await effect()
            except TRANSIENT as error:
                lane.alarm = type(error).__name__
                log.warning("waiting", publisher=lane.publisher, reason=lane.alarm, seconds=pause)
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                lane.alarm = "record missing" if lane.held else None
                return

    async def _effect(self, arrival: Arrival) -> None:
        """The event's effect, or its letter, in this consumer's store exactly once."""
        subject = (arrival.record.key or b"").decode(errors="replace") or str(arrival.subject)
        try:
            if await self.letters.is_parked(subject):
                await self.letters.park(arrival, "queued behind a letter", 0)
                return
            if (failure := await self._try(arrival)) is not None:
                await self.letters.park(arrival, failure[0], failure[1])
        except AlreadyProcessedError:
            return  # it had its effect before: by another instance, or before a reply was lost

    async def _try(self, arrival: Arrival) -> tuple[str, int] | None:
        """None once it had its effect, else the error's class and the attempts made."""
        failure = ""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._receive(arrival)
            except (AlreadyProcessedError, *TRANSIENT):
                raise
            except UnreadableEventError as error:
                return type(error).__name__, attempt
            except Exception as error:
                # Whatever it is, it parks this ticket alone.
                log.exception("handler failed", event=arrival.name, attempt=attempt)
                failure = type(error).__name__
            else:
                return None
        return failure, ATTEMPTS

    async def flush(self) -> None:
        """Stores the marks that moved without an effect: one second late at most."""
        dirty = [lane for lane in self._lanes.values() if lane.dirty and lane.epoch is not None]
        places = [place for lane in dirty for place in _places(lane)]
        if not places:
            return
        for lane in dirty:
            lane.dirty = False
        try:
            await self._store.append(Append(places=places))
        except StoreUnavailableError:
            for lane in dirty:
                lane.dirty = True
            raise

    async def redrive(self, subject: str) -> int:
        """Handles the subject's letters again, oldest first, with today's code and rules.

        Stops at the first that fails again, which stays; returns how many had their effect.
        """
        done = 0
        for letter in await self.letters.of(subject):
            try:
                await self._receive(arrival := arrival_of(letter))
                await self._store.append(Append(rows=arrival.redriven or ()))
            except RowConflictError as error:
                if not redriven(error):
                    raise
            done += 1
        return done


def _places(lane: Lane) -> list[Mark]:
    assert lane.epoch is not None  # noqa: S101 - a lane is dirty only after a record named its epoch
    places = [Mark(mark_name(lane.publisher, lane.epoch, lane.partition), lane.mark)]
    if lane.place is not None:
        places.append(Mark(place_name(lane.publisher, lane.epoch, lane.partition), lane.place))
    return places
