"""Questions to a calendar: how much is worked between two instants, and by when it is worked.

Each question has two forms. The `_epoch` form takes and gives whole seconds since 1970 and is
what the engine runs on. The other takes aware datetimes and gives UTC with the answer's own word
on whether it is provisional; fractions of a second are dropped, because a promise is exact to
the second.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.worktime.errors import (
    EndsBeforeStartError,
    NegativeAmountError,
    OutsideCalendarError,
    TimeWithoutZoneError,
    TooFewWorkdaysError,
)
from shared.worktime.index import Index, compile_years, extend
from shared.worktime.rules import CalendarRules

FIRST_YEAR, LAST_YEAR = 1970, 2199
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = 1 << 62
NOT_COMPILED = Index(
    first_year=0,
    last_year=0,
    lower=NEVER,
    upper=NEVER,
    certain_until=NEVER,
    opens=[],
    closes=[],
    worked=[],
)


class Instant(NamedTuple):
    """When it is; provisional if a year between has no official notice of its days yet."""

    at: datetime
    provisional: bool


class Worked(NamedTuple):
    """How much was worked; provisional as an instant is."""

    time: timedelta
    provisional: bool


def epoch_of(moment: datetime) -> int:
    """Whole seconds since 1970. Raises TimeWithoutZoneError."""
    try:
        since = moment - EPOCH
    except TypeError:
        raise TimeWithoutZoneError from None
    return since.days * 86400 + since.seconds


def moment_of(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def moment_or_none(epoch: int | None) -> datetime | None:
    return None if epoch is None else moment_of(epoch)


class Calendar:
    """Rules compiled year by year as questions reach them; safe to share between threads."""

    __slots__ = ("_index", "_zone", "rules")

    def __init__(self, rules: CalendarRules) -> None:
        self.rules = rules
        self._zone = ZoneInfo(rules.zone)
        self._index = NOT_COMPILED

    def add(self, start: datetime, amount: timedelta) -> Instant:
        """Tell the earliest instant by which `amount` is worked; adding nothing is `start`."""
        begun = epoch_of(start)
        seconds = amount.days * 86400 + amount.seconds
        due = self.add_epoch(begun, seconds)
        return Instant(moment_of(due) if seconds else start, self.is_provisional(begun, due))

    def measure(self, start: datetime, end: datetime) -> Worked:
        begun, ended = epoch_of(start), epoch_of(end)
        seconds = self.measure_epoch(begun, ended)
        return Worked(timedelta(seconds=seconds), self.is_provisional(begun, ended))

    def add_workdays(self, start: datetime, workdays: int) -> Instant:
        """Count as China's Civil Code (201-203): not the start day; the last ends at its close."""
        begun = epoch_of(start)
        due = self.add_workdays_epoch(begun, workdays)
        return Instant(moment_of(due), self.is_provisional(begun, due))

    def same_position(self, start: datetime, workdays: int) -> Instant:
        """Tell the start's time of day on the n-th workday after it, or the nearest fair time."""
        begun = epoch_of(start)
        due = self.same_position_epoch(begun, workdays)
        return Instant(moment_of(due), self.is_provisional(begun, due))

    def next_open(self, moment: datetime) -> Instant:
        """Tell the first worked instant from `moment` on: itself when it is worked."""
        begun = epoch_of(moment)
        opens = self.next_open_epoch(begun)
        return Instant(
            moment_of(opens) if opens > begun else moment, self.is_provisional(begun, opens)
        )

    def add_epoch(self, start: int, seconds: int) -> int:
        """As `add`. Raises NegativeAmountError, OutsideCalendarError."""
        index = self._index
        if seconds <= 0 or not index.lower <= start < index.upper:
            if seconds < 0:
                raise NegativeAmountError
            if seconds == 0:
                return start
            index = self.covering(start, start)
        begun = bisect_right(index.opens, start) - 1
        left = index.closes[begun] - start
        if left >= seconds:
            return start + seconds
        if left > 0:
            seconds -= left
        target = index.worked[begun] + seconds
        found = bisect_left(index.worked, target, begun)
        while found == len(index.worked):
            index = self._grow(index, index.last_year + 1)
            found = bisect_left(index.worked, target, begun)
        return index.closes[found] - index.worked[found] + target

    def measure_epoch(self, start: int, end: int) -> int:
        """Seconds worked between. Raises EndsBeforeStartError, OutsideCalendarError."""
        if end < start:
            raise EndsBeforeStartError
        index = self.covering(start, end)
        return index.worked_until(end) - index.worked_until(start)

    def add_workdays_epoch(self, start: int, workdays: int) -> int:
        """As `add_workdays`. Raises TooFewWorkdaysError, OutsideCalendarError."""
        return self.workday(start, workdays)[1]

    def workday(self, start: int, workdays: int) -> tuple[int, int]:
        """First opening and last close of the n-th workday after the start day."""
        if workdays < 1:
            raise TooFewWorkdaysError
        index = self.covering(start, start)
        number = index.workdays_begun(start) + workdays - 1
        while number >= len(index.day_closes):
            index = self._grow(index, index.last_year + 1)
        return index.day_opens[number], index.day_closes[number]

    def same_position_epoch(self, start: int, workdays: int) -> int:
        """As `same_position`: in a gap the next opening, outside the day its opening or close."""
        opens, closes = self.workday(start, workdays)
        time_of_day = datetime.fromtimestamp(start, self._zone).timetz()
        day = datetime.fromtimestamp(opens, self._zone)
        wanted = epoch_of(datetime.combine(day, time_of_day.replace(fold=0)))
        if wanted >= closes:
            return closes
        return self.next_open_epoch(max(wanted, opens))

    def next_open_epoch(self, moment: int) -> int:
        """As `next_open`. Raises OutsideCalendarError."""
        index = self.covering(moment, moment)
        while (found := bisect_right(index.closes, moment)) == len(index.closes):
            index = self._grow(index, index.last_year + 1)
        return max(moment, index.opens[found])

    def segments(self, start: int, end: int) -> list[tuple[int, int]]:
        """Worked stretches between, which add up to what is measured. Raises as measure does."""
        if end <= start:
            if end < start:
                raise EndsBeforeStartError
            return []
        index = self.covering(start, end)
        first, last = bisect_right(index.closes, start), bisect_left(index.opens, end)
        spans = zip(index.opens[first:last], index.closes[first:last], strict=True)
        return [(max(opens, start), min(closes, end)) for opens, closes in spans]

    def is_provisional(self, start: int, end: int) -> bool:
        """Whether the time between touches a year without an official notice."""
        index = self._index
        if index.lower <= start and end < index.upper:
            if end < index.certain_until:
                return False
            return start < index.certain_until < end or index.is_estimated(start, end)
        if self.rules.country is None:
            return False
        return self.covering(start, max(start, end - 1)).is_estimated(start, end)

    def covering(self, start: int, end: int) -> Index:
        """Return an index that holds both. Raises OutsideCalendarError."""
        index = self._index
        if index.lower <= start and end < index.upper:
            return index
        first, last = self._year(start), self._year(max(start, end))
        if index is NOT_COMPILED:
            self._index = index = compile_years(self.rules, first, last)
            return index
        if start < index.lower:
            index = compile_years(self.rules, first, index.last_year)
        return self._grow(index, max(last, index.last_year))

    def _grow(self, index: Index, last_year: int) -> Index:
        """Return a longer index, which is kept; places in the given one hold in it too."""
        if last_year > LAST_YEAR:
            raise OutsideCalendarError(self.rules.name, FIRST_YEAR, LAST_YEAR)
        self._index = longer = extend(index, self.rules, last_year)
        return longer

    def _year(self, moment: int) -> int:
        try:
            year = datetime.fromtimestamp(moment, self._zone).year
        except (OverflowError, ValueError, OSError):
            year = LAST_YEAR + 1
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise OutsideCalendarError(self.rules.name, FIRST_YEAR, LAST_YEAR)
        return year
