"""What is known of a ticket as bytes: millions of open ones have to fit into memory.

A fact is a record of fixed length that begins with when it happened and its event id, so that
records sort as facts do and the join needs no unpacking. What many facts share is kept once.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from services.sla.domain.clocks import ClockKey, State
from services.sla.domain.facts import Case, Fact, FactName, Facts, Responsible
from services.sla.domain.published import NOTHING, Published, Raised, Said
from services.sla.domain.regulation import Deadline
from shared.contracts.sla import Step

Item = TypeVar("Item")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SHIFT = 1 << 62
"""Makes times before 1970 sort before the others."""
RECORD = Struct(">Q16sQ16s16sBHII")
ID = slice(8, 24)
NO_ORDER = bytes(16)


class _Shared(Generic[Item]):
    """Each thing once, by a number."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._numbers: dict[Item, int] = {}

    def number(self, item: Item) -> int:
        found = self._numbers.get(item)
        if found is None:
            found = self._numbers[item] = len(self._items)
            self._items.append(item)
        return found

    def __getitem__(self, number: int) -> Item:
        return self._items[number]


class FactPacking:
    """Facts to records and back, for all tickets of one book."""

    def __init__(self) -> None:
        self._names: _Shared[FactName] = _Shared()
        self._actors: _Shared[str] = _Shared()
        self._details: _Shared[Case | Responsible | None] = _Shared()

    def record(self, fact: Fact) -> bytes:
        """One fact. Raises ValueError for ids that are none."""
        return RECORD.pack(
            _number_of(fact.at),
            _bytes_of(fact.event_id),
            _number_of(fact.recorded_at),
            _bytes_of(fact.correlation_id),
            _bytes_of(fact.work_order_id) if fact.work_order_id else NO_ORDER,
            self._names.number(fact.name),
            fact.round,
            self._actors.number(fact.actor),
            self._details.number(fact.case or fact.responsible),
        )

    def facts(self, records: bytes) -> Facts:
        """All facts of a ticket."""
        return tuple([self._fact(fields) for fields in RECORD.iter_unpack(records)])

    def _fact(self, fields: tuple[int, bytes, int, bytes, bytes, int, int, int, int]) -> Fact:
        at, event_id, recorded_at, correlation_id, order, name, round_number, actor, number = fields
        detail = self._details[number]
        return Fact(
            at=_moment_of(at),
            event_id=_text_of(event_id),
            name=self._names[name],
            round=round_number,
            recorded_at=_moment_of(recorded_at),
            correlation_id=_text_of(correlation_id),
            actor=self._actors[actor],
            case=detail if isinstance(detail, Case) else None,
            work_order_id=None if order == NO_ORDER else _text_of(order),
            responsible=detail if isinstance(detail, Responsible) else None,
        )


def join(records: bytes, record: bytes) -> bytes:
    """As `facts.take_in`: the same records, the very object, where nothing is new."""
    size = RECORD.size
    known = [records[place : place + size] for place in range(0, len(records), size)]
    if any(one[ID] == record[ID] for one in known):
        return records
    place = size * bisect_left(known, record)
    return records[:place] + record + records[place:]


def _number_of(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND + SHIFT


def _moment_of(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number - SHIFT)


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.replace("-", ""))


def _text_of(raw: bytes) -> str:
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class _Rung(msgspec.Struct, array_like=True, gc=False):
    step: Step
    escalation_id: bytes
    times_withdrawn: int
    stands: bool
    acknowledged_by: str | None


class _Clock(msgspec.Struct, array_like=True, gc=False):
    name: str
    round: int
    occurrence: bytes
    target_at: int | None
    due_at: int
    provisional: bool
    state: State
    ended_at: int | None
    missed: bool
    raised: list[_Rung]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[_Clock])


def pack_published(published: Published) -> bytes:
    """What was said of a ticket."""
    return _encoder.encode([_clock(key, said) for key, said in published.items()])


def _clock(key: ClockKey, said: Said) -> _Clock:
    return _Clock(
        name=key.name,
        round=key.round,
        occurrence=_bytes_of(key.occurrence),
        target_at=said.deadline.target_at,
        due_at=said.deadline.due_at,
        provisional=said.deadline.provisional,
        state=said.state,
        ended_at=_number_of(said.ended_at) if said.ended_at else None,
        missed=said.missed,
        raised=[
            _Rung(
                step, one.escalation_id.bytes, one.times_withdrawn, one.stands, one.acknowledged_by
            )
            for step, one in said.raised.items()
        ],
    )


def unpack_published(packed: bytes) -> Published:
    """The other way round."""
    if not packed:
        return NOTHING
    return {
        ClockKey(one.name, one.round, _text_of(one.occurrence)): _said(one)
        for one in _decoder.decode(packed)
    }


def _said(clock: _Clock) -> Said:
    return Said(
        deadline=Deadline(clock.target_at, clock.due_at, clock.provisional),
        state=clock.state,
        ended_at=None if clock.ended_at is None else _moment_of(clock.ended_at),
        missed=clock.missed,
        raised={
            one.step: Raised(
                UUID(bytes=one.escalation_id), one.times_withdrawn, one.stands, one.acknowledged_by
            )
            for one in clock.raised
        },
    )
