"""`POST /recalculations`: tickets judged anew, and what was promised moved where it differs.

An order is an event, and which versions judge a ticket follows from it at once. A walk over each
partition then says what moved. Whoever has the partition walks it, from its beginning if need be:
what was said already is not said again.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from services.sla.book import Book, Shelf
from services.sla.domain.errors import RecalculationRunningError
from services.sla.domain.orders import ORDERS as DECIDER
from services.sla.domain.orders import Ordered, OrderRecalculation, event_of
from services.sla.judge import Judgement
from services.sla.regulations import Regulations
from services.sla.restating import (
    ORDERS,
    WALKS,
    OrderRow,
    Restatement,
    Walk,
    counting,
    is_covered,
    key_of,
    operation_of,
    seen,
    told,
)
from services.sla.watch import Watch
from shared.command_handler import CommandHandler, Identity
from shared.contracts.sla import ClocksEvent, RecalculationOrdered
from shared.event_store import Append, StoreUnavailableError, StreamConflictError
from shared.instance import INSTANCE
from shared.listing import bound, column_time
from shared.messaging.envelope import Cause
from shared.messaging.topics import PARTITIONS
from shared.operations import Operation
from shared.service import Core
from shared.tables import Put, Query, RowChange

LOOK_TIME = 1.0
"""Seconds until another instance's order is seen, and between two words about how far it is."""
PAUSE_TIME = 0.2
AT_ONCE = 16
"""Tickets between two turns of everybody else."""
AT_MOST = 500
"""Tickets a second that something is said of: the watch over what falls due comes first."""
PAGE = 1000
OVERLAP = timedelta(days=1)
"""Whoever orders has a clock of their own: an order may be a little older than one known here."""

log = structlog.get_logger(__name__)


