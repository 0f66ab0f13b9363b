"""One ticket as memory holds it: as small as it can be, for there may be millions."""

from functools import lru_cache
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec

from services.sla.domain.facts import Fact, Facts, registration
from services.sla.domain.people import responsible_now
from services.sla.domain.published import Published
from services.sla.packing_said import pack_published, unpack_published

if TYPE_CHECKING:
    from services.sla.shelf import Shelf

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
