"""When a task is due, and when a customer may be called for it (M-02, M-04)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.revisit.domain.errors import ContactedTooOftenError
from shared.packs import Outbound, Pack
from shared.worktime import Calendar, epoch_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class OutboundRules:
    """A pack's section `outbound`, with the calendar that it names."""

    pack: Pack
    outbound: Outbound
    calendar: Calendar

    def due_at(self, start: datetime) -> datetime:
        """By when a moment's task is due (M-02). Raises worktime's OutsideCalendarError."""
        due = self.outbound.task_due
        match due.measure:
            case "elapsed":
                return start + timedelta(seconds=due.amount)
            case "working":
                return self.calendar.add(start, timedelta(seconds=due.amount)).at
            case "workdays" if self.pack.workdays == "same-position":
                return self.calendar.same_position(start, due.amount).at
            case "workdays":
                return self.calendar.add_workdays(start, due.amount).at

    def may_call_at(self, at: datetime) -> bool:
        """Whether customers are called at that time (M-04)."""
        moment = epoch_of(at)
        return self.calendar.next_open_epoch(moment) == moment

    def admit(self, called_at: Iterable[datetime], at: datetime) -> tuple[datetime, ...]:
        """The customer's calls with one more (M-04). Raises ContactedTooOftenError.

        What counts are the local day and every seven days that hold the call, not only those
        before it: a call that is entered late must not make one that came after it too many.
        """
        calls = sorted((*called_at, at))
        zone = ZoneInfo(self.pack.zone)
        day = at.astimezone(zone).date()
        on_that_day = sum(call.astimezone(zone).date() == day for call in calls)
        too_many = zip(calls, calls[self.outbound.per_week :], strict=False)
        if on_that_day > self.outbound.per_day or any(
            first <= at <= last and last - first < WEEK for first, last in too_many
        ):
            raise ContactedTooOftenError
        return tuple(calls)
