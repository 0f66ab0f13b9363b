"""Calendars and minute-exact working time: when a promise is due, and how much of it is used.

Where a zone changes its clock, spans are wall time and amounts are real time:

- A shift over an hour that is skipped is an hour shorter; one over an hour that comes twice works
  it twice. A span that lies in the skipped hour altogether is not worked that day, and a day that
  has no other, or that a zone leaves out altogether, is no workday.
- An amount is worked in real seconds: three hours are three hours, whatever the clock shows after.
- A workday ends when its last span ends for the second time, where it ends twice.
- The same position is the first time that the clock shows it that day. A time that is skipped is
  taken as a clock would show it that nobody put forward (both as RFC 5545, 3.3.5, has it): where
  02:00 becomes 03:00, 02:30 is 03:30.
- A day begins at its first second: midnight, or what follows where midnight is skipped. A clock
  that is put back across midnight shows the day before again, which is then not over yet.

Two choices on what a start is: the day of the start never counts as a workday, whatever was worked
on it before; and adding nothing is the start itself, worked or not.
"""

from shared.worktime.calendar import (
    Calendar,
    Instant,
    Worked,
    epoch_of,
    moment_of,
    moment_or_none,
)
from shared.worktime.errors import (
    CalendarInvalidError,
    EndsBeforeStartError,
    NegativeAmountError,
    OutsideCalendarError,
    TimeWithoutZoneError,
    TooFewWorkdaysError,
    WorktimeError,
)
from shared.worktime.pauses import PausedTime
from shared.worktime.rules import (
    ALL_DAY,
    DAYS_OF_WEEK,
    MINUTES_OF_DAY,
    CalendarRules,
    OfficialDays,
    OfficialYear,
    Span,
    Spans,
    round_the_clock,
    zones,
)

__all__ = [
    "ALL_DAY",
    "DAYS_OF_WEEK",
    "MINUTES_OF_DAY",
    "Calendar",
    "CalendarInvalidError",
    "CalendarRules",
    "EndsBeforeStartError",
    "Instant",
    "NegativeAmountError",
    "OfficialDays",
    "OfficialYear",
    "OutsideCalendarError",
    "PausedTime",
    "Span",
    "Spans",
    "TimeWithoutZoneError",
    "TooFewWorkdaysError",
    "Worked",
    "WorktimeError",
    "epoch_of",
    "moment_of",
    "moment_or_none",
    "round_the_clock",
    "zones",
]
