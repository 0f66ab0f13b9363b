"""One partition's tickets, each as small as it can be: there may be millions."""

from collections.abc import Iterator, Mapping, ValuesView
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import NamedTuple
from uuid import UUID

import msgspec

from services.sla.domain.facts import Fact, Facts, registration
from services.sla.domain.people import responsible_now
from services.sla.domain.published import Published
from services.sla.packing import FactPacking, Shared
from services.sla.packing_said import pack_published, unpack_published

HEAD = Struct("<IIBI")
"""The stream's version; the earliest limit, 0 for none; flags; how long that is which was said."""
LIMIT = Struct("<4xI")
"""The second of these alone: lists look at it in every ticket."""
SIZE = Struct("<9xI")
"""The last of these alone."""
NOTHING_KNOWN = HEAD.pack(0, 0, 0, 0)
MOVED = 1
LAST_SECOND = (1 << 32) - 1


class Place(NamedTuple):
    """Under which pack a ticket is, and who may see it."""

    pack: str
    department: str | None
    client: str
    against_person: str | None = None
    """To whom it isn't there (C-10)."""


class Watched(msgspec.Struct, gc=False, eq=False):
    """One ticket; whatever is not looked at with every tick lies packed in `kept`."""

    number: int
    """Its id's."""
    shelf: "Shelf"
    kept: bytes = NOTHING_KNOWN
    next_at: int | None = None
    place: Place | None = None
    """As `place_of` found it; None again when something is heard."""

    @property
    def ticket_id(self) -> str:
        return str(UUID(int=self.number))

    @property
    def version(self) -> int:
        """The stream's, as far as is known here: it guards against the rest."""
        return self._head()[0]

    @property
    def due_at(self) -> int | None:
        """The earliest limit that is still to be kept, if it lies between 1970 and 2106."""
        limit: int = LIMIT.unpack_from(self.kept)[0]
        return limit or None

    @due_at.setter
    def due_at(self, second: int | None) -> None:
        version, _, flags, size = self._head()
        limit = 0 if second is None else min(max(second, 1), LAST_SECOND)
        self._keep(HEAD.pack(version, limit, flags, size))

    @property
    def moved(self) -> bool:
        """Another department has it since the views were last written."""
        return bool(self._head()[2] & MOVED)

    @moved.setter
    def moved(self, value: bool) -> None:
        version, limit, flags, size = self._head()
        changed = flags | MOVED if value else flags & ~MOVED
        if changed != flags:
            self._keep(HEAD.pack(version, limit, changed, size))

    @property
    def records(self) -> bytes:
        """Its facts, packed: the last of what is kept, for they grow."""
        return self.kept[self._end_of_said() :]

    @records.setter
    def records(self, records: bytes) -> None:
        self.kept = self.kept[: self._end_of_said()] + records

    def take_in(self, fact: Fact) -> bool:
        """Whether the fact is new to it. Raises UnreadableRecordError."""
        kept = self.kept
        joined = self.shelf.packing.join(kept, fact, self._end_of_said())
        if joined is kept:
            return False
        self.kept, self.place = joined, None
        return True

    @property
    def facts(self) -> Facts:
        return self.shelf.packing.facts(self.records)

    @property
    def registered(self) -> Fact | None:
        return registration(self.facts)

    @property
    def published(self) -> Published:
        """What was said, as far as is known here."""
        said = self.kept[HEAD.size : self._end_of_said()]
        return unpack_published(said, self.shelf.clock_names)

    def know(self, published: Published, version: int) -> None:
        """The stream says this at that version; what it said before is known already."""
        before, limit, flags, _ = self._head()
        if version > before:
            said = pack_published(published, self.shelf.clock_names)
            self.kept = HEAD.pack(version, limit, flags, len(said)) + said + self.records

    def _end_of_said(self) -> int:
        size: int = SIZE.unpack_from(self.kept)[0]
        return HEAD.size + size

    def _head(self) -> tuple[int, int, int, int]:
        found: tuple[int, int, int, int] = HEAD.unpack_from(self.kept)
        return found

    def _keep(self, head: bytes) -> None:
        self.kept = head + self.kept[HEAD.size :]


