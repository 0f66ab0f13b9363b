"""Calendars and minute-exact working time: when a promise is due, and how much of it is used."""

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
    CalendarRules,
    OfficialDays,
    OfficialYear,
    Span,
    Spans,
    round_the_clock,
)

__all__ = [
    "ALL_DAY",
    "DAYS_OF_WEEK",
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
]
