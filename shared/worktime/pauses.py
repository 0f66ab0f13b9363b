"""Working time as a clock measures it that was paused now and then.

A pause takes nothing from what was promised: what was left when it began is left when it ends.
Every question is a binary search, so a clock that was paused a thousand times costs no more each.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from shared.worktime.calendar import Calendar
from shared.worktime.errors import EndsBeforeStartError

Interval = tuple[int, int]


class PausedTime:
    """A calendar less closed pauses; every time is in whole seconds since 1970.

    Pauses may overlap and come in any order. Raises EndsBeforeStartError.
    """

    __slots__ = ("_begins", "_covered", "_ends", "_worked", "calendar")

    def __init__(self, calendar: Calendar, pauses: Iterable[Interval] = ()) -> None:
        self.calendar = calendar
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._worked: list[int] = []
        """From the first pause's beginning to that of each, what was worked outside them."""
        self._covered: list[int] = []
        """How many workdays the pauses before each cover; as far as it was asked."""
        for begin, finish in sorted(pauses):
            self.rest(begin, finish)

    @property
    def pauses(self) -> tuple[Interval, ...]:
        """Those that overlap or have no working time between them are one."""
        return tuple(zip(self._begins, self._ends, strict=True))

    def rest(self, begin: int, finish: int) -> None:
        """One more pause, which begins no earlier than those that are known."""
        if finish < begin:
            raise EndsBeforeStartError
        worked = 0
        if self._begins:
            last = self._ends[-1]
            between = self.calendar.measure_epoch(last, begin) if begin > last else 0
            if between == 0:
                self._ends[-1] = max(last, finish)
                del self._covered[len(self._ends) :]
                return
            worked = self._worked[-1] + between
        self._begins.append(begin)
        self._ends.append(finish)
        self._worked.append(worked)

    def measure(self, start: int, end: int) -> int:
        """Seconds worked between and not paused."""
        if end < start or not self._begins:
            return self.calendar.measure_epoch(start, end)
        return self._position(end) - self._position(start)

    def add(self, start: int, seconds: int) -> int:
        """Tell the earliest instant by which so much is worked outside the pauses."""
        if seconds <= 0 or not self._begins:
            return self.calendar.add_epoch(start, seconds)
        target = self._position(start) + seconds
        before = bisect_left(self._worked, target) - 1  # the last pause that begins too early
        if before >= 0 and self._ends[before] > start:
            return self.calendar.add_epoch(self._ends[before], target - self._worked[before])
        return self.calendar.add_epoch(start, seconds)

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

    def _position(self, moment: int) -> int:
        """What was worked outside the pauses since the first began; less than nothing before."""
        before = bisect_right(self._begins, moment) - 1
        if before < 0:
            return -self.calendar.measure_epoch(moment, self._begins[0])
        ended = self._ends[before]
        since = self.calendar.measure_epoch(ended, moment) if moment > ended else 0
        return self._worked[before] + since

    def _moved(self, start: int, workdays: int) -> int:
        """Return the number of workdays to count when covered ones after the start day do not."""
        ends = self._ends
        if not ends:
            return workdays
        index = self.calendar.covering(start, max(start, ends[-1]))
        first = index.workdays_begun(start)
        closes = index.day_closes[first : first + 1]
        begun = bisect_left(ends, closes[0]) if closes else len(ends)
        if begun == len(ends):
            return workdays  # whatever was paused, no such day is covered
        day, last = index.workdays_within(self._begins[begun], ends[begun])

        def covered_before(pause: int) -> int:
            if pause == begun:
                return 0
            later = self._covered_before(pause) - self._covered_before(begun + 1)
            return max(0, last - max(day, first)) + later

        def counted_before(pause: int) -> int:
            opens, _ = index.workdays_within(self._begins[pause], ends[pause])
            return max(opens, first) - first - covered_before(pause)

        beyond = bisect_left(range(begun, len(ends)), workdays, key=counted_before) + begun
        return workdays + covered_before(beyond)

    def _covered_before(self, pause: int) -> int:
        """How many workdays the pauses before that one cover."""
        known = self._covered
        for place in range(len(known), pause + 1):
            if place == 0:
                known.append(0)
                continue
            begin, finish = self._begins[place - 1], self._ends[place - 1]
            first, last = self.calendar.covering(begin, finish).workdays_within(begin, finish)
            known.append(known[-1] + max(0, last - first))
        return known[pause]
