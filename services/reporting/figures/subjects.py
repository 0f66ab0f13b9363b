"""Reads what stands behind a figure: the subjects that count for it, page by page."""

from msgspec import UNSET

from services.reporting.figures.details import promises_of, waiting_in
from services.reporting.figures.facts import Facts
from services.reporting.figures.models import SubjectsQuery, SubjectView
from services.reporting.figures.periods import Period
from services.reporting.figures.queries import today
from services.reporting.figures.registry import Figure
from services.reporting.figures.rows import FACTS, ROWS, FigureRow
from services.reporting.figures.tally import value_of
from services.reporting.figures.views import VIEWS, VIEWS_KEY, Views
from shared.directory import Directory
from shared.event_store import Backend
from shared.http import is_about
from shared.keys import ApiKey
from shared.listing import narrowings
from shared.service import Core
from shared.tables import Column, Query

FEW = 500
OVERDUE, PROMISES = "overdue", "promises_kept"
Place = tuple[str, str]


async def read_subjects(
    core: Core,
    key: ApiKey,
    directory: Directory,
    figure: Figure,
    asked: SubjectsQuery,
    after: Place | None,
) -> tuple[list[SubjectView], Place | None]:
    """A page of what counts for the figure, by day, and where the next one begins."""
    period = asked.period(today(core.now()))

    def read(backend: Backend) -> list[tuple[str, FigureRow, Facts]]:
        views = backend.read_row(VIEWS, VIEWS_KEY) or Views()
        found: list[tuple[str, FigureRow]] = []
        for scope in narrowings(key):
            found += _behind(backend, views, key, scope, period, figure, asked, after)
        found = sorted(found, key=lambda one: (one[1].day, one[0]))[: asked.limit]
        return [(key, row, _facts_of(backend, figure, key)) for key, row in found]

    found = await core.store.run(read)
    is_last = len(found) < asked.limit
    place = None if is_last else (found[-1][1].day, found[-1][0])
    return [_subject(figure, row, facts, directory) for _, row, facts in found], place


def _facts_of(backend: Backend, figure: Figure, key: str) -> Facts:
    """Read for those figures alone that tell of them."""
    known = backend.read_row(FACTS, key) if figure.name in {OVERDUE, PROMISES} else None
    return known.facts if known else Facts()


def _behind(
    backend: Backend,
    views: Views,
    own: ApiKey,
    scope: dict[str, Column],
    period: Period,
    figure: Figure,
    asked: SubjectsQuery,
    after: tuple[Column, ...] | None,
) -> list[tuple[str, FigureRow]]:
    found: list[tuple[str, FigureRow]] = []
    while len(found) < asked.limit:
        page = backend.query(_query(views, scope, period, after, FEW))
        found += [
            (key, row)
            for key, row in page
            if _counts(figure, row, asked) and not is_about(own, row.against_person)
        ]
        if len(page) < FEW:
            break
        after = (page[-1][1].day, page[-1][0])
    return found


def _query(
    views: Views,
    scope: dict[str, Column],
    period: Period,
    after: tuple[Column, ...] | None,
    limit: int,
) -> Query[FigureRow]:
    return Query(
        ROWS,
        {"view": views.live, **scope},
        at_least={"day": period.first.isoformat()},
        at_most={"day": period.last.isoformat()},
        order=("day",),
        after=after,
        limit=limit,
    )


def _counts(figure: Figure, row: FigureRow, asked: SubjectsQuery) -> bool:
    part = row.measures.get(figure.name)
    if part is None:
        return False
    if asked.value is not None and (value_of(row, asked.group_by) or "") != asked.value:
        return False
    above, below = part
    match asked.part:
        case "all":
            return True
        case "met":
            return above > 0
        case "unmet":
            return above < below


def _subject(figure: Figure, row: FigureRow, facts: Facts, directory: Directory) -> SubjectView:
    above, below = row.measures[figure.name]
    is_ticket = row.kind == "ticket"
    return SubjectView(
        subject=row.subject,
        kind=row.kind,
        number=row.number,
        day=row.day,
        client=row.client,
        department=row.department,
        heads=row.heads,
        above=above,
        below=below,
        history=f"/reporting/v1/tickets/{row.subject}/history" if is_ticket else None,
        promises=promises_of(facts, directory) if figure.name == PROMISES else UNSET,
        waiting=waiting_in(facts) if figure.name == OVERDUE else UNSET,
    )
