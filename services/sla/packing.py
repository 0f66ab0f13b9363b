"""What is known of a ticket as bytes: millions of open ones have to fit into memory.

A ticket's records are two counts, the ids of its facts' events, the other ids that it needs, and a
body for each fact in the order of arrival. What many tickets share stands once, by a number.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from struct import Struct
from struct import error as StructError  # noqa: N812 - a class
from typing import Generic, NamedTuple, TypeVar

import msgspec

from services.sla.domain.facts import Case, Fact, FactName, Facts, Responsible
from shared.messaging.envelope import UnreadableRecordError

Item = TypeVar("Item")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SHIFT = 1 << 62
"""Lets times before 1970 be positive numbers, too."""
NEVER = -1 << 63
ID = 16
COUNTS = Struct("<HH")
NARROW = Struct("<BQIBBBHH")
"""Name; at; recorded so much later; round; places of correlation and order; actor; detail."""
WIDE = Struct("<BQQHHHIIq")
"""The same of what does not fit: with the very moment of recording, and until when."""
IS_WIDE = 0x80


class Shared(Generic[Item]):
    """Each thing once, by a number."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self.items: list[Item] = list(items)
        self._numbers: dict[Item, int] = {item: number for number, item in enumerate(self.items)}

    def number(self, item: Item) -> int:
        found = self._numbers.get(item)
        if found is None:
            found = self._numbers[item] = len(self.items)
            self.items.append(item)
        return found

    def __getitem__(self, number: int) -> Item:
        return self.items[number]


class Detail(NamedTuple):
    """What few facts say, and many of them alike."""

    case: Case | None
    responsible: Responsible | None


class Legend(msgspec.Struct, array_like=True, frozen=True):
    """What a packing's bytes share, by number; without it they say nothing."""

    names: tuple[FactName, ...] = ()
    actors: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()


class FactPacking:
    """Facts to records and back, for all tickets of one shelf."""

    def __init__(self, legend: Legend | None = None) -> None:
        known = legend or Legend()
        self._names: Shared[FactName] = Shared(known.names)
        self._actors: Shared[str] = Shared(known.actors)
        self._details: Shared[Detail] = Shared(known.details)

    @property
    def legend(self) -> Legend:
        return Legend(
            tuple(self._names.items), tuple(self._actors.items), tuple(self._details.items)
        )

    def join(self, records: bytes, fact: Fact) -> bytes:
        """As `facts.take_in`: the same records, the very object, where nothing is new.

        Raises UnreadableRecordError for ids, rounds and times that are none.
        """
        try:
            event_id = bytes_of(fact.event_id)
            ids, others, bodies = _split(records)
            if is_known(ids, event_id):
                return records
            correlation, others = _place_in(others, fact.correlation_id)
            order = 0
            if fact.work_order_id is not None:
                order, others = _place_in(others, fact.work_order_id)
                order += 1
            body = self._body(fact, correlation, order)
            counts = COUNTS.pack(len(ids) // ID + 1, len(others) // ID)
        except (ValueError, TypeError, StructError) as error:
            raise UnreadableRecordError("ids, round or times") from error
        return b"".join((counts, ids, event_id, others, bodies, body))

    def _body(self, fact: Fact, correlation: int, order: int) -> bytes:
        at, recorded_at = number_of(fact.at), number_of(fact.recorded_at)
        name, places = self._names.number(fact.name), (fact.round, correlation, order)
        actor = self._actors.number(fact.actor)
        detail = self._details.number(Detail(fact.case, fact.responsible))
        if fact.until is None:
            try:
                return NARROW.pack(name, at, recorded_at - at, *places, actor, detail)
            except StructError:
                pass  # it is one of the few that do not fit
        until = NEVER if fact.until is None else fact.until
        return WIDE.pack(name | IS_WIDE, at, recorded_at, *places, actor, detail, until)

    def facts(self, records: bytes) -> Facts:
        """All facts of a ticket."""
        if not records:
            return ()
        count, more = COUNTS.unpack_from(records)
        others = COUNTS.size + count * ID
        place, found = others + more * ID, []
        for start in range(COUNTS.size, others, ID):
            if records[place] & IS_WIDE:
                name, at, recorded_at, *fields, until = WIDE.unpack_from(records, place)
                place += WIDE.size
            else:
                name, at, later, *fields = NARROW.unpack_from(records, place)
                recorded_at, until = at + later, NEVER
                place += NARROW.size
            event_id = text_of(records[start : start + ID])
            facts_own = event_id, name & ~IS_WIDE, at, recorded_at, until
            found.append(self._fact(facts_own, fields, records[others : others + more * ID]))
        return in_order(found)

    def _fact(self, own: tuple[str, int, int, int, int], fields: list[int], others: bytes) -> Fact:
        event_id, name, at, recorded_at, until = own
        round_number, correlation, order, actor, number = fields
        detail = self._details[number]
        return Fact(
            at=moment_of(at),
            event_id=event_id,
            name=self._names[name],
            round=round_number,
            recorded_at=moment_of(recorded_at),
            correlation_id=_text_at(others, correlation),
            actor=self._actors[actor],
            case=detail.case,
            work_order_id=_text_at(others, order - 1) if order else None,
            responsible=detail.responsible,
            until=None if until == NEVER else until,
        )


def is_known(ids: bytes, one: bytes) -> bool:
    """Whether the id stands among the others."""
    place = ids.find(one)
    while place % ID and place >= 0:
        place = ids.find(one, place + 1)
    return place >= 0


def in_order(facts: list[Fact]) -> Facts:
    """By when they happened, then by their ids, which differ."""
    facts.sort()
    return tuple(facts)


def _split(records: bytes) -> tuple[bytes, bytes, bytes]:
    """The events' ids, the others, the bodies."""
    if not records:
        return b"", b"", b""
    count, more = COUNTS.unpack_from(records)
    others = COUNTS.size + count * ID
    bodies = others + more * ID
    return records[COUNTS.size : others], records[others:bodies], records[bodies:]


def _place_in(others: bytes, text: str) -> tuple[int, bytes]:
    """Which of them it is, and all of them with it."""
    one = bytes_of(text)
    for place in range(0, len(others), ID):
        if others[place : place + ID] == one:
            return place // ID, others
    return len(others) // ID, others + one


def _text_at(others: bytes, place: int) -> str:
    return text_of(others[place * ID : (place + 1) * ID])


def number_of(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND + SHIFT


def moment_of(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number - SHIFT)


def bytes_of(text: str) -> bytes:
    """Raises ValueError for what is no id."""
    raw = bytes.fromhex(text.replace("-", ""))
    if len(raw) != ID:
        raise ValueError(text)
    return raw


def text_of(raw: bytes) -> str:
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
