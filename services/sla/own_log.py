"""What was said already: sla's own log, read from where the book's knowledge of it ends."""

from collections.abc import Iterable, Sequence
from typing import cast

from services.sla.book import Shelf
from services.sla.domain.published import with_all
from shared.codec import data_of, decode, name_of_kind
from shared.contracts.sla import EVENTS, ClockEvent, ClocksEvent
from shared.event_store import LoggedEvent, StoredEvent
from shared.group_commit import EventStore
from shared.messaging.topics import partition_of

BATCH = 2000
NAMES = frozenset(name_of_kind(kind) for kind in EVENTS.values() if issubclass(kind, ClockEvent))
"""Of what is said about clocks: the log holds more."""


async def read_own_log(store: EventStore, shelves: Iterable[Shelf]) -> None:
    """Lets the shelves know all that was said of their tickets up to now.

    A ticket that is known at a version, or at a later one, is passed over.
    """
    wanted = {shelf.partition: shelf for shelf in shelves}
    position = min((shelf.own_position for shelf in wanted.values()), default=0)
    while wanted and (batch := await store.read_log(position, BATCH)):
        position = batch[-1].position
        for stored in _by_stream(batch):
            shelf = wanted.get(partition_of(stored[0].stream))
            if shelf is not None:
                _learn(shelf, stored)
    for shelf in wanted.values():
        shelf.own_position = max(shelf.own_position, position)


def _by_stream(batch: Iterable[LoggedEvent]) -> Iterable[Sequence[StoredEvent]]:
    found: dict[int, list[StoredEvent]] = {}
    for logged in batch:
        if logged.event.name in NAMES:
            found.setdefault(logged.event.stream.int, []).append(logged.event)
    return found.values()


def _learn(shelf: Shelf, stored: Sequence[StoredEvent]) -> None:
    watched = shelf.numbered(stored[0].stream.int)
    known = watched.version
    if known >= stored[-1].version:
        return
    new = [decode("sla", one.name, data_of(one.state)) for one in stored if one.version > known]
    published = with_all(watched.published, cast("list[ClocksEvent]", new))
    watched.know(published, stored[-1].version)
    if not shelf.caught_up:
        shelf.unjudged[watched] = None
