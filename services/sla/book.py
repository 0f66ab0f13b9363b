"""What sla knows of each ticket, by partition: it is all in memory, and all read anew at start."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from services.sla.domain.facts import Fact, Facts, registration, take_in
from services.sla.domain.published import NOTHING, Published
from shared.messaging.topics import partition_of


class Watched:
    """One ticket."""

    __slots__ = (
        "due_at",
        "facts",
        "moved",
        "next_at",
        "published",
        "shelf",
        "ticket_id",
        "trace",
        "version",
    )

    def __init__(self, ticket_id: str, shelf: "Shelf") -> None:
        self.ticket_id = ticket_id
        self.shelf = shelf
        self.facts: Facts = ()
        self.published: Published = NOTHING
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
    def registered(self) -> Fact | None:
        return registration(self.facts)


class Shelf:
    """The tickets of one partition number, which is the same in every topic."""

    __slots__ = ("caught_up", "is_open", "partition", "tickets")

    def __init__(self, partition: int) -> None:
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
        self._shelves: dict[int, Shelf] = {}
        self._said_before: dict[str, tuple[Published, int]] = {}
        self._readers: dict[str, list[asyncio.Future[None]]] = {}

    @property
    def shelves(self) -> Sequence[Shelf]:
        return list(self._shelves.values())

    def know_what_was_said(self, said: Mapping[str, tuple[Published, int]]) -> None:
        """The own log, read before anything is heard."""
        self._said_before.update(said)

    def open(self, partitions: Sequence[int]) -> None:
        """Begins the shelves that are not there."""
        for partition in partitions:
            if partition not in self._shelves:
                self._shelves[partition] = Shelf(partition)

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
                watched.published, watched.version = self._said_before.pop(ticket_id)
        facts = take_in(watched.facts, fact)
        if facts is watched.facts:
            return None
        watched.facts = facts
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
            watched.published, watched.version = published, version

    def running(self) -> Iterator[Watched]:
        """Tickets with a limit still to be kept."""
        for shelf in self._shelves.values():
            yield from (one for one in shelf.tickets.values() if one.due_at is not None)
