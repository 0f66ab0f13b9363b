"""What a ticket's customer was promised: each clock as sla said it last."""

from datetime import datetime
from typing import Literal

import msgspec

from shared.contracts import sla

ClockState = Literal["running", "paused", "met", "missed", "met_late", "cancelled"]


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of the ticket, as sla said it."""

    clock: str
    round: int
    occurrence: str
    state: ClockState
    target_at: datetime | None
    due_at: datetime | None
    provisional: bool


def with_promise(promises: tuple[Promise, ...], event: sla.ClockEvent) -> tuple[Promise, ...]:
    """The promises after what sla said; of a clock that never started it says nothing."""
    known = {(one.clock, one.round, one.occurrence): one for one in promises}
    key = (event.clock, event.round, event.occurrence)
    promise = _promise(known.get(key), event)
    return tuple({**known, key: promise}.values()) if promise else promises


def _promise(promise: Promise | None, event: sla.ClockEvent) -> Promise | None:
    if isinstance(event, sla.ClockStarted):
        return Promise(
            clock=event.clock,
            round=event.round,
            occurrence=event.occurrence,
            state="running",
            target_at=event.target_at,
            due_at=event.due_at,
            provisional=event.provisional,
        )
    if promise is None:
        return None
    match event:
        case sla.ClockMet():
            return msgspec.structs.replace(promise, state="met_late" if event.late else "met")
        case sla.ClockMissed():
            return msgspec.structs.replace(promise, state="missed")
        case sla.ClockCancelled():
            return msgspec.structs.replace(promise, state="cancelled")
        case sla.ClockResumed():
            return msgspec.structs.replace(
                promise,
                state="missed" if event.missed else "running",
                target_at=event.target_at,
                due_at=event.due_at,
                provisional=event.provisional,
            )
        case sla.ClockPaused():
            return msgspec.structs.replace(promise, state="paused", target_at=None, due_at=None)
        case sla.DeadlineMoved():
            is_put_off = promise.state == "missed" and not event.missed
            return msgspec.structs.replace(
                promise,
                state="running" if is_put_off else promise.state,
                target_at=event.target_at,
                due_at=event.due_at,
                provisional=event.provisional,
            )
        case _:
            return None
