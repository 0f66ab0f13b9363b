"""What can't be computed, said in one sentence each."""

from typing import ClassVar


class WorktimeError(ValueError):
    """A request or a calendar that working time can't be computed for."""

    code: ClassVar[str] = "worktime-invalid"


class CalendarInvalidError(WorktimeError):
    """The rules of a calendar contradict each other or leave no time to work."""

    code: ClassVar[str] = "calendar-invalid"

    def __init__(self, calendar: str, problem: str) -> None:
        super().__init__(f"Calendar {calendar!r} can't be used: {problem}.")


class OutsideCalendarError(WorktimeError):
    """The request reaches years that no calendar answers for."""

    code: ClassVar[str] = "calendar-outside"

    def __init__(self, calendar: str, first_year: int, last_year: int) -> None:
        super().__init__(
            f"Calendar {calendar!r} answers for the years {first_year} to {last_year} only."
        )


class EndsBeforeStartError(WorktimeError):
    """Time is measured forwards only."""

    code: ClassVar[str] = "ends-before-start"

    def __init__(self) -> None:
        super().__init__("The end of a measured time lies before its start.")


class NegativeAmountError(WorktimeError):
    """Time is added forwards only."""

    code: ClassVar[str] = "negative-amount"

    def __init__(self) -> None:
        super().__init__("An amount of working time can't be less than nothing.")


class TooFewWorkdaysError(WorktimeError):
    """The start day is never counted, so the first workday is number 1."""

    code: ClassVar[str] = "too-few-workdays"

    def __init__(self) -> None:
        super().__init__("Workdays are counted from 1.")


class TimeWithoutZoneError(WorktimeError):
    """A naive datetime names no instant."""

    code: ClassVar[str] = "time-without-zone"

    def __init__(self) -> None:
        super().__init__("A time without a zone can't be placed on a calendar.")
