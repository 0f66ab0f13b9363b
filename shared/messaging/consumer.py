"""Hands records to a service's handlers, each effect exactly once, in the order of its ticket.

A record at or below the mark is a duplicate. The one whose `previous` is the mark is the next.
Anything else is a gap: kept aside, and alarmed, until the missing one comes.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog

from shared.clock import Clock
from shared.event_store import (
    AlreadyProcessedError,
    Append,
    Mark,
)
from shared.group_commit import EventStore
from shared.messaging.attempts import attempt, patiently
from shared.messaging.envelope import Arrival, Record, UnreadableRecordError, mark_name, place_name
from shared.messaging.foreseeing import Foresee, is_readable
from shared.messaging.headers import read_record
from shared.messaging.lane import Lane
from shared.messaging.letter import subject_of
from shared.messaging.letters import DeadLetters
from shared.messaging.receiving import Receive
from shared.messaging.redriving import Redriver
from shared.messaging.subscriber import EpochChangedError

QUEUED = "queued behind a letter"
EPOCH_CHANGED = "the publisher's store is another one"

log = structlog.get_logger(__name__)


class Consumer:
    """One service's reading of all the publishers it hears."""

    def __init__(
        self,
        service: str,
        store: EventStore,
        clock: Clock,
        letters: DeadLetters,
        receive: Receive,
        foresee: Foresee = is_readable,
    ) -> None:
        self.service = service
        self.letters = letters
        self.foresee = foresee
        self._store = store
        self._clock = clock
        self._receive = receive
        self._redriver = Redriver(letters, store, clock, receive)
        self._lanes: dict[tuple[str, int], Lane] = {}
        self._epochs: dict[str, UUID] = {}

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
        for epoch in epochs:
            self._epochs[publisher] = epoch
        for partition in partitions:
            lane = self._lanes[publisher, partition] = Lane(publisher, partition)
            for epoch in epochs:
                lane.mark = marks.get(mark_name(publisher, epoch, partition), 0)
                lane.place = places.get(place_name(publisher, epoch, partition))
        return {number: self._lanes[publisher, number].place or 0 for number in partitions}

    def mark(self, publisher: str, partition: int) -> int:
        """Position of the last record handled; 0 where there was none."""
        return self._lanes[publisher, partition].mark

    def lost(self, publisher: str, partition: int) -> bool:
        """No: what lies behind a mark had its effect, and what lies before it would be skipped."""
        del publisher, partition
        return False

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
            lane.in_hand = record
            try:
                arrival = read_record(record, publisher)
            except UnreadableRecordError:
                await patiently(lane, partial(self._set_aside, lane, record))
                lane.pass_by(record)
                continue
            await self._sort_in(lane, arrival)
        lane.in_hand = None

    async def _set_aside(self, lane: Lane, record: Record) -> None:
        epoch, place = self._epochs.get(lane.publisher), lane.place_after(record)
        places = []
        if epoch is not None and place is not None:
            places = [Mark(place_name(lane.publisher, epoch, lane.partition), place)]
        await self.letters.set_aside(record, lane.publisher, places)
        log.error("record set aside", publisher=lane.publisher, partition=lane.partition)

    async def _sort_in(self, lane: Lane, arrival: Arrival) -> None:
        if arrival.epoch != self._epochs.setdefault(lane.publisher, arrival.epoch):
            lane.alarm = EPOCH_CHANGED
            raise EpochChangedError(lane.publisher)
        if arrival.position <= lane.mark:
            lane.pass_by(arrival.record)
            return
        if arrival.previous != lane.mark:
            self._hold(lane, arrival)
            return
        following: Arrival | None = arrival
        while following is not None:
            await patiently(lane, partial(self._effect, following))
            following = lane.handled(following, self._clock.now())

    def _hold(self, lane: Lane, arrival: Arrival) -> None:
        if not lane.held:
            log.error(
                "record missing, later ones kept aside",
                publisher=lane.publisher,
                partition=lane.partition,
                after=lane.mark,
            )
        lane.hold(arrival)

    async def _effect(self, arrival: Arrival) -> None:
        """The event's effect, or its letter, in this consumer's store exactly once."""
        subject = subject_of(arrival.record) or str(arrival.subject)
        try:
            if await self.letters.is_parked(subject):
                await self._queue(arrival, subject)
            elif (failure := await attempt(self._receive, arrival)) is not None:
                await self.letters.park(arrival, failure[0], failure[1])
        except AlreadyProcessedError:
            # By another instance, or before a reply was lost: as an effect, or as a letter.
            await self.letters.look_for(subject)

    async def _queue(self, arrival: Arrival, subject: str) -> None:
        letter = await self.letters.park(arrival, QUEUED, 0)
        first = await self.letters.of(subject, limit=1)
        if first and first[0].letter_id == letter.letter_id:
            # What it was to queue behind was redriven at the same moment.
            await self.redrive(subject)

    async def flush(self) -> None:
        """Stores the marks that moved without an effect: one second late at most."""
        dirty = [lane for lane in self._lanes.values() if lane.dirty]
        places = [
            mark
            for lane in dirty
            if (epoch := self._epochs.get(lane.publisher)) is not None
            for mark in lane.marks(epoch)
        ]
        if not places:
            return
        for lane in dirty:
            lane.dirty = False
        try:
            await self._store.append(Append(places=places))
        except BaseException:
            for lane in dirty:
                lane.dirty = True
            raise

    async def redrive(self, subject: str, who: str | None = None, reason: str | None = None) -> int:
        """Handles the subject's letters again, oldest first; returns how many had their effect."""
        return await self._redriver.redrive(subject, who, reason)
