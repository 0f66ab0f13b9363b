"""Working time as a clock measures it that was paused now and then.

A pause takes nothing from what was promised: what was left when it began is left when it ends.
"""

from collections.abc import Iterable

from shared.worktime.calendar import Calendar
from shared.worktime.errors import EndsBeforeStartError

Interval = tuple[int, int]


class PausedTime:
    """A calendar less closed pauses; every time is in whole seconds since 1970.

    Pauses may overlap and come in any order. Raises EndsBeforeStartError.
    """

    __slots__ = ("calendar", "pauses")

    def __init__(self, calendar: Calendar, pauses: Iterable[Interval] = ()) -> None:
        self.calendar = calendar
        self.pauses = _union(calendar, pauses)

    def measure(self, start: int, end: int) -> int:
        """Seconds worked between and not paused."""
        worked = self.calendar.measure_epoch(start, end)
        for begin, finish in self.pauses:
            begin_inside, end_inside = max(begin, start), min(finish, end)
            if begin_inside < end_inside:
                worked -= self.calendar.measure_epoch(begin_inside, end_inside)
        return worked

    def add(self, start: int, seconds: int) -> int:
        """Tell the earliest instant by which so much is worked outside the pauses."""
        left = seconds
        for begin, finish in self.pauses:
            if finish <= start or left <= 0:
                continue
            if begin > start:
                before = self.calendar.measure_epoch(start, begin)
                if before >= left:
                    break
                left -= before
            start = finish
        return self.calendar.add_epoch(start, left)

    def add_workdays(self, start: int, workdays: int) -> int:
        """Count by the Civil Code; a workday counts unless pauses cover all of its spans."""
        return self.calendar.add_workdays_epoch(start, self._moved(start, workdays))

    def same_position(self, start: int, workdays: int) -> int:
        """Tell the start's time of day on the n-th workday that pauses do not cover."""
        return self.calendar.same_position_epoch(start, self._moved(start, workdays))

    def share(self, start: int, limit: int, percent: int) -> int:
        """Tell by when this share of the time from start to limit is used; 100 is the limit.

        A part of a second is rounded up, so that no share is said to be used too early.
        """
        if percent == 100:  # noqa: PLR2004 - the whole
            return limit
        return self.add(start, -(-self.measure(start, limit) * percent // 100))

    def _moved(self, start: int, workdays: int) -> int:
        """Return the number of workdays to count when covered ones after the start day do not."""
        if not self.pauses:
            return workdays
        index = self.calendar.covering(start, max(start, self.pauses[-1][1]))
        first = index.workdays_begun(start)
        for begin, finish in self.pauses:
            covered_first, covered_last = index.workdays_within(begin, finish)
            covered_first = max(covered_first, first)
            if covered_first > first + workdays - 1:
                break
            workdays += max(0, covered_last - covered_first)
        return workdays


def _union(calendar: Calendar, pauses: Iterable[Interval]) -> tuple[Interval, ...]:
    """Join pauses that overlap or have no working time between them."""
    joined: list[Interval] = []
    for begin, finish in sorted(pauses):
        if finish < begin:
            raise EndsBeforeStartError
        if joined and (begin <= joined[-1][1] or calendar.measure_epoch(joined[-1][1], begin) == 0):
            joined[-1] = (joined[-1][0], max(joined[-1][1], finish))
        else:
            joined.append((begin, finish))
    return tuple(joined)
