"""When something falls due: buckets by minute, so that a tick costs what is due, not what is open.

A ticket moves by being entered again; its old entry is passed over, for it no longer says when.
"""

import heapq
from itertools import count

from services.sla.book import Watched

MINUTE = 60


class DueIndex:
    """Tickets by the next moment at which time alone changes one of their clocks."""

    def __init__(self) -> None:
        self._buckets: dict[int, list[Watched]] = {}
        self._minutes: list[int] = []
        self._current: list[tuple[int, int, Watched]] = []
        """The minute that has begun, by the second."""
        self._order = count()
        self._first: int | None = None
        """As `first`, of the buckets alone, once it is known."""

    def put(self, watched: Watched, moment: int | None) -> None:
        """Enters the ticket; it stands in no other place from now on."""
        if watched.next_at == moment:
            return
        watched.next_at = moment
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
        """Up to `limit` tickets whose moment has come, by that moment; they stand nowhere then."""
        taken: list[tuple[int, int, Watched]] = []
        this_minute = now // MINUTE
        while self._minutes and self._minutes[0] < this_minute and len(taken) < limit:
            self._take_past(self._minutes[0], limit, taken)
        if self._minutes and self._minutes[0] == this_minute:
            self._begin(this_minute)
        while self._current and self._current[0][0] <= now and len(taken) < limit:
            entry = heapq.heappop(self._current)
            if entry[2].next_at == entry[0]:
                entry[2].next_at = None
                taken.append(entry)
        taken.sort()
        return [watched for _, _, watched in taken]

    def _take_past(self, minute: int, limit: int, taken: list[tuple[int, int, Watched]]) -> None:
        bucket = self._buckets[minute]
        while bucket and len(taken) < limit:
            watched = bucket.pop()
            if _stands(watched, minute) and watched.next_at is not None:
                taken.append((watched.next_at, next(self._order), watched))
                watched.next_at = None
        if not bucket:
            self._drop(minute)

    def _begin(self, minute: int) -> None:
        for watched in self._buckets[minute]:
            if _stands(watched, minute) and watched.next_at is not None:
                self._current.append((watched.next_at, next(self._order), watched))
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
            standing = [one.next_at for one in self._buckets[minute] if _stands(one, minute)]
            self._first = min((at for at in standing if at is not None), default=None)
            if self._first is None:
                self._drop(minute)
        current = self._current[0][0] if self._current else None
        return min((at for at in (current, self._first) if at is not None), default=None)


def _stands(watched: Watched, minute: int) -> bool:
    at = watched.next_at
    return at is not None and at // MINUTE == minute and watched.shelf.is_open
