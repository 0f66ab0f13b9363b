"""The figures' rows made anew from all records, beside the live ones, which they then replace.

The rows that a search goes through are each event's own: they are written again in their place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from msgspec.structs import asdict, replace

from services.reporting.acts import act_changes
from services.reporting.domain.errors import RebuildRunningError
from services.reporting.figures.heard import Heard, heard_in
from services.reporting.figures.rows import FACTS, ROWS
from services.reporting.figures.stale import STALE
from services.reporting.figures.summing import Summing
from services.reporting.figures.sums import SUMS
from services.reporting.figures.views import VERSION, VIEWS, VIEWS_KEY, Hearing, View, Views
from services.reporting.figures.views_compared import compared
from services.reporting.leaves import LANES, lane_ends
from services.reporting.own_projections import score_changes
from services.reporting.projections import RECORDS, RecordRow, learned_change
from shared.erasing import delete_found
from shared.event_store import Append
from shared.ids import new_id
from shared.operating import OneAtATime, Result, Work
from shared.operations import Operation
from shared.service import Core
from shared.tables import Delete, Fold, Put, Query, RowChange

PAGE = 2000


class Rebuilds(OneAtATime):
    """`POST /rebuilds`: one at a time."""

    def __init__(self, core: Core) -> None:
        super().__init__(core, "rebuild", RebuildRunningError)

    async def begin(self, operation_id: UUID) -> tuple[Operation, bool]:
        """Begins one; and whether that id had begun it before. Raises RebuildRunningError."""
        return await self._begin(operation_id, {}, self._prepared)

    async def begin_if_needed(self) -> None:
        """Rebuilds what an older release counted, or what was kept before figures were counted.

        And what a process that ended in the middle left half done: another instance's that still
        runs gives way.
        """
        store = self._core.store
        views = await store.get(VIEWS, VIEWS_KEY)
        if views is not None and views.version == VERSION and views.build is None:
            return
        if await store.query(Query(RECORDS, limit=1)):
            await self.begin(new_id())
        else:
            await store.append(Append(rows=[Put(VIEWS, VIEWS_KEY, Views(version=VERSION))]))

    def _prepared(self) -> Work:
        return partial(self._whole, Rebuild(self._core))

    async def _whole(self, rebuild: "Rebuild") -> Result:
        await rebuild.begin()
        while await rebuild.go_on():
            await self._tell_progress(rebuild.progress)
        return await rebuild.end()


@dataclass
class Rebuild:
    """How far it is: per partition of each topic the position up to which its records are in.

    A ticket that is in step takes its new records as they come, so the end is reached for good
    once a whole round over all partitions brought no news.
    """

    core: Core
    build: UUID = field(default_factory=new_id)
    view: View = "b"
    positions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LANES, 0))
    ends: Mapping[str, int] = field(default_factory=dict)
    records: int = 0

    @property
    def progress(self) -> float:
        """The share of the positions there were at the beginning."""
        ends = sum(self.ends.values())
        done = sum(min(self.positions[lane], end) for lane, end in self.ends.items())
        return min(done / ends, 0.99) if ends else 0.0

    async def begin(self) -> None:
        """Empties the view that is not live, and lets new records into it from here on."""
        views = await self.core.store.get(VIEWS, VIEWS_KEY) or Views()
        self.view = views.other
        await self._change(lambda known: replace(known, build=None))
        await self._clear(self.view)
        await self._change(lambda known: replace(known, build=self.build))
        self.ends = await self.core.store.run(lane_ends)

    async def go_on(self) -> bool:
        """One round: all that each partition holds now; whether any of it was news."""
        news = False
        for lane in LANES:
            while page := await self._page(lane):
                news = await self._take(page) or news
                self.positions[lane] = page[-1].position
                self.records += len(page)
                if len(page) < PAGE:
                    break
        return news

    async def end(self) -> Result:
        """The rebuilt view is added up and answers from now on; the other one is emptied.

        Before that each row is compared with the live one, and what differs is told. Raises
        RebuildRunningError where another instance has begun one meanwhile.
        """
        await Summing(self.core.store).add_all(self.view)
        other: View = "b" if self.view == "a" else "a"
        found = await compared(self.core.store, self.view, other)
        now = self.core.now()

        def swapped(known: Views) -> Views:
            if known.build != self.build:
                raise RebuildRunningError
            return Views(live=self.view, version=VERSION, rebuilt_at=now)

        await self._change(swapped)
        await self._clear(other)
        return {"records": self.records, "view": self.view, **asdict(found)}

    async def _change(self, change: Callable[[Views], Views]) -> None:
        fold = Fold(VIEWS, VIEWS_KEY, lambda views: change(views or Views()))
        await self.core.store.append(Append(rows=[fold]))

    async def _clear(self, view: View) -> None:
        await self.core.store.append(Append(rows=[Delete(STALE, view)]))
        for table in (FACTS, ROWS, SUMS):
            await delete_found(self.core.store, Query(table, {"view": view}, limit=PAGE))

    async def _page(self, lane: str) -> list[RecordRow]:
        query = Query(
            RECORDS,
            {"lane": lane},
            at_least={"position": self.positions[lane] + 1},
            order=("position",),
            limit=PAGE,
        )
        return [row for _, row in await self.core.store.query(query)]

    async def _take(self, page: list[RecordRow]) -> bool:
        """Brings the records into the view, in one append; whether any was news."""
        by_subject: dict[UUID, list[Heard]] = {}
        for row in page:
            by_subject.setdefault(row.subject, []).append(heard_in(row))
        hearings = [
            Hearing(subject, heard, self.core.packs, self.view)
            for subject, heard in by_subject.items()
        ]
        rows: list[RowChange] = [change for one in hearings for change in one.changes()]
        for heard in by_subject.values():
            rows += [change for one in heard for change in score_changes(one.event)]
        rows += [change for row in page for change in act_changes(row)]
        for subject, heard in by_subject.items():
            told = [learned_change(subject, one.event) for one in heard]
            rows += [change for change in told if change is not None]
        await self.core.store.append(Append(rows=rows))
        return any(one.changed for one in hearings)
