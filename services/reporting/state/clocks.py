"""The ticket's promises, each as sla said it last."""

from typing import Any

import msgspec

from services.reporting.state.parts import ClockPart, RungPart
from shared.contracts import sla


def fold_clock(clock: ClockPart | None, event: sla.ClockEvent) -> ClockPart | None:
    """The clock after what sla said; of one that never started nothing is told."""
    if isinstance(event, sla.ClockStarted):
        return _started(event)
    if clock is None:
        return None
    changes = _changes(clock, event)
    return msgspec.structs.replace(clock, **changes) if changes else clock


def _started(event: sla.ClockStarted) -> ClockPart:
    return ClockPart(
        clock=event.clock,
        round=event.round,
        occurrence=event.occurrence,
        started_at=event.at,
        target_at=event.target_at,
        due_at=event.due_at,
        provisional=event.provisional,
        pack=event.pack,
        pack_version=event.pack_version,
        calendar_version=event.calendar_version,
    )


def _changes(clock: ClockPart, event: sla.ClockEvent) -> dict[str, Any]:
    match event:
        case sla.ClockMet():
            return {"state": "met_late" if event.late else "met", "stopped_at": event.at}
        case sla.ClockMissed():
            return {"state": "missed", "missed_at": event.at}
        case sla.ClockCancelled():
            ended = {"state": "cancelled", "stopped_at": event.at}
            return {**ended, "cancelled_because": event.reason}
        case sla.ClockPaused():
            unsaid = {"target_at": None, "due_at": None}
            return {**unsaid, "state": "paused", "paused_because": event.reason}
        case sla.ClockResumed():
            return _resumed(event)
        case sla.DeadlineMoved():
            return _moved(clock, event)
        case _:
            return {"rungs": _rungs(clock.rungs, event)}


def _resumed(event: sla.ClockResumed) -> dict[str, Any]:
    return {
        "state": "missed" if event.missed else "running",
        "target_at": event.target_at,
        "due_at": event.due_at,
        "provisional": event.provisional,
        "paused_because": None,
        "stopped_at": None,
        "cancelled_because": None,
    }


def _moved(clock: ClockPart, event: sla.DeadlineMoved) -> dict[str, Any]:
    is_put_off = clock.state == "missed" and not event.missed
    return {
        "state": "running" if is_put_off else clock.state,
        "target_at": event.target_at,
        "due_at": event.due_at,
        "provisional": event.provisional,
        "moves": clock.moves + 1,
        "moved_because": event.reason,
        "missed_at": event.due_at if event.missed else None,
    }


def _rungs(rungs: tuple[RungPart, ...], event: sla.ClockEvent) -> tuple[RungPart, ...]:
    match event:
        case sla.EscalationRaised():
            raised = RungPart(
                step=event.step,
                due_at=event.due_at,
                raised_at=event.at,
                addressee=event.addressee,
            )
            others = tuple(one for one in rungs if one.step != event.step)
            return tuple(sorted((*others, raised), key=lambda one: sla.STEPS.index(one.step)))
        case sla.EscalationAcknowledged():
            known = {"state": "acknowledged", "acknowledged_by": event.acknowledged_by}
            return _with(rungs, event.step, known)
        case sla.EscalationWithdrawn():
            return _with(rungs, event.step, {"state": "withdrawn", "reason": event.reason})
        case _:
            return rungs


def _with(
    rungs: tuple[RungPart, ...], step: sla.Step, changes: dict[str, Any]
) -> tuple[RungPart, ...]:
    return tuple(
        msgspec.structs.replace(one, **changes) if one.step == step else one for one in rungs
    )
