"""A revisit over the store's fake."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from services.revisit.bootstrap import TABLES, Revisit, assemble
from services.revisit.handlers import HANDLERS
from services.revisit.projections import REVISITS, RevisitSummary
from shared.tables import Query
from tests.unit.support.ears import Ears, core_in_memory

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


class RevisitEars(Ears[Revisit]):
    """And what revisit made of what it heard."""

    async def rows(self) -> list[RevisitSummary]:
        """Every scheduled revisit, in the order of calling."""
        query = Query(REVISITS, at_least={"rank": 0}, order=("rank", "turn"))
        return [row for _, row in await self.service.core.store.query(query)]


@asynccontextmanager
async def ears(folder: Path) -> AsyncIterator[RevisitEars]:
    """Opens a revisit in memory."""
    async with core_in_memory("revisit", TABLES, folder, NOW) as core:
        yield RevisitEars(assemble(core), HANDLERS)
