"""Working time told minute by minute from the wall clock alone: slow, and plainly right.

It knows nothing of indexes, offsets or binary searches: only what time a clock on the wall shows in
each minute of a few days, and which of these minutes the calendar's rules call worked.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.worktime import CalendarRules, OfficialYear, Spans

MINUTE = 60
DAYS = 9
"""Known from the day before the one asked about."""


class Minute(NamedTuple):
    """When a minute begins, and what the clock on the wall shows then."""

    begins: int
    day: date
    of_day: int


@cache
def wall(zone: str, first_day: date) -> tuple[Minute, ...]:
    """Every minute of some days, in a zone."""
    here = ZoneInfo(zone)
    start = int(datetime.combine(first_day, datetime.min.time(), UTC).timestamp()) - 86_400
    shown = (
        (begins, datetime.fromtimestamp(begins, here))
        for begins in range(start, start + DAYS * 86_400, MINUTE)
    )
    return tuple(Minute(begins, at.date(), at.hour * 60 + at.minute) for begins, at in shown)


def spans_on(rules: CalendarRules, day: date) -> Spans:
    """Special days come first, then days off and make-up days, own ones before the country's."""
    announced = (
        rules.country.year(day.year)
        if rules.country
        else OfficialYear(frozenset(), {}, official=True)
    )
    if day in rules.special_days:
        return rules.special_days[day]
    for off, made_up in (
        (rules.days_off, rules.makeup_days),
        (announced.days_off, announced.makeup_days),
    ):
        if day in off:
            return ()
        if day in made_up:
            return rules.weekly[made_up[day]]
    return rules.weekly[day.weekday()]


class Oracle:
    """A calendar's answers about the days around one day."""

    def __init__(self, rules: CalendarRules, first_day: date) -> None:
        self.rules = rules
        self.minutes = wall(rules.zone, first_day)
        self.ends = self.minutes[-1].begins + MINUTE

    @cached_property
    def worked(self) -> list[Minute]:
        open_minutes = {
            day: {minute for span in spans_on(self.rules, day) for minute in range(*span)}
            for day in {minute.day for minute in self.minutes}
        }
        return [minute for minute in self.minutes if minute.of_day in open_minutes[minute.day]]

    def _between(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for minute in self.worked:
            if minute.begins < end and start < minute.begins + MINUTE:
                yield max(start, minute.begins), min(end, minute.begins + MINUTE)

    def measure(self, start: int, end: int) -> int:
        return sum(until - since for since, until in self._between(start, end))

    def add(self, start: int, seconds: int) -> int | None:
        """None: not within the days that are known."""
        if seconds == 0:
            return start
        for since, until in self._between(start, self.ends):
            if until - since >= seconds:
                return since + seconds
            seconds -= until - since
        return None

    def next_open(self, moment: int) -> int | None:
        return next((since for since, _ in self._between(moment, self.ends)), None)

    def day_of(self, moment: int) -> date:
        """The day that the wall shows, or shows again later: that one is not over."""
        place = (moment - self.minutes[0].begins) // MINUTE
        return min(minute.day for minute in self.minutes[place : place + 120])

    def workdays_after(self, start: int) -> list[date]:
        """Days with any work after the day of the start, as far as they are known whole."""
        first, last = self.day_of(start), self.minutes[-1].day
        return sorted({minute.day for minute in self.worked if first < minute.day < last})

    def close_of(self, day: date) -> int:
        return max(minute.begins for minute in self.worked if minute.day == day) + MINUTE

    def same_position(self, start: int, day: date) -> int | None:
        """The start's time by the wall clock on that day, or the nearest fair time."""
        here = datetime.fromtimestamp(start, ZoneInfo(self.rules.zone))
        moment = self._shown_first(day, here.hour * 60 + here.minute) + here.second
        opens = min(minute.begins for minute in self.worked if minute.day == day)
        if moment >= self.close_of(day):
            return self.close_of(day)
        return self.next_open(max(moment, opens))

    def _shown_first(self, day: date, of_day: int) -> int:
        """When a clock first shows it; where the change skips it: one that nobody put forward."""
        wanted = (day, of_day)
        place = next(n for n, minute in enumerate(self.minutes) if minute[1:] > wanted)
        before = self.minutes[place - 1]
        return before.begins + MINUTE * ((day - before.day).days * 1440 + of_day - before.of_day)
