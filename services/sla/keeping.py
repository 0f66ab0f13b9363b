"""Takes snapshots: now and then while the shelves change, and at a clean stop."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

import structlog

from services.sla.book import Book, Shelf
from services.sla.ear import Ear
from services.sla.own_log import read_own_log
from services.sla.snapshots import Snapshots
from services.sla.taking import content_of, taken_of
from services.sla.watch import Watch
from shared.event_store import StoreUnavailableError
from shared.service import Core

SOON = 20.0
"""Seconds until a shelf that was read anew has its first one: reading it took longest."""
TURNS = 15
"""So many times as long between two: what was heard since the last is heard again at a start."""

log = structlog.get_logger(__name__)


class Keeper:
    """Writes each shelf that counts and has changed, one after another."""

    def __init__(
        self,
        core: Core,
        book: Book,
        watch: Watch,
        snapshots: Snapshots,
        ears: Callable[[], Sequence[Ear]],
    ) -> None:
        self._core = core
        self._book = book
        self._watch = watch
        self._snapshots = snapshots
        self._ears = ears
        self._written: dict[int, object] = {}
        """By partition what its last snapshot knew."""

    async def run(self) -> None:
        """Until cancelled."""
        for turn in count(1):
            await asyncio.sleep(SOON)
            if turn % TURNS == 0:
                await self.keep()
            elif not self._watch.waiting:  # else nothing would be gained: all is judged again
                await self._keep_all([one for one in self._book.shelves if not one.tickets.asleep])

    async def keep(self) -> None:
        """Takes what is worth one."""
        await self._keep_all(self._book.shelves)

    async def _keep_all(self, shelves: Sequence[Shelf]) -> None:
        """Whatever fails is logged: nobody depends on a snapshot."""
        counting = [shelf for shelf in shelves if shelf.caught_up]
        try:
            await read_own_log(self._core.store, counting)
            for shelf in counting:
                await self._keep(shelf)
        except StoreUnavailableError as error:
            log.warning("snapshots wait for the store", reason=str(error))
        except Exception:
            log.exception("no snapshots")

    async def _keep(self, shelf: Shelf) -> None:
        ears = [one for one in self._ears() if one.partition == shelf.partition]
        known = [(one.mark, one.last_id, one.read) for one in ears], shelf.own_position
        if not shelf.is_open or self._written.get(shelf.partition) == known:
            return
        taken = taken_of(shelf, ears, self._watch.unjudged)
        content = await asyncio.to_thread(content_of, taken)
        await self._snapshots.write(shelf.partition, content)
        self._written[shelf.partition] = known
        is_still_there = self._book.shelf(shelf.partition) is shelf
        if is_still_there and shelf.packing is taken.packing:  # else a replay put others there
            self._watch.let_sleep(shelf, taken, content.tickets)
