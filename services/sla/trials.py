"""`POST /recalculations` with `dry_run`: what one would move; reads, and says nothing."""

import asyncio
from collections.abc import Sequence
from functools import partial

from services.sla.book import Book, Watched
from services.sla.domain.errors import RecalculationRunningError
from services.sla.domain.orders import OrderRecalculation, event_of
from services.sla.judge import Judge
from services.sla.operating import OneAtATime
from services.sla.restating import KIND, Walk, asked_of, counted, is_covered, result_of, seen
from services.sla.saying import Saying
from shared.contracts.sla import RecalculationOrdered
from shared.operating import Result, Work
from shared.operations import Operation
from shared.service import Core

AT_ONCE = 16
"""Tickets between two turns of everybody else."""


class Trials(OneAtATime):
    """Each over the tickets of the partitions that this instance has."""

    def __init__(self, core: Core, book: Book, saying: Saying, judge: Judge) -> None:
        super().__init__(core, book, KIND, RecalculationRunningError)
        self._saying = saying
        self._judge = judge

    async def begin(self, command: OrderRecalculation, client: str) -> tuple[Operation, bool]:
        """Begins one; and whether that id had begun it before.

        Raises RecalculationRunningError, IdempotencyKeyReusedError, StoreUnavailableError before
        all was read once.
        """
        order = event_of(command)

        def prepared() -> Work:
            watched = [one for shelf in self._book.shelves for one in shelf.tickets.values()]
            return partial(self._try, order, watched, self._book.partitions)

        asked = asked_of(order, client, dry_run=True)
        return await self._begin(command.recalculation_id, asked, prepared)

    async def _try(
        self, order: RecalculationOrdered, watched: Sequence[Watched], partitions: Sequence[int]
    ) -> Result:
        # As a recalculation counts, which names so many deadlines of each partition.
        walks: dict[int, Walk] = {}
        for number, one in enumerate(watched, 1):
            partition = one.shelf.partition
            walk = walks.get(partition) or Walk(updated_at=order.at)
            walks[partition] = self._tried(order, one, walk)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
                await self._tell_progress(number / len(watched))
        result = result_of(walks[partition] for partition in sorted(walks))
        return {**result, "partitions": partitions}

    def _tried(self, order: RecalculationOrdered, watched: Watched, walk: Walk) -> Walk:
        if not is_covered(order, watched):
            return walk
        judgement = self._judge.judge(watched, order)
        walk = seen(walk, judged=judgement is not None and judgement.judged)
        if judgement is None:
            return walk
        return counted(walk, self._saying.events_of(watched, judgement, order))