class Recalculations:
    """Over the partitions that this instance has; `orders` are everybody's."""

    def __init__(self, core: Core, book: Book, watch: Watch, regulations: Regulations) -> None:
        self._core = core
        self._book = book
        self._watch = watch
        self._regulations = regulations
        self._handler: CommandHandler[OrderRecalculation, Ordered, RecalculationOrdered] = (
            CommandHandler("sla", core.store, DECIDER, core.clock)
        )
        self._wake = asyncio.Event()
        self._open: list[RecalculationOrdered] = []
        """Those that are not known to be done."""
        self._walked: set[str] = set()
        """Of orders' partitions, those that are known to be done."""

    async def read(self) -> None:
        """Takes in new orders, for the regulations to go by. Raises StoreUnavailableError."""
        known = self._regulations.orders
        found = await self._ordered_since(known[-1].at - OVERLAP if known else None)
        known = self._regulations.orders  # a request may have read meanwhile
        ids = {one.recalculation_id for one in known}
        new = [one for one in found if one.recalculation_id not in ids]
        if new:
            self._open += new
            self._regulations.orders = sorted([*known, *new], key=_given)

    async def _ordered_since(self, since: datetime | None) -> list[RecalculationOrdered]:
        found: list[RecalculationOrdered] = []
        within, after = bound("ordered_at", since), None
        while True:
            query = Query(ORDERS, at_least=within, order=("ordered_at",), after=after, limit=PAGE)
            page = await self._core.store.query(query)
            found += [row.order for _, row in page]
            if len(page) < PAGE:
                return found
            after = (column_time(found[-1].at), page[-1][0])

    async def find(self, operation_id: UUID) -> Operation | None:
        """The recalculation as it stands."""
        row = await self._core.store.get(ORDERS, str(operation_id))
        return None if row is None else operation_of(row, await self._walks(row.order))

    async def begin(
        self, command: OrderRecalculation, cause: Cause, client: str, identity: Identity | None
    ) -> tuple[Operation, bool]:
        """Orders one; and whether that key had ordered it before.

        Raises RecalculationRunningError, IdempotencyKeyReusedError, StoreUnavailableError.
        """
        operation_id = command.recalculation_id
        await self.read()
        if all(one.recalculation_id != operation_id for one in self._regulations.orders):
            for known in list(self._open):
                if not await self._is_done(known):
                    raise RecalculationRunningError
        row = OrderRow(order=event_of(command), client=client)
        change = Put(ORDERS, str(operation_id), row)
        handled = await self._handler.handle(
            operation_id, command, cause, rows=[change], identity=identity
        )
        await self.read()
        self._wake.set()
        found = await self.find(operation_id)
        assert found is not None  # noqa: S101 - its row was just stored
        return found, handled.replayed

    async def run(self) -> None:
        """Walks what is still to be walked here; until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.read()
                for order in list(self._open):
                    await self._walk(order)
                    if await self._is_done(order):
                        self._open.remove(order)
            except StoreUnavailableError:
                await asyncio.sleep(PAUSE_TIME)
                continue
            # Not `wait_for`: it would lose a cancellation that comes together with an order.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_TIME):
                    await self._wake.wait()

    async def _walk(self, order: RecalculationOrdered) -> None:
        for shelf in self._book.shelves:
            if shelf.caught_up and not await self._is_walked(order, shelf.partition):
                await _PartitionWalk(self._core, self._watch, order, shelf).go()

    async def _is_walked(self, order: RecalculationOrdered, partition: int) -> bool:
        key = key_of(order.recalculation_id, partition)
        if key not in self._walked:
            known = await self._core.store.get(WALKS, key)
            if known is None or not known.done:
                return False
            self._walked.add(key)
        return True

    async def _walks(self, order: RecalculationOrdered) -> list[Walk]:
        keys = [key_of(order.recalculation_id, partition) for partition in range(PARTITIONS)]
        found = [await self._core.store.get(WALKS, key) for key in keys]
        return [walk for walk in found if walk is not None]

    async def _is_done(self, order: RecalculationOrdered) -> bool:
        for partition in range(PARTITIONS):
            if not await self._is_walked(order, partition):
                return False
        return True


def _given(order: RecalculationOrdered) -> tuple[datetime, UUID]:
    return order.at, order.recalculation_id


class _PartitionWalk:
    """One partition being walked."""

    def __init__(self, core: Core, watch: Watch, order: RecalculationOrdered, shelf: Shelf) -> None:
        self._core = core
        self._watch = watch
        self._order = order
        self._shelf = shelf
        self._walk = Walk(instance=INSTANCE, updated_at=core.now())
        self._told_at = 0.0

    async def go(self) -> None:
        """From the first ticket to the last; ends early where the partition is given up."""
        tickets = self._shelf.tickets.numbers()
        began, said = time.monotonic(), 0
        for place in range(0, len(tickets), AT_ONCE):
            taken = await asyncio.gather(*map(self._take, tickets[place : place + AT_ONCE]))
            if not self._shelf.is_open:
                return
            said += sum(taken)
            await asyncio.sleep(max(0.0, said / AT_MOST - (time.monotonic() - began)))
            if time.monotonic() - self._told_at > LOOK_TIME:
                await self._tell(place / len(tickets))
        await self._tell(1.0, done=True)

    async def _take(self, number: int) -> bool:
        """Whether something was said of the ticket."""
        watched = self._shelf.tickets.numbered(number)
        if watched is None or not is_covered(self._order, watched):
            return False
        said: list[ClocksEvent] = []

        def rows(events: Sequence[ClocksEvent]) -> Sequence[RowChange]:
            said[:] = events
            return [counting(self._order, self._shelf.partition, events)]

        judgement = await self._patiently(number, Restatement(self._order, rows))
        self._walk = seen(self._walk, judged=judgement is not None and judgement.judged)
        return bool(said)

    async def _patiently(self, number: int, restatement: Restatement) -> Judgement | None:
        # Asked for anew each time: it may have gone to sleep in between.
        while self._shelf.is_open and (watched := self._shelf.tickets.numbered(number)):
            try:
                return await self._watch.restate(watched, restatement)
            except (StoreUnavailableError, StreamConflictError):
                await asyncio.sleep(PAUSE_TIME)
            except Exception:
                # As of the watch: one ticket that fails holds up no other, and is counted.
                log.exception("recalculating failed", ticket_id=watched.ticket_id)
                return None
        return None

    async def _tell(self, share: float, *, done: bool = False) -> None:
        self._told_at = time.monotonic()
        self._walk = msgspec.structs.replace(
            self._walk, share=share, done=done, updated_at=self._core.now()
        )
        rows = [told(self._order, self._shelf.partition, self._walk)]
        await self._core.store.append(Append(rows=rows))
