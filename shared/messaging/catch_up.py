"""What was published before and a subscriber lacks, read from the publisher's log."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Collection, Sequence
from operator import attrgetter

from shared.group_commit import EventStore
from shared.messaging.envelope import Record
from shared.messaging.headers import to_records
from shared.messaging.relay import PLACE_KEY, PLACES, Place
from shared.messaging.subscriber import Subscriber
from shared.messaging.topics import PARTITIONS

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
    async for records in _records(publisher, store, previous, position, place.position):
        yield records


def read_past(
    publisher: str, store: EventStore, partitions: Collection[int], until: int
) -> AsyncIterator[Sequence[Record]]:
    """These partitions' records from the first one up to that position, in the log's order."""
    return _records(publisher, store, dict.fromkeys(partitions, 0), 0, until)


async def _records(
    publisher: str, store: EventStore, previous: dict[int, int], position: int, until: int
) -> AsyncIterator[Sequence[Record]]:
    while position < until and (batch := await store.read_log(position, BATCH)):
        position = batch[-1].position
        batch = batch[: bisect_right(batch, until, key=attrgetter("position"))]
        yield to_records(publisher, store.epoch, batch, previous)
