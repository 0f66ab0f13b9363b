"""The clocks of a ticket: a pure function of facts, regulation and now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from services.sla.domain.facts import Fact, Responsible
from services.sla.domain.moves import LastMove, Move
from services.sla.domain.occurrences import ClockKey, End
from services.sla.domain.regulation import Deadline, Regulation, Second
from shared import packs
from shared.contracts.sla import Step

State = Literal["running", "paused", "met", "missed", "met_late", "cancelled"]
Verdict = Literal["waiting", "due", "past", "void"]
"""Of a rung: its time has not come; it must stand; it came while the clock ran, which has stopped
since; it must not stand."""


class Rung(Struct, frozen=True, gc=False):
    """A step of the ladder as things stand."""

    step: Step
    due_at: Second
    ready_at: Second
    to: tuple[packs.Addressee, ...]
    verdict: Verdict
    refuted_by: Fact | None = None
    reason: str = ""


class Clock(Struct, frozen=True, gc=False):
    """One promise as things stand."""

    key: ClockKey
    state: State
    started_at: datetime
    started: Fact | None
    """None where it was calculated."""
    end: End | None
    deadline: Deadline
    """While paused: what it would be if work went on now."""
    paused: Fact | None
    """What it stands still for."""
    target_missed_at: Second | None
    missed_at: Second | None
    rungs: tuple[Rung, ...]
    rule: packs.Rule
    regulation: Regulation
    """What judges it."""
    calendar_version: str
    next_at: Second | None
    """When time alone changes something here; None: only a fact can."""
    moves: tuple[Move, ...]
    """All that may have moved the limit, as it happened."""
    moved: LastMove | None
    moved_by: int
    """How many facts had a say in the limit; more of them may move it, nothing else does."""
    unmerged: Fact | None
    """What took a merger back: why a clock that was cancelled runs again."""
    responsible: Responsible | None
    """Whose it is, where that is not who handles the ticket."""
    limits: Sequence[tuple[Second, Second]]
    """Each limit that there was, and since when, the oldest first."""
    drifted: bool
    """The deadline would be another one today than the one that was promised, which stands."""


def state_of(end: End | None, *, late: bool, paused: bool) -> State:
    if end is None:
        return "missed" if late else "paused" if paused else "running"
    if end.cancelled:
        return "cancelled"
    return "met_late" if late else "met"
