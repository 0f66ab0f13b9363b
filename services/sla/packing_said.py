"""What was said of a ticket as bytes: its clocks, whose ids stand once, before them."""

from typing import get_args
from uuid import UUID

import msgspec

from services.sla.domain.clocks import State
from services.sla.domain.occurrences import ClockKey
from services.sla.domain.published import NO_RUNGS, NOTHING, Published, Raised, Said
from services.sla.domain.regulation import Deadline
from services.sla.packing import ID, Shared, moment_of, number_of, text_of
from shared.contracts.sla import STEPS
from shared.ids import bytes_of

STATES: tuple[State, ...] = get_args(State)
"""As the steps' numbers, these stand in snapshots, which other code does not read."""


class _Rung(msgspec.Struct, array_like=True, gc=False):
    step: int
    escalation_id: bytes
    times_withdrawn: int
    stands: bool
    acknowledged_by: str | None
    due_at: int


class _Clock(msgspec.Struct, array_like=True, gc=False):
    name: int
    round: int
    occurrence: int
    target_at: int | None
    due_at: int
    provisional: bool
    state: int
    missed: bool
    moved_by: int
    ended_at: int | None
    raised: list[_Rung]


class _Ticket(msgspec.Struct, array_like=True, gc=False):
    occurrences: bytes
    clocks: list[_Clock]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Ticket)


def pack_published(published: Published, names: Shared[str]) -> bytes:
    """What was said of a ticket; `names` are the clocks' own, which all tickets share."""
    occurrences: dict[str, int] = {}
    for key in published:
        occurrences.setdefault(key.occurrence, len(occurrences))
    clocks = [
        _clock(key, said, names[key.name], occurrences[key.occurrence])
        for key, said in published.items()
    ]
    return _encoder.encode(_Ticket(b"".join(map(bytes_of, occurrences)), clocks))


def _clock(key: ClockKey, said: Said, name: int, occurrence: int) -> _Clock:
    return _Clock(
        name=name,
        round=key.round,
        occurrence=occurrence,
        target_at=said.deadline.target_at,
        due_at=said.deadline.due_at,
        provisional=said.deadline.provisional,
        state=STATES.index(said.state),
        missed=said.missed,
        moved_by=said.moved_by,
        ended_at=number_of(said.ended_at) if said.ended_at else None,
        raised=[
            _Rung(
                STEPS.index(step),
                one.escalation_id.bytes,
                one.times_withdrawn,
                one.stands,
                one.acknowledged_by,
                one.due_at,
            )
            for step, one in said.raised.items()
        ],
    )


def unpack_published(packed: bytes, names: Shared[str]) -> Published:
    """The other way round."""
    if not packed:
        return NOTHING
    ticket = _decoder.decode(packed)
    ids = [
        text_of(ticket.occurrences[place : place + ID])
        for place in range(0, len(ticket.occurrences), ID)
    ]
    return {
        ClockKey(names.things[one.name], one.round, ids[one.occurrence]): _said(one)
        for one in ticket.clocks
    }


def _said(clock: _Clock) -> Said:
    ended_at = None if clock.ended_at is None else moment_of(clock.ended_at)
    return Said(
        Deadline(clock.target_at, clock.due_at, clock.provisional),
        STATES[clock.state],
        ended_at,
        clock.missed,
        clock.moved_by,
        {STEPS[one.step]: _raised(one) for one in clock.raised} if clock.raised else NO_RUNGS,
    )


def _raised(rung: _Rung) -> Raised:
    return Raised(
        UUID(bytes=rung.escalation_id),
        rung.times_withdrawn,
        rung.stands,
        rung.acknowledged_by,
        rung.due_at,
    )
