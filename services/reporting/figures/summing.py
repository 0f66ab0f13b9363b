"""Keeps the sums of each day's rows, beside all else: what changed is added up anew."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import partial

import structlog
from msgspec.structs import replace

from services.reporting.figures.rows import ROWS, FigureRow
from services.reporting.figures.stale import STALE, Mark, Stale
from services.reporting.figures.sums import HEADS, SUMS, WHOLE, Adder, Cell, SumsRow, sums_key
from services.reporting.figures.views import VIEWS, VIEWS_KEY, View, Views
from shared.erasing import delete_found
from shared.event_store import Append, Backend, StoreUnavailableError
from shared.group_commit import EventStore
from shared.ids import new_id
from shared.tables import Column, Delete, Fold, Put, Query, RowChange

PAGE = 2000
REST_TIME = 10.0
"""Seconds between two turns at least."""
SHARE = 20
"""Seconds of rest for each second of work: a twentieth of a core at most."""
CELLS_AT_ONCE = 20

log = structlog.get_logger(__name__)


class Summing:
    """Of several instances over one store, one adds up."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            began = time.monotonic()
            try:
                if await self._store.leads():
                    await self.catch_up()
            except StoreUnavailableError as error:
                log.warning("figures wait to be added up", reason=str(error))
            except Exception:  # meanwhile rows are read singly
                log.exception("figures are not added up")
            await asyncio.sleep(max(REST_TIME, SHARE * (time.monotonic() - began)))

    async def catch_up(self) -> None:
        """Brings the live view's sums up to date; makes all of them where it has none."""
        view = (await self._store.get(VIEWS, VIEWS_KEY) or Views()).live
        stale = await self._store.get(STALE, view)
        if stale is None or not stale.holds:
            await self.add_all(view)
        elif stale.marks:
            await self._add_stale(view)

    async def add_all(self, view: View) -> None:
        """A view's sums from all of its rows; what changes meanwhile is marked."""
        begun = new_id()
        await self._store.append(Append(rows=[Put(STALE, view, Stale(begun=begun))]))
        await delete_found(self._store, Query(SUMS, {"view": view}, limit=PAGE))
        day = ""
        while found := await self._store.run(partial(_day_after, view=view, day=day)):
            day = found
            rows = await self._store.run(partial(_day_added, view=view, day=day))
            await self._store.append(Append(rows=[_put(row) for row in rows]))

        def counted(known: Stale | None) -> Stale | None:
            if known is None or known.begun != begun:
                return None
            return replace(known, is_counted=True)

        await self._store.append(Append(rows=[Fold(STALE, view, counted)]))

    async def _add_stale(self, view: View) -> None:
        turns: list[Stale] = []

        def begin(known: Stale | None) -> Stale | None:
            turns.clear()  # a group of appends may be judged twice
            turns.extend([known.next_turn()] if known else [])
            return turns[0] if turns else None

        await self._store.append(Append(rows=[Fold(STALE, view, begin)]))
        for turn in turns:
            marks = list(turn.marks.values())
            for start in range(0, len(marks), CELLS_AT_ONCE):
                await self._add_cells(view, turn, marks[start : start + CELLS_AT_ONCE])

    async def _add_cells(self, view: View, turn: Stale, marks: Sequence[Mark]) -> None:
        cells = [mark.cell for mark in marks]
        changes = await self._store.run(partial(_changes, view=view, cells=cells))

        def done(known: Stale | None) -> Stale | None:
            if known is None or known.begun != turn.begun:
                return None
            return known.without([cell.key for cell in cells], turn.turn)

        await self._store.append(Append(rows=[*changes, Fold(STALE, view, done)]))


def rows_of(backend: Backend, equal: dict[str, Column]) -> Iterator[list[FigureRow]]:
    """The rows that have these columns, page by page, by their keys alone."""
    after: tuple[Column, ...] | None = None
    while page := backend.query(Query(ROWS, equal, after=after, limit=PAGE)):
        yield [row for _, row in page]
        after = (page[-1][0],)
        if len(page) < PAGE:
            break


def cell_columns(view: str, cell: Cell) -> dict[str, Column]:
    return {"view": view, "day": cell.day, "client": cell.client, "department": cell.department}


def _day_after(backend: Backend, *, view: View, day: str) -> str | None:
    """The next day that has rows."""
    # No day lies between one and its text followed by a space.
    query = Query(ROWS, {"view": view}, at_least={"day": f"{day} "}, order=("day",), limit=1)
    return next((row.day for _, row in backend.query(query)), None)


def _day_added(backend: Backend, *, view: View, day: str) -> list[SumsRow]:
    adder = Adder(view)
    for page in rows_of(backend, {"view": view, "day": day}):
        adder.add(page)
    return adder.rows()


def _changes(backend: Backend, *, view: View, cells: Sequence[Cell]) -> list[RowChange]:
    """The cells' sums as they are now, and no others of theirs."""
    adder = Adder(view)
    for cell in cells:
        for page in rows_of(backend, cell_columns(view, cell)):
            adder.add(page)
    puts = [_put(row) for row in adder.rows()]
    kept = {put.key for put in puts}
    keys = (sums_key(view, cell.key, head) for cell in cells for head in (WHOLE, *HEADS))
    return [*puts, *(Delete(SUMS, key) for key in keys if key not in kept)]


def _put(row: SumsRow) -> Put[SumsRow]:
    return Put(SUMS, sums_key(row.view, row.cell.key, row.head), row)
