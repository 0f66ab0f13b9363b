"""What sla knows of each ticket, by partition: it is all in memory, and all read anew at start."""

import asyncio
from collections.abc import Iterator, Sequence
from hashlib import sha256
from uuid import UUID

from services.sla.domain.facts import Fact, Facts, registration
from services.sla.domain.published import Published
from services.sla.packing import FactPacking, join, pack_published, unpack_published
from shared.messaging.topics import partition_of

Said = dict[str, tuple[bytes, int]]
"""By ticket: what was said, packed, and the stream's version."""


class Watched:
    """One ticket; its facts and what was said of it are packed."""

    __slots__ = (
        "due_at",
        "moved",
        "next_at",
        "records",
        "said",
        "shelf",
        "ticket_id",
        "trace",
        "version",
    )

    def __init__(self, ticket_id: str, shelf: "Shelf") -> None:
        self.ticket_id = ticket_id
        self.shelf = shelf
        self.records = b""
        self.said = b""
        """What was said, as far as is known here; the stream's version guards against the rest."""
        self.version = 0
        self.next_at: int | None = None
        self.due_at: int | None = None
        """The earliest limit that is still to be kept."""
        self.moved = False
        """Another department has it since the views were last written."""
        self.trace: tuple[str, str] | None = None
        """The record heard last: its event id and traceparent."""

    @property
    def facts(self) -> Facts:
        return self.shelf.packing.facts(self.records)

    @property
    def registered(self) -> Fact | None:
        return registration(self.facts)

    @property
    def published(self) -> Published:
        return unpack_published(self.said)

    def know(self, published: Published, version: int) -> None:
        """The stream says this at that version."""
        self.said = pack_published(published)
        self.version = version


class Shelf:
    """The tickets of one partition number, which is the same in every topic."""

    __slots__ = ("caught_up", "is_open", "packing", "partition", "tickets")

    def __init__(self, partition: int, packing: FactPacking) -> None:
        self.packing = packing
        self.partition = partition
        self.tickets: dict[str, Watched] = {}
        self.caught_up = False
        """Whether every topic was read to the end that it had at start: else nothing is raised."""
        self.is_open = True

    def state_hash(self) -> str:
        """What a replay must come to again."""
        known = sorted((ticket_id, watched.facts) for ticket_id, watched in self.tickets.items())
        return sha256(repr(known).encode()).hexdigest()


class Book:
    """All shelves of this instance."""

    def __init__(self) -> None:
        self._packing = FactPacking()
        self._shelves: dict[int, Shelf] = {}
        self._said_before: Said = {}
        self._readers: dict[str, list[asyncio.Future[None]]] = {}

    @property
    def shelves(self) -> Sequence[Shelf]:
        return list(self._shelves.values())

    def know_what_was_said(self, said: Said) -> None:
        """The own log, read before anything is heard."""
        self._said_before = said

    def open(self, partitions: Sequence[int]) -> None:
        """Begins the shelves that are not there."""
        for partition in partitions:
            if partition not in self._shelves:
                self._shelves[partition] = Shelf(partition, self._packing)

    def close(self, partitions: Sequence[int]) -> None:
        """Forgets shelves that now belong to another instance."""
        for partition in partitions:
            shelf = self._shelves.pop(partition, None)
            if shelf is not None:
                shelf.is_open = False

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

    def hear(self, shelf: Shelf, ticket_id: str, fact: Fact) -> Watched | None:
        """The ticket, if the fact is new to it."""
        watched = shelf.tickets.get(ticket_id)
        if watched is None:
            watched = shelf.tickets[ticket_id] = Watched(ticket_id, shelf)
            if ticket_id in self._said_before:
                watched.said, watched.version = self._said_before.pop(ticket_id)
        records = join(watched.records, self._packing.record(fact))
        if records is watched.records:
            return None
        watched.records = records
        watched.moved |= fact.name == "work-order-assigned"
        for reader in self._readers.pop(ticket_id, ()) if fact.case else ():
            if not reader.done():
                reader.set_result(None)
        return watched

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
        if watched is not None and watched.version < version:
            watched.know(published, version)

    def running(self) -> Iterator[Watched]:
        """Tickets with a limit still to be kept."""
        for shelf in self._shelves.values():
            yield from (one for one in shelf.tickets.values() if one.due_at is not None)
