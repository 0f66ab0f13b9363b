"""Has said what became of clocks: when a fact was heard, and when time runs out.

Sleeps until the next due moment or the next fact. What could not be stored is tried again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

import structlog
from prometheus_client import Gauge

from services.sla.asleep import Sleeping
from services.sla.book import Shelf, Watched
from services.sla.due import DueIndex
from services.sla.judge import Judgement
from services.sla.restating import Restatement
from services.sla.saying import Left, Saying
from services.sla.taking import Taken, unchanged
from services.sla.tickets import Sleepers
from shared.event_store import StoreUnavailableError, StreamConflictError
from shared.service import Core
from shared.worktime import epoch_of, moment_of

AT_ONCE = 256
"""Tickets published side by side: as many as one group commit takes."""
LONGEST_SLEEP = 1.0
"""Seconds: a machine's clock may be set, and a machine that was suspended sleeps on."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0

DRIFTED = Gauge("huiyin_deadlines_drifted", "Clocks that today's code would give another deadline.")

log = structlog.get_logger(__name__)


class Watch:
    """Knows when something is to be said of which ticket."""

    def __init__(self, core: Core, saying: Saying) -> None:
        self._core = core
        self._saying = saying
        self._index = DueIndex()
        self._dirty: dict[Watched, None] = {}
        self._wake = asyncio.Event()
        self._pause = FIRST_PAUSE
        self._shelves: set[Shelf] = set()
        """Those that count, or did."""
        self._batch: Sequence[Watched] = ()
        self._failed: set[Watched] = set()
        self._restating: set[Watched] = set()

    @property
    def quiet(self) -> bool:
        """Whether nothing is left to publish and nothing is due."""
        first = self._index.first()
        due = first is not None and first <= epoch_of(self._core.now())
        return not (due or self._batch or self._dirty)

    @property
    def unjudged(self) -> set[Watched]:
        """Of which there is news that was not judged yet, or could not be."""
        return {*self._dirty, *self._batch, *self._failed, *self._restating}

    @property
    def unwatched(self) -> int:
        """Tickets of which nothing is raised: nothing answers for them, or saying it failed."""
        return sum(one.shelf.is_open for one in self._failed)

    @property
    def waiting(self) -> int:
        """Tickets of which something may have to be said."""
        return len(self._dirty)

    def touch(self, watched: Watched) -> None:
        """Something was heard of the ticket."""
        self._dirty[watched] = None
        self._wake.set()

    def begin(self, shelf: Shelf) -> None:
        """All that was ever said of a partition's tickets was heard: from now on they count."""
        self._shelves = {shelf, *(one for one in self._shelves if one.is_open)}
        self._index.follow(Sleepers(shelf.tickets))
        for watched in shelf.unjudged:
            self.touch(watched)
        shelf.unjudged = {}
        self._count_drifted()
        self._wake.set()

    def let_sleep(self, shelf: Shelf, taken: Taken, stored: Sleeping) -> None:
        """Who did not change while the snapshot was written sleeps as that has it.

        Whoever changes a ticket looks it up without a pause in between, or is known here.
        """
        falling = unchanged(shelf, taken, self.unjudged)
        for watched in falling:
            self._index.put(watched, None)
        shelf.tickets.lie_down(stored, falling)
        self._index.follow(Sleepers(shelf.tickets))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            batch = self._next_batch()
            if batch:
                await self._publish_all(batch)
            else:
                await self._sleep()

    def _next_batch(self) -> list[Watched]:
        batch = dict.fromkeys(islice(self._dirty, AT_ONCE))
        for watched in batch:
            del self._dirty[watched]
        self._dirty = self._dirty or {}  # one that was emptied stays as large as it ever was
        due = self._index.take(epoch_of(self._core.now()), AT_ONCE - len(batch))
        return [*dict.fromkeys((*batch, *due))]

    async def _sleep(self) -> None:
        seconds = LONGEST_SLEEP
        first = self._index.first()
        if first is not None:
            seconds = min(seconds, self._core.clock.seconds_until(moment_of(first)))
        # Not `wait_for`: it would lose a cancellation that comes together with news.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _publish_all(self, batch: Sequence[Watched]) -> None:
        self._batch = batch
        self._failed.difference_update(batch)
        to_say = [left for one in batch if one.shelf.is_open and (left := self._look_at(one))]
        outcomes = await asyncio.gather(*map(self._publish, to_say), return_exceptions=True)
        unavailable = False
        for left, outcome in zip(to_say, outcomes, strict=True):
            if isinstance(outcome, StoreUnavailableError | StreamConflictError):
                unavailable = True
                self._dirty[left.watched] = None
            elif isinstance(outcome, Exception):
                self._fail(left.watched, outcome)
        self._count_drifted()
        if unavailable:
            log.warning("publishing waits for the store", tickets=len(self._dirty))
            await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if unavailable else FIRST_PAUSE
        self._batch = ()

    def _look_at(self, watched: Watched) -> Left | None:
        """What is left to say of it; mostly that is nothing, which needs no task of its own."""
        try:
            left = self._saying.left(watched)
        except Exception as error:  # noqa: BLE001 - of this ticket alone
            self._fail(watched, error)
            return None
        if left is None:
            self._index.put(watched, None)  # what was registered is not known any more
        if left is None or not left.is_nothing:
            return left
        self._saying.settle(left)
        self._watch_on(watched, left.judgement)
        return None

    def _fail(self, watched: Watched, error: Exception) -> None:
        log.error("publishing failed", ticket_id=watched.ticket_id, exc_info=error)
        self._failed.add(watched)

    async def restate(self, watched: Watched, restatement: Restatement | None) -> Judgement | None:
        """Says what is left to say of the ticket; what a recalculation moves is moved.

        Raises StreamConflictError where others write, too, and what the store raises.
        """
        left = self._saying.left(watched, restatement)
        if left is None:
            return None
        judgement = await self._publish(left)
        self._count_drifted()
        return judgement

    async def _publish(self, left: Left) -> Judgement | None:
        watched = left.watched
        self._restating.add(watched)
        try:
            judgement = await self._saying.say(left)
        finally:
            self._restating.discard(watched)
        if judgement is not None:
            self._watch_on(watched, judgement)
        return judgement

    def _watch_on(self, watched: Watched, judgement: Judgement) -> None:
        found = judgement.clocks
        moments = [one.next_at for one in found if one.next_at is not None]
        limits = [one.deadline.due_at for one in found if one.state in {"running", "missed"}]
        self._index.put(watched, min(moments, default=None))
        watched.due_at = min(limits, default=None)
        drifted = watched.shelf.drifted
        (drifted.add if any(one.drifted for one in found) else drifted.discard)(watched)
        if not judgement.judged:
            self._failed.add(watched)  # what it lacks may be there at the next start

    def _count_drifted(self) -> None:
        DRIFTED.set(sum(len(shelf.drifted) for shelf in self._shelves if shelf.is_open))
