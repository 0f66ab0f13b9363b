"""Tickets that nothing touches, as a snapshot has them: few long strings, not many objects."""

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

import msgspec

from services.sla.packing import ID
from services.sla.watched import HEAD, LIMIT

NEVER = (1 << 32) - 1
AT_ONCE = 0
"""A moment that has come: the ticket is judged as soon as its shelf counts."""
NOBODY = memoryview(b"")
WINDOW, ROOM = -12, 3
"""zlib's, for strings that are this short: 4 KiB, and little to be set up for each."""


class Sleeping(msgspec.Struct, array_like=True, frozen=True):
    """Of all of them one after another, by their numbers."""

    sample: bytes = b""
    """What one of them keeps: most others are much like it."""
    numbers: memoryview = NOBODY
    kept: memoryview = NOBODY
    """Each as `doze` leaves it."""
    ends: memoryview = NOBODY
    """Where these end; four bytes each, as are the rest."""
    moments: memoryview = NOBODY
    """When time alone changes one of the ticket's clocks next."""
    order: memoryview = NOBODY
    """Places of those that have a moment, the earliest first."""


class Row(NamedTuple):
    """One of them; `dozing` is packed."""

    number: bytes
    dozing: bytes
    moment: int


def doze(kept: bytes, sample: bytes) -> bytes:
    """What a ticket keeps, smaller; its head stays as it is."""
    packer = zlib.compressobj(1, zlib.DEFLATED, WINDOW, ROOM, zlib.Z_DEFAULT_STRATEGY, sample)
    return kept[: HEAD.size] + packer.compress(kept[HEAD.size :]) + packer.flush()


def rouse(dozing: bytes, sample: bytes) -> bytes:
    """The other way round."""
    return dozing[: HEAD.size] + zlib.decompressobj(WINDOW, sample).decompress(dozing[HEAD.size :])


def second_of(moment: int | None) -> int:
    """In four bytes; whoever is woken too early only looks at the ticket."""
    return NEVER if moment is None else min(max(moment, AT_ONCE), NEVER - 1)


def laid_down(rows: Iterable[Row], sample: bytes) -> Sleeping:
    """All of them, in whatever order they come."""
    told = sorted(rows)
    moments = array("I", [one.moment for one in told])
    order = [place for place, moment in enumerate(moments) if moment != NEVER]
    return Sleeping(
        sample,
        memoryview(b"".join([one.number for one in told])),
        memoryview(b"".join([one.dozing for one in told])),
        _bytes_of(accumulate(len(one.dozing) for one in told)),
        _bytes_of(moments),
        _bytes_of(sorted(order, key=moments.__getitem__)),
    )


def _bytes_of(numbers: Iterable[int]) -> memoryview:
    return memoryview(array("I", numbers)).cast("B")


class Asleep:
    """Those that still sleep; whoever was woken once does not come back."""

    def __init__(self, stored: Sleeping | None = None, awake: Collection[int] = ()) -> None:
        """All of `stored` but these numbers."""
        self._stored = stored or Sleeping()
        self._ends = self._stored.ends.cast("I")
        self.moments = self._stored.moments.cast("I")
        self.order = self._stored.order.cast("I")
        self._left = bytearray(len(self._ends))
        if awake:
            self._left[:] = [self.number(place) in awake for place in range(len(self._ends))]

    def __len__(self) -> int:
        return self._left.count(0)

    @property
    def sample(self) -> bytes:
        return self._stored.sample

    @property
    def places(self) -> Iterator[int]:
        """Of all that sleep."""
        return (place for place, has_left in enumerate(self._left) if not has_left)

    def has(self, place: int) -> bool:
        """Whether who slept there still does."""
        return not self._left[place]

    def number(self, place: int) -> int:
        return int.from_bytes(self._number(place))

    def _number(self, place: int) -> bytes:
        return bytes(self._stored.numbers[place * ID : place * ID + ID])

    def place(self, number: int) -> int | None:
        """Where that ticket sleeps; None if it does not."""
        if not self._left:
            return None
        wanted, places = number.to_bytes(ID), range(len(self._ends))
        place = bisect_left(places, wanted, key=self._number)
        is_here = place < len(places) and self.has(place) and self._number(place) == wanted
        return place if is_here else None

    def limit(self, place: int) -> int:
        """As a watched ticket's, 0 for none."""
        found: int = LIMIT.unpack_from(self._stored.kept, self._begin(place))[0]
        return found

    def wake(self, place: int) -> tuple[bytes, int | None]:
        """What it keeps, and its moment; it sleeps here no more."""
        self._left[place] = 1
        moment = self.moments[place]
        return rouse(self._dozing(place), self.sample), None if moment == NEVER else moment or None

    def _begin(self, place: int) -> int:
        return self._ends[place - 1] if place else 0

    def _dozing(self, place: int) -> bytes:
        return bytes(self._stored.kept[self._begin(place) : self._ends[place]])

    def as_it_is(self) -> "Asleep":
        """Another that wakes apart from this one."""
        copied = Asleep(self._stored)
        copied._left[:] = self._left
        return copied

    def rows(self) -> Iterator[Row]:
        """Those that still sleep, as they lie."""
        for place in self.places:
            yield Row(self._number(place), self._dozing(place), self.moments[place])
