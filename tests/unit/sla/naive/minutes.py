"""Working time by walking over it, minute by minute; days off as they stand in the notice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = ((9 * 60, 12 * 60), (13 * 60, 17 * 60 + 30))
DAY = 86_400
Second = int
FOREVER: Second = 2**60
Pauses = tuple[tuple[Second, Second], ...]


def _days(*spans: tuple[int, int, int]) -> frozenset[date]:
    """Of 2026: month, first day, last day."""
    return frozenset(
        date(2026, month, day) for month, first, last in spans for day in range(first, last + 1)
    )


DAYS_OFF = _days((1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7))
DAYS_OFF |= {date(2027, 1, 1)}  # by law, whatever that year's notice says
MAKEUP_DAYS = _days((1, 4, 4), (2, 14, 14), (2, 28, 28), (5, 9, 9), (9, 20, 20), (10, 10, 10))


@dataclass(frozen=True)
class Hours:
    """A week of work: the same minutes each workday."""

    zone: ZoneInfo
    spans: tuple[tuple[int, int], ...]
    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    days_off: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        if day in self.days_off:
            return False
        return day in self.makeup_days or day.weekday() in self.workdays


def works(hours: Hours, minute: int) -> bool:
    """Whether that minute since 1970 is worked."""
    local = datetime.fromtimestamp(minute * 60, hours.zone)
    of_day = local.hour * 60 + local.minute
    return hours.is_workday(local.date()) and any(a <= of_day < b for a, b in hours.spans)


@cache
def _stretches(hours: Hours, day: int) -> tuple[tuple[Second, Second], ...]:
    """What is worked of a day since 1970 in UTC, minute by minute; each day is walked once."""
    first = day * 24 * 60
    walked = [minute * 60 for minute in range(first, first + 24 * 60) if works(hours, minute)]
    return tuple(united([(second, second + 60) for second in walked]))


def _worked(hours: Hours | None, start: Second) -> Iterator[tuple[Second, Second]]:
    """All that is worked from a moment on; no hours are the clock on the wall."""
    if hours is None:
        yield start, FOREVER
        return
    for day in count(start // DAY):
        for begin, end in _stretches(hours, day):
            if end > start:
                yield max(begin, start), end


def _pieces(hours: Hours | None, start: Second, pauses: Pauses) -> Iterator[tuple[Second, Second]]:
    """The time worked from a moment on and not paused."""
    rests = united(pauses)
    for opens, closes in _worked(hours, start):
        begin = opens
        for rest_begins, rest_ends in rests:
            if begin < rest_begins < closes:
                yield begin, rest_begins
            if rest_begins < closes:
                begin = max(begin, rest_ends)
        if begin < closes:
            yield begin, closes


@cache
def used(hours: Hours | None, start: Second, end: Second, pauses: Pauses = ()) -> int:
    """Seconds worked between."""
    total = 0
    for begin, finish in _pieces(hours, start, pauses):
        if begin >= end:
            break
        total += min(finish, end) - begin
    return total


@cache
def reached(
    hours: Hours | None, start: Second, amounts: tuple[int, ...], pauses: Pauses = ()
) -> tuple[Second, ...]:
    """The first moments by which so much is worked; the least amount first."""
    found: list[Second] = []
    total = 0
    for begin, finish in _pieces(hours, start, pauses):
        total += finish - begin
        while len(found) < len(amounts) and total >= amounts[len(found)]:
            found.append(finish - (total - amounts[len(found)]))
        if len(found) == len(amounts):
            break
    return tuple(found)


@cache
def workdays_later(hours: Hours, start: Second, days: int, pauses: Pauses = ()) -> Second:
    """The close of the n-th workday after the day of the start that no pause covers whole."""
    day = datetime.fromtimestamp(start, hours.zone).date()
    close = start
    while days:
        day += timedelta(days=1)
        if not hours.is_workday(day):
            continue
        spans = [(_moment(hours, day, a), _moment(hours, day, b)) for a, b in hours.spans]
        close = spans[-1][1]
        days -= not all(_is_covered(span, pauses) for span in spans)
    return close


def _moment(hours: Hours, day: date, minute: int) -> Second:
    return int(datetime(day.year, day.month, day.day, minute // 60, minute % 60,
                        tzinfo=hours.zone).timestamp())  # fmt: skip


def _is_covered(span: tuple[Second, Second], pauses: Pauses) -> bool:
    return any(a <= span[0] and span[1] <= b for a, b in united(pauses))


def united(pauses: Sequence[tuple[Second, Second]]) -> list[tuple[Second, Second]]:
    """Pauses that touch are one."""
    found: list[tuple[Second, Second]] = []
    for begin, end in sorted(pauses):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found


CHINA = Hours(SHANGHAI, OFFICE, days_off=DAYS_OFF, makeup_days=MAKEUP_DAYS)
