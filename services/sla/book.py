"""What sla knows of each ticket, by partition: it is all in memory."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from services.sla.domain.facts import ASSIGNMENTS, Fact
from services.sla.domain.published import Published
from services.sla.packing import FactPacking
from services.sla.shelf import Shelf, digest_of
from services.sla.watched import Place, Watched, place_of
from shared.messaging.topics import partition_of

__all__ = ["Book", "Place", "Shelf", "Watched", "digest_of", "place_of"]


class Book:
    """All shelves of this instance."""

    def __init__(self) -> None:
        self._shelves: dict[int, Shelf] = {}
        self._readers: dict[str, list[asyncio.Future[None]]] = {}

    @property
    def shelves(self) -> Sequence[Shelf]:
        return list(self._shelves.values())

    @property
    def partitions(self) -> Sequence[int]:
        """Those of this instance; none until Kafka has given it some."""
        return sorted(self._shelves)

    def open(self, partitions: Sequence[int]) -> None:
        """Begins the shelves that are not there."""
        for partition in partitions:
            if partition not in self._shelves:
                self.put(Shelf(partition))

    def put(self, shelf: Shelf) -> None:
        """The partition's shelf from now on."""
        before = self._shelves.get(shelf.partition)
        if before is not None:
            before.close()
        self._shelves[shelf.partition] = shelf

    def close(self, partitions: Sequence[int]) -> None:
        """Forgets shelves that now belong to another instance."""
        for partition in partitions:
            shelf = self._shelves.pop(partition, None)
            if shelf is not None:
                shelf.close()

    def shelf(self, partition: int) -> Shelf | None:
        return self._shelves.get(partition)

    def find(self, ticket_id: UUID) -> Watched | None:
        """The ticket, if anything of it was heard here."""
        shelf = self._shelves.get(partition_of(ticket_id))
        return shelf.tickets.get(str(ticket_id)) if shelf else None

    def is_complete_for(self, ticket_id: UUID) -> bool:
        """Whether all that was ever said of the ticket is known: it may be judged."""
        shelf = self._shelves.get(partition_of(ticket_id))
        return shelf is not None and shelf.caught_up

    def hear(self, watched: Watched, fact: Fact) -> bool:
        """Whether the fact is new to the ticket, which knows it now."""
        if not watched.take_in(fact):
            return False
        shelf = watched.shelf
        if shelf.since is not None:
            shelf.since.append((watched.ticket_id, fact))
        if fact.name in ASSIGNMENTS:
            watched.moved = True
        if fact.case and self._readers:
            self._wake(watched.ticket_id)
        return True

    def _wake(self, ticket_id: str) -> None:
        for reader in self._readers.pop(ticket_id, ()):
            if not reader.done():
                reader.set_result(None)

    def replace(self, shelf: Shelf, packing: FactPacking, rebuilt: Mapping[str, bytes]) -> None:
        """These facts take the place of the shelf's, with those that were heard since."""
        records = dict(rebuilt)
        for ticket_id, fact in shelf.since or ():
            records[ticket_id] = packing.join(records.get(ticket_id, b""), fact)
        shelf.packing = packing
        for ticket_id in shelf.tickets.keys() - records.keys():
            shelf.forget(ticket_id)
        for ticket_id, packed in records.items():
            shelf.ticket(ticket_id).records = packed

    async def wait_for(self, ticket_id: UUID, seconds: float) -> None:
        """Returns when the registration was heard, or when the time is over."""
        watched = self.find(ticket_id)
        if seconds <= 0 or (watched is not None and watched.registered is not None):
            return
        reader: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        readers = self._readers.setdefault(str(ticket_id), [])
        readers.append(reader)
        await asyncio.wait([reader], timeout=seconds)
        if reader in readers:
            readers.remove(reader)
        if not readers:
            self._readers.pop(str(ticket_id), None)

    def said(self, ticket_id: UUID, published: Published, version: int) -> None:
        """The stream went on to this version."""
        watched = self.find(ticket_id)
        if watched is not None:
            watched.know(published, version)

    def running(self) -> Iterator[tuple[int, int, Shelf]]:
        """The earliest limit still to be kept of each ticket, and its number; none is woken."""
        for shelf in self._shelves.values():
            yield from ((due_at, number, shelf) for due_at, number in shelf.tickets.limits())
