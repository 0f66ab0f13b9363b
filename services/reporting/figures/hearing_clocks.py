"""What sla's events tell of a subject's clocks: as sla itself folds them."""

from msgspec.structs import replace

from services.reporting.figures.facts import ClockFacts, Sla
from services.reporting.figures.heard import Heard
from shared.contracts import sla


def evolve_clocks(known: Sla, heard: Heard) -> Sla:
    """The section after one event."""
    event = heard.event
    if not isinstance(event, sla.ClockEvent):
        return known
    key = f"{event.clock}/{event.round}/{event.occurrence}"
    before = known.clocks.get(key)
    if isinstance(event, sla.ClockStarted):
        after = _started(event)
    elif before is not None:
        after = _evolve(before, event)
    else:
        return known
    return replace(known, clocks={**known.clocks, key: after})


def _started(event: sla.ClockStarted) -> ClockFacts:
    return ClockFacts(
        clock=event.clock,
        occurrence=event.occurrence,
        started_at=event.at,
        target_at=event.target_at,
        due_at=event.due_at,
    )


def _evolve(clock: ClockFacts, event: sla.ClockEvent) -> ClockFacts:
    match event:
        case sla.ClockMet():
            return replace(clock, met_at=event.at, late=event.late, is_over=True)
        case sla.ClockMissed():
            return replace(clock, missed=True)
        case sla.ClockCancelled():
            return replace(clock, is_over=True, is_void=event.reason == "restated")
        case sla.ClockResumed():
            return replace(
                clock,
                target_at=event.target_at or clock.target_at,
                due_at=event.due_at or clock.due_at,
                met_at=None,
                late=False,
                is_over=False,
                missed=event.missed,
            )
        case sla.DeadlineMoved():
            return replace(
                clock,
                target_at=event.target_at,
                due_at=event.due_at or clock.due_at,
                missed=event.missed,
            )
        case sla.EscalationRaised():
            return replace(clock, raised={**clock.raised, event.step: event.addressee})
        case sla.EscalationWithdrawn():
            left = {step: to for step, to in clock.raised.items() if step != event.step}
            return replace(clock, raised=left)
        case _:
            return clock
