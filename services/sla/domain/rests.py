"""The times for which work on one clock rested, as they come: in the order in which they begin."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from shared.worktime import Calendar, PausedTime


class Rests:
    """Pauses, and what they leave of each calendar that is asked for."""

    __slots__ = ("_begins", "_latest", "_pauses", "_times")

    def __init__(self, pauses: Iterable[tuple[int, int]] = ()) -> None:
        self._pauses: list[tuple[int, int]] = []
        self._begins: list[int] = []
        self._latest: list[int] = []
        """Of each pause and those before it, the latest end."""
        self._times: dict[Calendar, PausedTime] = {}
        for begin, end in sorted(pauses):
            self.add(begin, end)

    def __bool__(self) -> bool:
        return bool(self._pauses)

    def add(self, begin: int, end: int) -> None:
        """One more, which begins no earlier than those before it."""
        self._pauses.append((begin, end))
        self._begins.append(begin)
        self._latest.append(max(end, self._latest[-1]) if self._latest else end)
        for time in self._times.values():
            time.rest(begin, end)

    def on(self, calendar: Calendar) -> PausedTime:
        """What measures time by that calendar, less the pauses."""
        found = self._times.get(calendar)
        if found is None:
            found = self._times[calendar] = PausedTime(calendar, self._pauses)
        return found

    def going_on(self, moment: int) -> int:
        """That moment, or when work that rests from then on goes on."""
        while (place := bisect_right(self._begins, moment)) and self._latest[place - 1] > moment:
            moment = self._latest[place - 1]
        return moment

    def outside(self, moment: int) -> int:
        """Nothing falls due inside a pause: then it does at its end."""
        while (place := bisect_left(self._begins, moment)) and self._latest[place - 1] > moment:
            moment = self._latest[place - 1]
        return moment


NO_RESTS = Rests()
