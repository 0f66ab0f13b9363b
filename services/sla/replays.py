"""`POST /replays`: one replay at a time, as an operation that says how far it is."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from services.sla.book import Book
from services.sla.domain.errors import ReplayRunningError
from services.sla.operating import OneAtATime
from services.sla.replay import Difference, Replay, Side
from services.sla.watch import Watch
from shared.carrier import Attachment
from shared.messaging.lane import Lane
from shared.operating import Result, Work
from shared.operations import Operation
from shared.service import Core

NAMED = 100
"""Tickets that are named when they differ; all are counted."""


class Replays(OneAtATime):
    """Each over the partitions that this instance has."""

    def __init__(
        self,
        core: Core,
        book: Book,
        watch: Watch,
        attachment: Attachment,
        lanes: Callable[[], Sequence[Lane]],
    ) -> None:
        super().__init__(core, book, "replay", ReplayRunningError)
        self._watch = watch
        self._attachment = attachment
        self._lanes = lanes

    async def begin(self, operation_id: UUID, *, dry_run: bool) -> tuple[Operation, bool]:
        """Begins one; and whether that id had begun it before.

        Raises ReplayRunningError, IdempotencyKeyReusedError, StoreUnavailableError before all was
        read once.
        """

        def prepared() -> Work:
            return partial(self._whole, Replay(self._sides()), dry_run=dry_run)

        return await self._begin(operation_id, {"dry_run": dry_run}, prepared)

    def _sides(self) -> list[Side]:
        """Facts and positions of one moment: nothing is heard in between."""
        sides = []
        for shelf in self._book.shelves:
            lanes = [lane for lane in self._lanes() if lane.partition == shelf.partition]
            marks = {lane.publisher: lane.mark for lane in lanes}
            live = {ticket_id: one.records for ticket_id, one in shelf.tickets.items()}
            shelf.since = []
            sides.append(Side(shelf, marks, shelf.packing, live))
        return sides

    async def _whole(self, replay: Replay, *, dry_run: bool) -> Result:
        try:
            return await self._replay(replay, dry_run=dry_run)
        finally:
            for side in replay.sides.values():
                side.shelf.since = None

    async def _replay(self, replay: Replay, *, dry_run: bool) -> Result:
        async for publisher, records in self._attachment.past(replay.sides.keys()):
            await replay.take(publisher, records)
            await self._tell_progress(replay.progress)
        partitions, found = [], []
        for side in replay.sides.values():
            live_hash, rebuilt_hash, differing = await replay.compare(side)
            partitions.append(_partition(side, live_hash, rebuilt_hash))
            found += differing
            if side.shelf.is_open and not dry_run:
                self._put_in_place(replay, side, differing)
        return _result(replay, partitions, found, dry_run=dry_run)

    def _put_in_place(self, replay: Replay, side: Side, differing: Sequence[Difference]) -> None:
        touched = [side.shelf.tickets.get(one.ticket_id) for one in differing]
        self._book.replace(side.shelf, replay.packing, side.rebuilt)
        touched += [side.shelf.tickets.get(one.ticket_id) for one in differing]
        for watched in filter(None, touched):
            self._watch.touch(watched)


def _partition(side: Side, live_hash: str, rebuilt_hash: str) -> dict[str, Any]:
    return {
        "partition": side.shelf.partition,
        "positions": side.marks,
        "tickets": len(side.rebuilt),
        "live_hash": live_hash,
        "rebuilt_hash": rebuilt_hash,
        "given_up": not side.shelf.is_open,
    }


def _result(
    replay: Replay,
    partitions: Sequence[dict[str, Any]],
    found: Sequence[Difference],
    *,
    dry_run: bool,
) -> Result:
    return {
        "records": replay.records,
        "unreadable": replay.unreadable,
        "tickets": sum(len(side.rebuilt) for side in replay.sides.values()),
        "differing": len(found),
        "differences": [asdict(one) for one in found[:NAMED]],
        "replaced": not dry_run,
        "partitions": partitions,
    }
