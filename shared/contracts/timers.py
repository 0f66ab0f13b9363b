"""How sla answers on all timers at once: its own answer, and what reporting reads of it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec


class RaisingLag(msgspec.Struct, frozen=True, kw_only=True):
    """How long after they fell due rungs were raised.

    Of the last, at most 1,000, by the instance that answers, since its start.
    """

    raised: int
    newest_at: datetime | None
    p50_seconds: float | None
    p99_seconds: float | None
    slowest_seconds: float | None


class CatchingUp(msgspec.Struct, frozen=True, kw_only=True):
    """How far the instance has read what was there at its start; nothing is raised before."""

    caught_up: bool
    partitions: tuple[int, ...]
    """Those that are watched here: with two instances each has its own."""
    partitions_behind: int
    records_read: int
    lag_records: int | None
    """Published and not read yet; None: not known yet."""


class TimerCounts(msgspec.Struct, kw_only=True):
    """Tickets by their most urgent limit, each once; and escalations that nobody acknowledged."""

    overdue: int = 0
    within_1h: int = 0
    within_4h: int = 0
    today: int = 0
    """To the end of the day in the pack's own zone; the spans before it are within each other."""
    unacknowledged: int = 0


def totals(groups: Sequence[TimerCounts]) -> TimerCounts:
    """Of all the groups together."""
    names = TimerCounts.__struct_fields__
    return TimerCounts(**{name: sum(getattr(one, name) for one in groups) for name in names})


class TimerGroup(TimerCounts, kw_only=True):
    """One department's under one pack; None before any department has them."""

    pack: str
    department: str | None


class Timers(msgspec.Struct, frozen=True, kw_only=True):
    """All that the caller may see, the most urgent group first."""

    as_of: datetime
    catching_up: CatchingUp
    raising: RaisingLag
    waiting_to_be_said: int
    """Tickets of which something is due to be published: many, where the store can't be written."""
    next_due_at: datetime | None
    """The earliest limit still to come."""
    totals: TimerCounts
    more_unacknowledged: bool
    """There are more than were counted."""
    groups: list[TimerGroup]
