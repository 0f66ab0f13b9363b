"""What another regulation would make of a ticket: its clocks under both, side by side."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from services.sla.domain.clocks import Clock, State
from services.sla.domain.facts import Facts
from services.sla.domain.occurrences import ClockKey
from services.sla.domain.reading import clocks
from services.sla.domain.regulation import Regulation, Second
from shared.contracts.sla import Step

FIGURES = (
    "tickets",
    "changed",
    "deadlines_moved",
    "clocks_added",
    "clocks_removed",
    "misses_before",
    "misses_after",
    "escalations_before",
    "escalations_after",
)
"""What is counted of each ticket and added up."""


class Standing(NamedTuple):
    """How a clock stands under one regulation; `escalations` are the rungs that fell due."""

    state: State
    target_at: Second | None
    due_at: Second
    missed: bool
    escalations: tuple[Step, ...]


class Change(NamedTuple):
    """A clock that stands otherwise; None: that regulation has no such clock."""

    key: ClockKey
    before: Standing | None
    after: Standing | None

    @property
    def moves_deadline(self) -> bool:
        """Whether the clock is in both, with another target or limit."""
        if self.before is None or self.after is None:
            return False
        return self.before[1:3] != self.after[1:3]


class Comparison(NamedTuple):
    """One ticket under both regulations."""

    changes: tuple[Change, ...]
    counts: Counter[str]
    """Of all its clocks: what is added up over tickets."""


def compare(facts: Facts, current: Regulation, draft: Regulation, now: datetime) -> Comparison:
    """The ticket judged twice by the same facts at the same moment.

    Deadlines that were published have no say: both sides are what the regulation alone promises.
    Raises OutsideCalendarError.
    """
    before = _standings(clocks(facts, current, now))
    after = _standings(clocks(facts, draft, now))
    changes = tuple(_changes(before, after))
    counts = Counter(
        tickets=1,
        changed=int(bool(changes)),
        deadlines_moved=sum(one.moves_deadline for one in changes),
        clocks_added=sum(one.before is None for one in changes),
        clocks_removed=sum(one.after is None for one in changes),
        misses_before=sum(one.missed for one in before.values()),
        misses_after=sum(one.missed for one in after.values()),
        escalations_before=sum(len(one.escalations) for one in before.values()),
        escalations_after=sum(len(one.escalations) for one in after.values()),
    )
    return Comparison(changes, counts)


def _changes(before: dict[ClockKey, Standing], after: dict[ClockKey, Standing]) -> Iterator[Change]:
    """In the order of today's clocks, new ones last."""
    for key in before | after:
        change = Change(key, before.get(key), after.get(key))
        if change.before != change.after:
            yield change


def _standings(found: Sequence[Clock]) -> dict[ClockKey, Standing]:
    return {clock.key: _standing(clock) for clock in found}


def _standing(clock: Clock) -> Standing:
    return Standing(
        clock.state,
        clock.deadline.target_at,
        clock.deadline.due_at,
        clock.missed_at is not None,
        tuple([rung.step for rung in clock.rungs if rung.verdict in {"due", "past"}]),
    )
