"""When a task is due, and when a customer may be called for it (M-02, M-04)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.revisit.domain.errors import ContactedTooOftenError
from shared.contracts.terms import ContactChannel
from shared.packs import Outbound, Pack, PlannedTask
from shared.worktime import Calendar, epoch_of, moment_of

WEEK = timedelta(days=7)


def is_call(channel: ContactChannel) -> bool:
    """Whether it counts for how often the customer was called: a message disturbs nobody (M-04)."""
    return channel == "phone"


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

    def plan(self, moment: str) -> tuple[PlannedTask, ...]:
        """The tasks that a key moment stands for; none where it is one by itself."""
        return self.outbound.plans.get(moment, ())

    def step_due_at(self, step: PlannedTask, moment_at: datetime, start: datetime) -> datetime:
        """By when a planned task is due: the end of its day's calls, but before the moment (T-12).

        A task whose day is over when the moment is told is due on the day on which it is told.
        """
        zone = ZoneInfo(self.pack.zone)
        planned = moment_at.astimezone(zone).date() - timedelta(days=step.days_before)
        day = max(planned, start.astimezone(zone).date())
        morning = datetime.combine(day, time.min, zone)
        begins, ends = epoch_of(morning), epoch_of(morning + timedelta(days=1))
        calls = self.calendar.segments(begins, ends)
        closes = moment_of(calls[-1][1] if calls else ends)
        return min(max(closes, start), moment_at)

    def month_of(self, at: datetime) -> str:
        """The pack's month, as 2026-11."""
        return f"{at.astimezone(ZoneInfo(self.pack.zone)):%Y-%m}"

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