def place_of(watched: Watched) -> Place | None:
    """Read from its facts once; None as long as no registration was heard."""
    if watched.place is None:
        facts = watched.facts
        registered, responsible = registration(facts), responsible_now(facts)
        if registered is None or registered.case is None:
            return None
        case = registered.case
        department = responsible.department if responsible else None
        watched.place = _interned(case.pack, department, case.client, case.against_person)
    return watched.place


@lru_cache(maxsize=10_000)
def _interned(pack: str, department: str | None, client: str, against_person: str | None) -> Place:
    """There are many tickets and few places."""
    return Place(pack, department, client, against_person)


class Tickets(Mapping[str, Watched]):
    """By their ids."""

    def __init__(self) -> None:
        self.by_number: dict[int, Watched] = {}

    def __getitem__(self, ticket_id: str) -> Watched:
        return self.by_number[number_of(ticket_id)]

    def __iter__(self) -> Iterator[str]:
        return (str(UUID(int=number)) for number in self.by_number)

    def __len__(self) -> int:
        return len(self.by_number)

    def values(self) -> ValuesView[Watched]:
        """As they are: no id is written out."""
        return self.by_number.values()


def number_of(ticket_id: str) -> int:
    """Raises KeyError for what is no id: nothing is known under it."""
    try:
        return int(ticket_id.replace("-", ""), 16)
    except ValueError:
        raise KeyError(ticket_id) from None


class Shelf:
    """The tickets of one partition number, which is the same in every topic."""

    def __init__(self, partition: int, packing: FactPacking | None = None) -> None:
        self.packing = packing or FactPacking()
        self.clock_names: Shared[str] = Shared()
        self.partition = partition
        self.tickets = Tickets()
        self.traces: dict[Watched, tuple[str, str]] = {}
        """Of those with news: the record heard last, its event id and traceparent."""
        self.own_position = 0
        """Up to where it knows what sla's own log says."""
        self.drifted: set[Watched] = set()
        """Those that today's code would give another deadline than was published."""
        self.unjudged: dict[Watched, None] = {}
        """What there is news of, until the shelf counts: then the watch has its own."""
        self.caught_up = False
        """Whether every topic was read to the end that it had at start: else nothing is raised."""
        self.is_open = True
        self.since: list[tuple[str, Fact]] | None = None
        """What a replay that is under way does not read: heard since it began."""

    def ticket(self, ticket_id: str) -> Watched:
        """The ticket, which may be new. Raises KeyError for what is no id."""
        return self.numbered(number_of(ticket_id))

    def numbered(self, number: int) -> Watched:
        """The same by its id's number."""
        watched = self.tickets.by_number.get(number)
        if watched is None:
            watched = self.tickets.by_number[number] = Watched(number, self)
        return watched

    def forget(self, ticket_id: str) -> None:
        """Whoever still has the ticket finds no facts."""
        self.tickets.by_number.pop(number_of(ticket_id)).records = b""

    def close(self) -> None:
        """Forgets its tickets, which the collector of cycles does not see."""
        self.is_open = False
        self.tickets.by_number.clear()
        self.unjudged, self.traces, self.drifted = {}, {}, set()

    def state_hash(self) -> str:
        """What a replay must come to again."""
        whole = sha256()
        for ticket_id in sorted(self.tickets):
            facts = self.tickets[ticket_id].facts
            if facts:  # else only sla has spoken of it
                whole.update(digest_of(ticket_id, facts))
        return whole.hexdigest()


def digest_of(ticket_id: str, facts: Facts) -> bytes:
    """One ticket's part in a state's hash, which captured histories hold: it stays as it is."""
    return sha256(repr((ticket_id, facts)).encode()).digest()
