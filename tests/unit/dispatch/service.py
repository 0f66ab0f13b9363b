"""A dispatch over the store's fake."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.dispatch.bootstrap import TABLES, Dispatch, assemble
from services.dispatch.domain.stages import Ticket
from services.dispatch.handlers import HANDLERS
from services.dispatch.projections import WORK_ORDERS, WorkOrderSummary
from shared.tables import Query
from tests.unit.support.ears import Ears, core_in_memory
from tests.unit.support.examples import AT, T


class DispatchEars(Ears[Dispatch]):
    """And what dispatch made of what it heard."""

    async def ticket(self) -> Ticket:
        """The ticket as its stream tells it."""
        state, _ = await self.service.tickets.load(T)
        return state

    async def rows(self) -> list[WorkOrderSummary]:
        """Every work order that was offered, in the order of serving."""
        query = Query(WORK_ORDERS, at_least={"rank": 0}, order=("rank", "turn"))
        return [row for _, row in await self.service.core.store.query(query)]


@asynccontextmanager
async def ears(folder: Path) -> AsyncIterator[DispatchEars]:
    """Opens a dispatch in memory."""
    async with core_in_memory("dispatch", TABLES, folder, AT) as core:
        yield DispatchEars(assemble(core), HANDLERS)
