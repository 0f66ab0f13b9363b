"""What was said already: sla's own log, read from where the book's knowledge of it ends."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from uuid import UUID

from services.sla.book import Shelf
from services.sla.domain.publication import CLOCKS
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
        for stream, stored in _by_stream(batch).items():
            shelf = wanted.get(partition_of(stream))
            if shelf is not None:
                _learn(shelf, str(stream), stored)
    for shelf in wanted.values():
        shelf.own_position = max(shelf.own_position, position)


def _by_stream(batch: Iterable[LoggedEvent]) -> Mapping[UUID, Sequence[StoredEvent]]:
    found: dict[UUID, list[StoredEvent]] = {}
    for logged in batch:
        if logged.event.name in NAMES:
            found.setdefault(logged.event.stream, []).append(logged.event)
    return found


def _learn(shelf: Shelf, ticket_id: str, stored: Sequence[StoredEvent]) -> None:
    watched = shelf.ticket(ticket_id)
    new = [one for one in stored if one.version > watched.version]
    if not new:
        return
    events = [decode("sla", one.name, data_of(one.state)) for one in new]
    watched.know(CLOCKS.fold(cast("list[ClocksEvent]", events), watched.published), new[-1].version)
    if not shelf.caught_up:
        shelf.unjudged[watched] = None
