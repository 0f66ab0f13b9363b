"""What is known of a ticket as bytes: millions of open ones have to fit into memory.

A ticket's records are a count, as many ids that its facts refer to, and then the facts in the order
of arrival, each an event's id and a body: a new one is put behind the rest. What many tickets share
stands once, by a number.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from struct import error as StructError  # noqa: N812 - a class
from typing import NamedTuple, TypeVar

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
fromhex = bytes.fromhex


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
        self._no_detail = self._details[Detail(None, None)]

    @property
    def legend(self) -> Legend:
        return Legend(
            tuple(self._names.things), tuple(self._actors.things), tuple(self._details.things)
        )

    def join(self, records: bytes, fact: Fact, start: int = 0) -> bytes:
        """The records with one more; the same, the very object, where nothing is new.

        What stands before `start` is none of them and stays as it is. Raises UnreadableRecordError
        for ids, rounds and times that are none.
        """
        try:
            event_id = bytes_of(fact.event_id)
            known = records if len(records) > start else records + NOTHING
            if event_id in known and is_known(known, event_id, start):
                return records
            first = _first(known, start)
            others = before = known[start + COUNT.size : first]
            correlation, others = _place_in(others, bytes_of(fact.correlation_id))
            order = 0
            if fact.work_order_id is not None:
                order, others = _place_in(others, bytes_of(fact.work_order_id))
                order += 1
            body = self._body(fact, correlation, order)
            if others is not before:
                count = COUNT.pack(len(others) // ID)
                known = b"".join((known[:start], count, others, known[first:]))
        except (ValueError, TypeError, StructError) as error:
            raise UnreadableRecordError("ids, round or times") from error
        return known + event_id + body

    def _body(self, fact: Fact, correlation: int, order: int) -> bytes:
        at, _, name, round_number, recorded_at, _, actor, case, _, responsible, until = fact
        number = self._names[name]
        detail = self._no_detail
        if case is not None or responsible is not None:
            detail = self._details[Detail(case, responsible)]
        fields = round_number, correlation, order, self._actors[actor], detail
        if until is None:
            since, later = at - EPOCH, recorded_at - at
            seconds = since.days * DAY + since.seconds
            try:
                return NARROW.pack(
                    number, seconds, since.microseconds, later // MICROSECOND, *fields
                )
            except StructError:
                pass  # it is one of the few that do not fit
        times = number_of(at), number_of(recorded_at)
        return WIDE.pack(number | IS_WIDE, *times, *fields, NEVER if until is None else until)

    def facts(self, records: bytes) -> Facts:
        """All facts of a ticket."""
        if not records:
            return ()
        ids = [text_of(one) for one in _others(records)]
        return in_order([self._fact(records, place, ids) for place in _places(records)])

    def _fact(self, records: bytes, place: int, ids: Sequence[str]) -> Fact:
        body, until = place + ID, NEVER
        if records[body] & IS_WIDE:
            name, at, recorded, round_number, correlation, order, actor, detail, until = (
                WIDE.unpack_from(records, body)
            )
            moment, recorded_at = moment_of(at), moment_of(recorded)
        else:
            name, seconds, at, later, round_number, correlation, order, actor, detail = (
                NARROW.unpack_from(records, body)
            )
            moment = recorded_at = EPOCH + timedelta(0, seconds, at)
            if later:
                recorded_at = moment + timedelta(0, 0, later)
        case, responsible = self._details.things[detail]
        return Fact(
            moment,
            text_of(records[place:body]),
            self._names.things[name & ~IS_WIDE],
            round_number,
            recorded_at,
            ids[correlation],
            self._actors.things[actor],
            case,
            ids[order - 1] if order else None,
            responsible,
            None if until == NEVER else until,
        )


def is_known(records: bytes, event_id: bytes, start: int = 0) -> bool:
    """Whether one of the facts is that event's."""
    return any(records[place : place + ID] == event_id for place in _places(records, start))


def in_order(facts: list[Fact]) -> Facts:
    """By when they happened, then by their ids, which differ."""
    facts.sort()
    return tuple(facts)


def _others(records: bytes) -> list[bytes]:
    """The ids that facts refer to."""
    return [records[place : place + ID] for place in range(COUNT.size, _first(records), ID)]


def _first(records: bytes, start: int = 0) -> int:
    """Where the facts begin."""
    (count,) = COUNT.unpack_from(records, start)
    return start + COUNT.size + int(count) * ID


def _places(records: bytes, start: int = 0) -> Iterator[int]:
    """Where each fact begins."""
    place, end = _first(records, start), len(records)
    while place < end:
        yield place
        body = place + ID
        place = body + (WIDE.size if records[body] & IS_WIDE else NARROW.size)


def _place_in(others: bytes, one: bytes) -> tuple[int, bytes]:
    """Which of them it is, and all of them with it."""
    place = others.find(one)
    while place > 0 and place % ID:
        place = others.find(one, place + 1)
    if place < 0:
        return len(others) // ID, others + one
    return place // ID, others


def number_of(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


def bytes_of(text: str) -> bytes:
    """Raises ValueError for what is no id."""
    raw = fromhex(text.replace("-", ""))
    if len(raw) != ID:
        raise ValueError(text)
    return raw


def text_of(raw: bytes) -> str:
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
