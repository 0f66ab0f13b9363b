"""What is known of a ticket as bytes: millions of open ones have to fit into memory.

A ticket's records are a head, what its facts refer to (ids and moments, each in 16 bytes), and then
the facts in the order of arrival, all of one length: a new one is put behind the rest. What many
tickets share stands once, by a number.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from struct import error as StructError  # noqa: N812 - a class
from typing import Any, TypeVar

import msgspec

from services.sla.domain.facts import Case, Fact, FactName, Facts, Responsible
from shared.ids import bytes_of
from shared.messaging.envelope import UnreadableRecordError

Item = TypeVar("Item")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ID = 16
HEAD = Struct("<BH")
"""Whether the facts are wide; to how many things they refer."""
NOTHING = bytes(HEAD.size)
NARROW = Struct("<q16sIHHBBB")
"""At, in microseconds; event id; recorded so many later; manner; detail; places, from 1 on, of
correlation, order and until: 0 for none."""
WIDE = Struct("<q16sqIIHHH")
"""The same for a ticket with a fact that does not fit: that was recorded an hour later, or so."""


class Shared(dict[Item, int]):
    """Each thing once, under a number: what is asked for and has none yet gets the next one."""

    def __init__(self, things: Iterable[Item] = ()) -> None:
        super().__init__()
        self.things: list[Item] = list(things)
        """By their numbers."""
        self.update({thing: number for number, thing in enumerate(self.things)})

    def __missing__(self, thing: Item) -> int:
        number = self[thing] = len(self.things)
        self.things.append(thing)
        return number


Manner = tuple[FactName, int, str]
"""What happened, in which round, and who did it."""
Detail = tuple[Case | None, Responsible | None]
"""What few facts say, and many of them alike."""


class Legend(msgspec.Struct, array_like=True, frozen=True):
    """What a packing's bytes share, by number; without it they say nothing."""

    manners: tuple[Manner, ...] = ()
    details: tuple[Detail, ...] = ()


class FactPacking:
    """Facts to records and back, for all tickets of one shelf."""

    def __init__(self, legend: Legend | None = None) -> None:
        known = legend or Legend()
        self._manners: Shared[Manner] = Shared(known.manners)
        self._details: Shared[Detail] = Shared(known.details)

    @property
    def legend(self) -> Legend:
        return Legend(tuple(self._manners.things), tuple(self._details.things))

    def join(self, records: bytes, fact: Fact, start: int = 0) -> bytes:
        """The records with one more; the same, the very object, where nothing is new.

        What stands before `start` is none of them and stays as it is. Raises UnreadableRecordError
        for ids and times that are none.
        """
        try:
            return self._joined(records if len(records) > start else records + NOTHING, fact, start)
        except (ValueError, TypeError, StructError) as error:
            raise UnreadableRecordError("ids or times") from error

    def _joined(self, records: bytes, fact: Fact, start: int) -> bytes:
        event_id = bytes_of(fact.event_id)
        layout, first = _layout(records, start)
        if records.find(event_id, first) >= 0 and is_known(records, event_id, start):
            return records
        before = records[start + HEAD.size : first]
        correlation, others = _place_in(before, bytes_of(fact.correlation_id))
        order = until = 0
        if fact.work_order_id is not None:
            order, others = _place_in(others, bytes_of(fact.work_order_id))
        if fact.until is not None:
            until, others = _place_in(others, _bytes_of(fact.until))
        at, later = _microseconds(fact.at - EPOCH), _microseconds(fact.recorded_at - fact.at)
        manner = self._manners[fact.name, fact.round, fact.actor]
        detail = self._details[fact.case, fact.responsible]
        try:
            new = layout.pack(at, event_id, later, manner, detail, correlation, order, until)
        except StructError:
            if layout is WIDE:
                raise
            return self._joined(_widened(records, start), fact, start)
        if others is before:
            return records + new
        head = HEAD.pack(layout is WIDE, len(others) // ID)
        return b"".join((records[:start], head, others, records[first:], new))

    def facts(self, records: bytes) -> Facts:
        """All facts of a ticket."""
        if not records:
            return ()
        layout, first = _layout(records)
        others = [records[place : place + ID] for place in range(HEAD.size, first, ID)]
        ids = ["", *map(text_of, others)]
        manners, details, found = self._manners.things, self._details.things, list[Fact]()
        facts = in_order(layout.iter_unpack(records[first:]))
        for at, event_id, later, manner, detail, correlation, order, until in facts:
            name, number, actor = manners[manner]
            case, people = details[detail]
            moment = EPOCH + timedelta(0, 0, at)
            recorded_at = moment + timedelta(0, 0, later) if later else moment
            end = _second_of(others[until - 1]) if until else None
            about = ids[correlation], actor, case, ids[order] or None, people, end
            found.append(Fact(moment, text_of(event_id), name, number, recorded_at, *about))
        return tuple(found)


def is_known(records: bytes, event_id: bytes, start: int = 0) -> bool:
    """Whether one of the facts is that event's."""
    layout, first = _layout(records, start)
    return any(one[1] == event_id for one in layout.iter_unpack(records[first:]))


def in_order(packed: Iterable[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """By when they happened, then by their ids, which differ."""
    return sorted(packed)


def _layout(records: bytes, start: int = 0) -> tuple[Struct, int]:
    """That of the facts, and where they begin."""
    is_wide, count = HEAD.unpack_from(records, start)
    return WIDE if is_wide else NARROW, start + HEAD.size + count * ID


def _widened(records: bytes, start: int) -> bytes:
    """The same with more room in each fact."""
    layout, first = _layout(records, start)
    facts = [WIDE.pack(*one) for one in layout.iter_unpack(records[first:])]
    head = HEAD.pack(1, (first - start) // ID)
    return b"".join((records[:start], head, records[start + HEAD.size : first], *facts))


def _bytes_of(second: int) -> bytes:
    return second.to_bytes(ID, signed=True)


def _second_of(raw: bytes) -> int:
    return int.from_bytes(raw, signed=True)


def _place_in(others: bytes, one: bytes) -> tuple[int, bytes]:
    """Which of them it is, from 1 on, and all of them with it."""
    place = others.find(one)
    while place % ID:  # as -1 has, too
        if place < 0:
            return len(others) // ID + 1, others + one
        place = others.find(one, place + 1)
    return place // ID + 1, others


def number_of(moment: datetime) -> int:
    """Microseconds since 1970."""
    return _microseconds(moment - EPOCH)


def _microseconds(span: timedelta) -> int:
    """In half the time that it takes to divide it by one."""
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def moment_of(number: int) -> datetime:
    return EPOCH + timedelta(0, 0, number)


def text_of(raw: bytes) -> str:
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
