"""Reads what stands behind a figure: the subjects that count for it, page by page."""

from collections.abc import Iterator, Sequence
from datetime import date
from heapq import merge
from itertools import islice
from operator import attrgetter, itemgetter

from msgspec import UNSET

from services.reporting.figures.details import promises_of, waiting_in
from services.reporting.figures.facts import Facts
from services.reporting.figures.heads import check_value
from services.reporting.figures.models import SubjectsQuery, SubjectView
from services.reporting.figures.periods import Period
from services.reporting.figures.queries import today
from services.reporting.figures.reading_sums import is_added_up, read_sums
from services.reporting.figures.registry import Figure, figures
from services.reporting.figures.rows import FACTS, ROWS, FigureRow
from services.reporting.figures.summing import cell_columns
from services.reporting.figures.sums import Group, SumsRow
from services.reporting.figures.tally import BRANCH_WEEKS, group_value, summed_head, value_of
from services.reporting.figures.views import VIEWS, VIEWS_KEY, Views
from shared.directory import Directory
from shared.event_store import Backend
from shared.http import decode_cursor, is_about
from shared.keys import ApiKey
from shared.listing import narrowings
from shared.service import Core
from shared.tables import Column, Query

FEW = 100
"""Rows of a cell read at once."""
OVERDUE, PROMISES, ENTERED = "overdue", "promises_kept", "entered_in_week"
TICKETS = "tickets"
Place = tuple[str, str]
"""A day, and the key of a row in it."""
Columns = dict[str, Column]


def place_in(cursor: str | None) -> Place | None:
    """Where a page begins. Raises MalformedError for a cursor that no list of subjects gave."""
    found = decode_cursor(cursor, tuple[date, str])
    return found and (found[0].isoformat(), found[1])


async def read_subjects(
    core: Core,
    key: ApiKey,
    directory: Directory,
    figure: Figure,
    asked: SubjectsQuery,
    after: Place | None,
) -> tuple[list[SubjectView], Place | None]:
    """A page of what counts for the figure, by day, and where the next one begins.

    Raises MalformedError for a value that its head never has.
    """
    if figure.name == BRANCH_WEEKS:  # its weeks are made of all matters of branches (H-21)
        figure, asked = figures()[ENTERED], asked.model_copy(update={"part": "all"})
    period = asked.period(today(core.now()))
    scopes = narrowings(key)

    def read(backend: Backend) -> list[tuple[str, FigureRow, Facts]]:
        found: list[tuple[str, FigureRow]] = []
        for day in _days(period, after):
            past = after[1] if after is not None and day.name == after[0] else None
            sources = _sources(backend, scopes, day, figure, asked)
            rows = merge(*(_rows(backend, one, past) for one in sources), key=itemgetter(0))
            mine = (one for one in rows if _is_shown(key, figure, one[1], asked))
            found += islice(mine, asked.limit - len(found))
            if len(found) == asked.limit:
                break
        return [(key, row, _facts_of(backend, figure, key)) for key, row in found]

    found = await core.store.run(read)
    check_value(asked, found, directory, core.packs)
    is_last = len(found) < asked.limit
    place = None if is_last else (found[-1][1].day, found[-1][0])
    return [_subject(figure, row, facts, directory) for _, row, facts in found], place


async def read_entered_late(
    core: Core, key: ApiKey, directory: Directory, day: str
) -> list[SubjectView]:
    """Tickets that were entered on that day, and whose customer got in touch on an earlier one."""
    figure, asked = figures()[TICKETS], SubjectsQuery.model_validate({"day": day})

    def read(backend: Backend) -> list[FigureRow]:
        view = (backend.read_row(VIEWS, VIEWS_KEY) or Views()).live
        found: list[FigureRow] = []
        for scope in narrowings(key):
            rows = _rows(backend, {"view": view, "late_on": day, **scope}, None)
            found += [row for _, row in rows if _is_shown(key, figure, row, asked)]
        return sorted(found, key=attrgetter("day", "subject"))

    return [_subject(figure, row, Facts(), directory) for row in await core.store.run(read)]


def _facts_of(backend: Backend, figure: Figure, key: str) -> Facts:
    """Read for those figures alone that tell of them."""
    known = backend.read_row(FACTS, key) if figure.name in {OVERDUE, PROMISES} else None
    return known.facts if known else Facts()


def _days(period: Period, after: Place | None) -> Iterator[Period]:
    """From the place on, each as a period."""
    for day in period.days:
        if after is None or day.isoformat() >= after[0]:
            yield Period("day", day.isoformat(), day, day)


def _sources(
    backend: Backend,
    scopes: Sequence[Columns],
    day: Period,
    figure: Figure,
    asked: SubjectsQuery,
) -> list[Columns]:
    """In which rows of the day to look: where there are sums, of those cells that have any such."""
    view = (backend.read_row(VIEWS, VIEWS_KEY) or Views()).live
    whole: list[Columns] = [{"view": view, "day": day.name, **scope} for scope in scopes]
    if not is_added_up(backend, view):
        return whole
    head = summed_head(asked.group_by)
    views, found = read_sums(backend, scopes, day, {head})
    cells = [
        cell_columns(views.live, row.cell)
        for row in found[head]
        if any(_has(figure, row, group, asked) for group in row.groups)
    ]
    is_all = views.live == view and len(cells) == len(found[head])
    return whole if is_all else cells


def _has(figure: Figure, row: SumsRow, group: Group, asked: SubjectsQuery) -> bool:
    """Whether a row of the group may be one that is asked for."""
    above, below = group.sums.get(figure.name, (0.0, 0))
    if figure.name not in group.sums or not _is_under(
        asked, group_value(asked.group_by, row, group)
    ):
        return False
    # A mean's parts do not say of how many rows they are.
    return asked.part != "unmet" or figure.unit != "share" or above < below


def _rows(backend: Backend, equal: Columns, past: str | None) -> Iterator[tuple[str, FigureRow]]:
    after: tuple[Column, ...] | None = None if past is None else (past,)
    while page := backend.query(Query(ROWS, equal, after=after, limit=FEW)):
        yield from page
        if len(page) < FEW:
            break
        after = (page[-1][0],)


def _is_shown(own: ApiKey, figure: Figure, row: FigureRow, asked: SubjectsQuery) -> bool:
    return _counts(figure, row, asked) and not is_about(own, row.against_person)


def _is_under(asked: SubjectsQuery, value: str | None) -> bool:
    return asked.value is None or (value or "") == asked.value


def _counts(figure: Figure, row: FigureRow, asked: SubjectsQuery) -> bool:
    part = row.measures.get(figure.name)
    if part is None:
        return False
    if not _is_under(asked, value_of(row, asked.group_by)):
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
