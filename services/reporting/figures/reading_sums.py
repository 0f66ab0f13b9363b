"""Reads a period's sums; of cells that have none, or have changed since, adds their rows up."""

from collections.abc import Collection, Mapping, Sequence

from services.reporting.figures.periods import Period
from services.reporting.figures.stale import STALE, Stale
from services.reporting.figures.summing import cell_columns, rows_of
from services.reporting.figures.sums import SUMS, WHOLE, Adder, Cell, SumsRow
from services.reporting.figures.views import VIEWS, VIEWS_KEY, View, Views
from shared.event_store import Backend
from shared.tables import Column, Query

PAGE = 2000
Scope = dict[str, Column]
Found = dict[str, dict[str, SumsRow]]
"""By head, then by cell."""


def read_sums(
    backend: Backend, scopes: Sequence[Scope], period: Period, heads: Collection[str]
) -> tuple[Views, dict[str, list[SumsRow]]]:
    """Of each head the sums of every cell, in the cells' order; those of `WHOLE` in any case."""
    asked = [WHOLE, *sorted(set(heads) - {WHOLE})]
    while True:
        views = backend.read_row(VIEWS, VIEWS_KEY) or Views()
        stale = backend.read_row(STALE, views.live)
        found: Found = {head: {} for head in asked}
        for scope in scopes:
            if stale is None or not stale.holds:
                _add_rows(backend, views.live, scope, period, found)
            else:
                _take_sums(backend, views.live, scope, period, stale, found)
        if _is_same(backend, views, stale):
            return views, {head: _in_order(found, head) for head in asked}


def is_added_up(backend: Backend, view: View) -> bool:
    """Whether sums of it are kept."""
    stale = backend.read_row(STALE, view)
    return stale is not None and stale.holds


def _is_same(backend: Backend, views: Views, stale: Stale | None) -> bool:
    """Whether nobody emptied what was read meanwhile."""
    after = backend.read_row(VIEWS, VIEWS_KEY) or Views()
    stands = backend.read_row(STALE, views.live)
    begun = stale.begun if stale else None
    return after.live == views.live and (stands.begun if stands else None) == begun


def _in_order(found: Found, head: str) -> list[SumsRow]:
    whole, mine = found[WHOLE], found[head]
    return [mine.get(key, whole[key]) for key in sorted(whole)]


def _add_rows(backend: Backend, view: View, scope: Scope, period: Period, found: Found) -> None:
    for day in period.days:
        _add_up(backend, view, {"view": view, "day": day.isoformat(), **scope}, found)


def _add_up(backend: Backend, view: View, equal: Mapping[str, Column], found: Found) -> None:
    adder = Adder(view, [head for head in found if head != WHOLE])
    for page in rows_of(backend, dict(equal)):
        adder.add(page)
    for row in adder.rows():
        found[row.head][row.cell.key] = row


def _take_sums(
    backend: Backend, view: View, scope: Scope, period: Period, stale: Stale, found: Found
) -> None:
    for head, by_cell in found.items():
        for row in _stored(backend, view, scope, period, head):
            key = row.cell.key
            if key not in stale.marks:
                by_cell[key] = row
    for mark in stale.marks.values():
        if _is_in(mark.cell, scope, period):
            _add_up(backend, view, cell_columns(view, mark.cell), found)


def _is_in(cell: Cell, scope: Scope, period: Period) -> bool:
    columns: Scope = {"client": cell.client, "department": cell.department}
    is_mine = all(columns[name] == value for name, value in scope.items())
    return is_mine and period.first.isoformat() <= cell.day <= period.last.isoformat()


def _stored(backend: Backend, view: View, scope: Scope, period: Period, head: str) -> list[SumsRow]:
    found: list[SumsRow] = []
    after: tuple[Column, ...] | None = None
    while True:
        query = Query(
            SUMS,
            {"view": view, "head": head, **scope},
            at_least={"day": period.first.isoformat()},
            at_most={"day": period.last.isoformat()},
            order=("day",),
            after=after,
            limit=PAGE,
        )
        page = backend.query(query)
        found += [row for _, row in page]
        if len(page) < PAGE:
            return found
        after = (page[-1][1].cell.day, page[-1][0])
