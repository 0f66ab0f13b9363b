"""What is known of a ticket as bytes: millions of open ones have to fit into memory.

A ticket's records are a count, as many ids that its facts refer to, and then the facts in the order
of arrival, each an event's id and a body: a new one is put behind the rest. What many tickets share
stands once, by a number.
"""

from collections.abc import Iterable, Iterator, Sequence
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
DAY = 86_400
"""Seconds."""
NEVER = -1 << 63
ID = 16
COUNT = Struct("<H")
NOTHING = COUNT.pack(0)
NARROW = Struct("<BIIIBBBHH")
"""Name; at, in seconds and microseconds; recorded so many microseconds later; round; places of
correlation and order; actor; detail."""
WIDE = Struct("<BqqHHHIIq")
"""The same of what does not fit: with the very moments, and until when."""
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
            event_id, known = bytes_of(fact.event_id), records or NOTHING
            if is_known(known, event_id):
                return records
            correlation, known = _place_in(known, fact.correlation_id)
            order = 0
            if fact.work_order_id is not None:
                order, known = _place_in(known, fact.work_order_id)
                order += 1
            return b"".join((known, event_id, self._body(fact, correlation, order)))
        except (ValueError, TypeError, StructError) as error:
            raise UnreadableRecordError("ids, round or times") from error

    def _body(self, fact: Fact, correlation: int, order: int) -> bytes:
        name, places = self._names.number(fact.name), (fact.round, correlation, order)
        actor = self._actors.number(fact.actor)
        detail = self._details.number(Detail(fact.case, fact.responsible))
        if fact.until is None:
            since = fact.at - EPOCH
            seconds, later = since.days * DAY + since.seconds, fact.recorded_at - fact.at
            moments = seconds, since.microseconds, later // MICROSECOND
            try:
                return NARROW.pack(name, *moments, *places, actor, detail)
            except StructError:
                pass  # it is one of the few that do not fit
        until = NEVER if fact.until is None else fact.until
        at, recorded_at = number_of(fact.at), number_of(fact.recorded_at)
        return WIDE.pack(name | IS_WIDE, at, recorded_at, *places, actor, detail, until)

    def facts(self, records: bytes) -> Facts:
        """All facts of a ticket."""
        if not records:
            return ()
        ids = [text_of(one) for one in _others(records)]
        return in_order([self._fact(records, place, ids) for place in _places(records)])

    def _fact(self, records: bytes, place: int, ids: Sequence[str]) -> Fact:
        body = place + ID
        if records[body] & IS_WIDE:
            name, number, recorded, *fields, until = WIDE.unpack_from(records, body)
            at, recorded_at = moment_of(number), moment_of(recorded)
        else:
            name, seconds, microseconds, later, *fields = NARROW.unpack_from(records, body)
            at, until = EPOCH + timedelta(0, seconds, microseconds), NEVER
            recorded_at = at + timedelta(0, 0, later) if later else at
        round_number, correlation, order, actor, number = fields
        detail = self._details[number]
        return Fact(
            at,
            text_of(records[place:body]),
            self._names[name & ~IS_WIDE],
            round_number,
            recorded_at,
            ids[correlation],
            self._actors[actor],
            detail.case,
            ids[order - 1] if order else None,
            detail.responsible,
            None if until == NEVER else until,
        )


def is_known(records: bytes, event_id: bytes) -> bool:
    """Whether one of the facts is that event's."""
    found = records.find(event_id)
    return found >= 0 and any(records[place : place + ID] == event_id for place in _places(records))


def in_order(facts: list[Fact]) -> Facts:
    """By when they happened, then by their ids, which differ."""
    facts.sort()
    return tuple(facts)


def _others(records: bytes) -> list[bytes]:
    """The ids that facts refer to."""
    return [records[place : place + ID] for place in range(COUNT.size, _first(records), ID)]


def _first(records: bytes) -> int:
    """Where the facts begin."""
    (count,) = COUNT.unpack_from(records)
    return COUNT.size + int(count) * ID


def _places(records: bytes) -> Iterator[int]:
    """Where each fact begins."""
    place, end = _first(records), len(records)
    while place < end:
        yield place
        body = place + ID
        place = body + (WIDE.size if records[body] & IS_WIDE else NARROW.size)


def _place_in(records: bytes, text: str) -> tuple[int, bytes]:
    """Which of the ids that facts refer to it is, and the records with it."""
    one, first = bytes_of(text), _first(records)
    place = records.find(one, COUNT.size, first)
    while place >= 0:
        number, rest = divmod(place - COUNT.size, ID)
        if rest == 0:
            return number, records
        place = records.find(one, place + 1, first)
    number = (first - COUNT.size) // ID
    added = COUNT.pack(number + 1), records[COUNT.size : first], one, records[first:]
    return number, b"".join(added)


def number_of(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


def bytes_of(text: str) -> bytes:
    """Raises ValueError for what is no id."""
    raw = bytes.fromhex(text.replace("-", ""))
    if len(raw) != ID:
        raise ValueError(text)
    return raw


def text_of(raw: bytes) -> str:
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
