"""Reads of the figures' rows: the sums of a period, and whom they are made of."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from services.reporting.figures.counting import DEFAULT_ZONE
from services.reporting.figures.facts import Facts
from services.reporting.figures.models import (
    FiguresView,
    FigureView,
    GroupView,
    PeriodView,
)
from services.reporting.figures.periods import Period
from services.reporting.figures.reading_sums import read_sums
from services.reporting.figures.registry import Figure, figures
from services.reporting.figures.rows import FACTS, FigureRow, key_of
from services.reporting.figures.summing import rows_of
from services.reporting.figures.sums import WHOLE, SumsRow
from services.reporting.figures.tally import Number, Tally, summed_head, with_entries
from services.reporting.figures.views import VIEWS, VIEWS_KEY, Views
from shared.event_store import Backend
from shared.http import is_about
from shared.keys import ApiKey
from shared.listing import column_time, narrowings
from shared.service import Core


def today(now: datetime) -> date:
    """The day by which periods are counted where nobody names one."""
    return now.astimezone(ZoneInfo(DEFAULT_ZONE)).date()


async def read_figures(core: Core, key: ApiKey, period: Period, head: str | None) -> FiguresView:
    """All figures of what the key may see."""
    return (await read_under(core, key, period, [head]))[head]


async def read_under(
    core: Core, key: ApiKey, period: Period, heads: Sequence[str | None]
) -> dict[str | None, FiguresView]:
    """The same under each head, from one reading of the sums."""
    now = core.now()
    scopes = narrowings(key)
    named = {summed_head(head) for head in heads}

    def read(backend: Backend) -> tuple[Views, dict[str, list[SumsRow]]]:
        return read_sums(backend, scopes, with_entries(period), named)

    views, found = await core.store.run(read)
    whole = Tally(None, period, today(now))
    whole.add(found[WHOLE])
    tallies = {head: Tally(head, period, today(now)) for head in heads if head is not None}
    for head, tally in tallies.items():
        tally.add(found[summed_head(head)])
    return {
        head: _figures_view(whole, head, tallies.get(head or ""), period, views, now)
        for head in heads
    }


def _figures_view(
    whole: Tally,
    head: str | None,
    tally: Tally | None,
    period: Period,
    views: Views,
    now: datetime,
) -> FiguresView:
    groups = list(tally.by_value()) if tally else []
    total = whole.total()
    return FiguresView(
        period=PeriodView(unit=period.unit, name=period.name, first=period.first, last=period.last),
        group_by=head,
        as_of=now,
        is_rebuilding=views.build is not None,
        rebuilt_at=views.rebuilt_at,
        figures=[
            _view(figure, total[name], [(value, found[name]) for value, found in groups], period)
            for name, figure in figures().items()
        ],
    )


def _pages(
    backend: Backend, views: Views, key: ApiKey, period: Period
) -> Iterator[list[FigureRow]]:
    """Rows of the live view, of each department or client that the key may see, day by day."""
    for scope in narrowings(key):
        for day in period.days:
            yield from rows_of(backend, {"view": views.live, "day": day.isoformat(), **scope})


def _view(
    figure: Figure, total: Number, groups: list[tuple[str | None, Number]], period: Period
) -> FigureView:
    goal = figure.goal
    shown = [
        GroupView(group=value, value=one.value, above=one.above, below=one.below)
        for value, one in groups
        if one.below or one.above
    ]
    asked = f"{period.unit}={period.name}"
    return FigureView(
        name=figure.name,
        clauses=figure.clauses,
        title=figure.title,
        definition=figure.definition,
        unit=figure.unit,
        measured_in=figure.measured_in,
        goal=goal,
        meets_goal=None if goal is None or total.value is None else goal.is_met_by(total.value),
        value=total.value,
        above=total.above,
        below=total.below,
        groups=shown,
        subjects=f"/reporting/v1/figures/{figure.name}/subjects?{asked}",
    )


async def read_frame(
    core: Core, key: ApiKey, period: Period, department: str | None, kind: str | None
) -> list[UUID]:
    """The tickets that a sample is drawn from, in the order of their ids."""

    def read(backend: Backend) -> list[UUID]:
        views = backend.read_row(VIEWS, VIEWS_KEY) or Views()
        rows = (row for page in _pages(backend, views, key, period) for row in page)
        found = {
            UUID(row.subject)
            for row in rows
            if row.kind == "ticket"
            and not is_about(key, row.against_person)
            and department in {None, row.department}
            and kind in {None, row.heads["kind"]}
        }
        return sorted(found, key=str)

    return await core.store.run(read)


async def facts_of(core: Core, subject: UUID) -> Facts | None:
    """What is known of a subject."""
    return await core.store.run(partial(facts_in, subject=subject))


def facts_in(backend: Backend, subject: UUID) -> Facts | None:
    """The same within a visit to the store."""
    views = backend.read_row(VIEWS, VIEWS_KEY) or Views()
    row = backend.read_row(FACTS, key_of(views.live, subject))
    return row.facts if row else None


async def rows_heard_since(
    core: Core, key: ApiKey, period: Period, since: datetime
) -> list[FigureRow]:
    """The period's rows of which anything was recorded since then."""

    def read(backend: Backend) -> list[FigureRow]:
        views = backend.read_row(VIEWS, VIEWS_KEY) or Views()
        rows = (row for page in _pages(backend, views, key, period) for row in page)
        return [
            row
            for row in rows
            if row.heard_at >= column_time(since) and not is_about(key, row.against_person)
        ]

    return await core.store.run(read)
