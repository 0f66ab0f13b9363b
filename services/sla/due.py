"""When something falls due: buckets by minute, so that a tick costs what is due, not what is open.

A ticket stands in one bucket, and leaves it when it moves: what is over is handed on unlooked at.
"""

import heapq
from itertools import count

from services.sla.tickets import Sleepers
from services.sla.watched import Watched

MINUTE = 60


class DueIndex:
    """Tickets by the next moment at which time alone changes one of their clocks."""

    def __init__(self) -> None:
        self._buckets: dict[int, set[Watched]] = {}
        self._minutes: list[int] = []
        self._current: list[tuple[int, int, Watched]] = []
        """Of the minute that has begun, by the second; who has moved says another moment."""
        self._sleepers: list[tuple[int, int, Sleepers]] = []
        """By the moment of the first of them."""
        self._order = count()
        self._first: int | None = None
        """As `first`, of the buckets alone, once it is known."""

    def put(self, watched: Watched, moment: int | None) -> None:
        """Enters the ticket; it stands in no other place from now on."""
        self._leave(watched)
        watched.next_at = moment
        self.enter(watched)

    def _leave(self, watched: Watched) -> None:
        if watched.next_at is not None:
            bucket = self._buckets.get(watched.next_at // MINUTE)
            if bucket is not None:
                bucket.discard(watched)

    def enter(self, watched: Watched) -> None:
        """The same of one that knows its moment and does not stand here yet."""
        moment = watched.next_at
        if moment is None:
            return
        minute = moment // MINUTE
        bucket = self._buckets.get(minute)
        if bucket is None:
            bucket = self._buckets[minute] = set()
            heapq.heappush(self._minutes, minute)
            if minute == self._minutes[0]:
                self._first = None
        bucket.add(watched)
        if self._first is not None and moment < self._first:
            self._first = moment

    def follow(self, sleepers: Sleepers) -> None:
        """Enters each of them when its moment comes; forgets those of an older snapshot."""
        self._sleepers = [one for one in self._sleepers if one[2].first is not None]
        heapq.heapify(self._sleepers)
        first = sleepers.first
        if first is not None:
            heapq.heappush(self._sleepers, (first, next(self._order), sleepers))

    def take(self, now: int, limit: int) -> list[Watched]:
        """Up to `limit` tickets whose moment has come, earlier minutes first; they stand nowhere.

        Of a minute that is over in no order: all of it is late.
        """
        taken: list[Watched] = []
        this_minute = now // MINUTE
        self._wake(now, limit)
        self._take_begun(now, limit, taken)
        while self._minutes and self._minutes[0] <= this_minute and len(taken) < limit:
            minute = self._minutes[0]
            if minute < this_minute:
                self._take_past(minute, limit, taken)
            else:
                self._begin(minute)
                self._take_begun(now, limit, taken)
        return taken

    def _wake(self, now: int, limit: int) -> None:
        """So many at least as will be taken; of each shelf those of a minute, and then the next."""
        while limit > 0 and self._sleepers and self._sleepers[0][0] <= now:
            first, _, sleepers = heapq.heappop(self._sleepers)
            end = first - first % MINUTE + MINUTE - 1
            for watched in sleepers.wake(min(now, end), limit):
                self.enter(watched)
                limit -= 1
            self.follow(sleepers)

    def _take_begun(self, now: int, limit: int, taken: list[Watched]) -> None:
        while self._current and self._current[0][0] <= now and len(taken) < limit:
            moment, _, watched = heapq.heappop(self._current)
            if watched.next_at == moment:
                self._leave(watched)  # it may have gone and come back
                watched.next_at = None
                taken.append(watched)

    def _take_past(self, minute: int, limit: int, taken: list[Watched]) -> None:
        """At the speed of C: after an outage there are very many."""
        bucket, wanted = self._buckets[minute], limit - len(taken)
        if len(bucket) > wanted:
            taken += [bucket.pop() for _ in range(wanted)]
        else:
            taken += bucket
            self._drop(minute)

    def _begin(self, minute: int) -> None:
        for watched in self._buckets[minute]:
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
            moments = (one.next_at or 0 for one in self._buckets[minute])
            self._first = min(moments, default=None)
            if self._first is None:
                self._drop(minute)
        while self._sleepers and self._sleepers[0][2].first != self._sleepers[0][0]:
            heapq.heappop(self._sleepers)
        heads = [one[0][0] for one in (self._current, self._sleepers) if one]
        return min(heads if self._first is None else [*heads, self._first], default=None)
