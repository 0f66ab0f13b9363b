"""When something falls due: buckets by minute, so that a tick costs what is due, not what is open.

A ticket moves by being entered again; its old entry is passed over, for it no longer says when.
"""

import heapq
from collections.abc import Iterable
from itertools import count

from services.sla.book import Watched

MINUTE = 60


class DueIndex:
    """Tickets by the next moment at which time alone changes one of their clocks."""

    def __init__(self) -> None:
        self._buckets: dict[int, list[Watched]] = {}
        self._minutes: list[int] = []
        self._current: list[tuple[int, int, Watched]] = []
        """The minutes that have begun and were not taken as a whole, by the second."""
        self._order = count()
        self._first: int | None = None
        """As `first`, of the buckets alone, once it is known."""

    def put(self, watched: Watched, moment: int | None) -> None:
        """Enters the ticket; it stands in no other place from now on."""
        if watched.next_at == moment:
            return
        watched.next_at = moment
        self.enter(watched)

    def enter(self, watched: Watched) -> None:
        """The same of one that knows its moment and does not stand here yet."""
        moment = watched.next_at
        if moment is None:
            return
        minute = moment // MINUTE
        bucket = self._buckets.get(minute)
        if bucket is None:
            bucket = self._buckets[minute] = []
            heapq.heappush(self._minutes, minute)
            if minute == self._minutes[0]:
                self._first = None
        bucket.append(watched)
        if self._first is not None and moment < self._first:
            self._first = moment

    def take(self, now: int, limit: int) -> list[Watched]:
        """Up to `limit` tickets whose moment has come, the earliest first; they stand nowhere then.

        Of a minute that is taken as a whole in no order: all of it is late.
        """
        taken: list[Watched] = []
        this_minute = now // MINUTE
        self._take_begun(now, limit, taken)
        while self._minutes and self._minutes[0] <= this_minute and len(taken) < limit:
            minute = self._minutes[0]
            if minute < this_minute and len(self._buckets[minute]) <= limit - len(taken):
                self._take_past(minute, taken)
            else:
                self._begin(minute)
                self._take_begun(now, limit, taken)
        return taken

    def _take_begun(self, now: int, limit: int, taken: list[Watched]) -> None:
        while self._current and self._current[0][0] <= now and len(taken) < limit:
            moment, _, watched = heapq.heappop(self._current)
            if watched.next_at == moment:
                watched.next_at = None
                taken.append(watched)

    def _take_past(self, minute: int, taken: list[Watched]) -> None:
        """A whole bucket at a time: after an outage there are very many."""
        begins, ends = minute * MINUTE, (minute + 1) * MINUTE
        for watched in self._buckets[minute]:
            at = watched.next_at
            if at is not None and begins <= at < ends:
                watched.next_at = None
                taken.append(watched)
        self._drop(minute)

    def _begin(self, minute: int) -> None:
        for watched in _standing(self._buckets[minute], minute):
            self._current.append((watched.next_at or 0, next(self._order), watched))
        heapq.heapify(self._current)
        self._drop(minute)

    def _drop(self, minute: int) -> None:
        del self._buckets[minute]
        heapq.heappop(self._minutes)
        self._first = None

    def first(self) -> int | None:
        """No later than the earliest moment; None if nothing will ever fall due.

        It is earlier only where the ticket that was first has moved: whoever wakes finds nothing.
        """
        while self._current and self._current[0][2].next_at != self._current[0][0]:
            heapq.heappop(self._current)
        while self._first is None and self._minutes:
            minute = self._minutes[0]
            standing = _standing(self._buckets[minute], minute)
            self._first = min((one.next_at or 0 for one in standing), default=None)
            if self._first is None:
                self._drop(minute)
        current = self._current[0][0] if self._current else None
        return min((at for at in (current, self._first) if at is not None), default=None)


def _standing(bucket: Iterable[Watched], minute: int) -> Iterable[Watched]:
    """Those of the bucket that did not move away; each once, though it may have come back."""
    begins, ends = minute * MINUTE, (minute + 1) * MINUTE
    found = [one for one in bucket if (at := one.next_at) is not None and begins <= at < ends]
    return dict.fromkeys(found)
