"""What was published before and a subscriber lacks, read from the publisher's log."""

from collections.abc import AsyncIterator, Collection, Sequence

from shared.group_commit import EventStore
from shared.messaging.envelope import Record
from shared.messaging.headers import to_record
from shared.messaging.relay import PLACE_KEY, PLACES, Place
from shared.messaging.subscriber import Subscriber
from shared.messaging.topics import PARTITIONS, partition_of

BATCH = 1000
"""Records read at once: so many cost the event loop some milliseconds."""


async def catch_up(
    publisher: str, store: EventStore, subscriber: Subscriber
) -> AsyncIterator[Sequence[Record]]:
    """The records between the subscriber's marks and the relay's place, in the log's order.

    None where nothing lacks. A partition's `previous` goes on from the subscriber's mark in it.
    """
    place = await store.get(PLACES, PLACE_KEY) or Place()
    marks = {number: subscriber.mark(publisher, number) for number in range(PARTITIONS)}
    previous = {number: mark for number, mark in marks.items() if mark < place.previous[number]}
    position = min(previous.values(), default=place.position)
    while position < place.position:
        records = []
        for logged in await store.read_log(position, BATCH):
            position = logged.position
            partition = partition_of(logged.event.stream)
            if previous.get(partition, position) < position <= place.position:
                records.append(to_record(publisher, store.epoch, logged, previous[partition]))
                previous[partition] = position
        yield records


async def read_past(
    publisher: str, store: EventStore, partitions: Collection[int], until: int
) -> AsyncIterator[Sequence[Record]]:
    """These partitions' records from the first one up to that position, in the log's order."""
    previous = dict.fromkeys(partitions, 0)
    position = 0
    while position < until and (batch := await store.read_log(position, BATCH)):
        position = batch[-1].position
        records = []
        for logged in batch:
            partition = partition_of(logged.event.stream)
            if partition in previous and logged.position <= until:
                records.append(to_record(publisher, store.epoch, logged, previous[partition]))
                previous[partition] = logged.position
        yield records
