"""The regulations' statistics as a page, and the tickets behind each of its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.console.charts import Bar, bars
from services.reporting.console.naming import naming_for
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.rendering import page
from services.reporting.figures.document import goal_text
from services.reporting.figures.models import (
    FiguresQuery,
    FiguresView,
    FigureView,
    GroupView,
    SubjectsQuery,
)
from services.reporting.figures.queries import read_under, today
from services.reporting.figures.registry import Figure, figures
from services.reporting.figures.rows import Kind
from services.reporting.figures.subjects import OVERDUE, PROMISES, place_in, read_subjects
from services.reporting.figures.words import Naming, catalogue
from services.reporting.figures.workbook import COLUMNS
from services.reporting.restating import causes_of, newest_report, restated_in
from shared.decider import UnknownSubjectError
from shared.http import authorize
from shared.http.answers import encode_cursor

router = console_router()
TILES = (
    "tickets",
    "overdue",
    "answer_in_time",
    "resolution_rate",
    "satisfaction",
    "connection_rate",
)
"""What stands at the top, large."""
SECTIONS: tuple[Kind | None, ...] = ("ticket", "contact", None, "task", "group")
FigureName = Annotated[str, Path(max_length=64)]
UNITS = {"h": " h", "min": " min", "points": "", None: ""}


@dataclass(frozen=True)
class Shown:
    """How numbers and words of one period read on the page."""

    view: FiguresView
    naming: Naming

    def number(self, figure: FigureView, number: FigureView | GroupView) -> str:
        return self.told(figure, number.value)

    def told(self, figure: FigureView, value: float | None) -> str:
        if value is None:
            return "-"
        match figure.unit:
            case "count":
                return f"{value:,.0f}"
            case "share":
                return f"{value:.1%}"
            case "mean":
                return f"{value:.2f}{UNITS[figure.measured_in]}"

    def parts(self, figure: FigureView) -> str:
        """What a share or a mean was made of."""
        if figure.unit == "share":
            return f"{figure.above:,.0f} / {figure.below:,}"
        return f"n = {figure.below:,}" if figure.unit == "mean" else ""

    def goal(self, figure: FigureView) -> str:
        return goal_text(figures()[figure.name], figure.goal)

    def title(self, figure: FigureView) -> str:
        return self.naming.say(figure.title)

    def behind(self, figure: FigureView, **more: str) -> str:
        """The page of what counts for it."""
        period = self.view.period
        query = urlencode({period.unit: period.name, **more})
        return f"{CONSOLE}/figures/{figure.name}?{query}"

    def behind_group(self, figure: FigureView, group: GroupView) -> str:
        head = self.view.group_by or ""
        return self.behind(figure, group_by=head, value=group.group or "")


@router.get("/figures")
async def show_figures(request: Request, asked: Annotated[FiguresQuery, Query()]) -> Response:
    """A month, a week or a day; under a head besides, if one is chosen."""
    key = authorize(request, "reports:read").key
    reporting = reporting_of(request)
    core = reporting.core
    period = asked.period(today(core.now()))
    views = await read_under(core, key, period, [None, asked.group_by, "day"])
    view = views[asked.group_by]
    shown = Shown(view, naming_for(request))
    by_name = {one.name: one for one in view.figures}
    return page(
        request,
        "figures.html",
        view=view,
        shown=shown,
        tiles=[by_name[name] for name in TILES],
        sections=[(kind, _of(view, kind)) for kind in SECTIONS],
        columns=_columns(view),
        groups=_groups(view, shown),
        days=_days(views["day"]),
        report=await newest_report(core, key, period),
        restated={one.figure: one for one in await restated_in(core, key, period, views[None])},
        heads=[(head, shown.naming.head(head)) for head in catalogue().heads],
    )


def _of(view: FiguresView, kind: Kind | None) -> list[FigureView]:
    """The figures of one kind of subject for which anything counts."""
    mine = {one.name for one in figures().values() if one.of == kind}
    return [one for one in view.figures if one.name in mine and (one.above or one.below)]


def _columns(view: FiguresView) -> list[FigureView]:
    by_name = {one.name: one for one in view.figures}
    return [
        by_name[name]
        for name in COLUMNS
        if any(group.group is not None for group in by_name[name].groups)
    ]


Line = tuple[str, dict[str, GroupView]]


def _groups(view: FiguresView, shown: Shown) -> list[Line]:
    """A line for each value of the head: its name, and its numbers by figure."""
    if view.group_by is None:
        return []
    lines: dict[str | None, dict[str, GroupView]] = {}
    for figure in _columns(view):
        for group in figure.groups:
            lines.setdefault(group.group, {})[figure.name] = group
    in_order = sorted(lines, key=lambda one: (one is None, one or ""))
    return [(shown.naming.value(view.group_by, value), lines[value]) for value in in_order]


def _days(view: FiguresView) -> Sequence[Bar]:
    """Tickets by day, as bars."""
    tickets = next(one for one in view.figures if one.name == "tickets")
    counted = {one.group or "": one.above for one in tickets.groups}
    return bars(view.period.first, view.period.last, counted)


@router.get("/figures/{figure}")
async def show_subjects(
    figure: FigureName, request: Request, asked: Annotated[SubjectsQuery, Query()]
) -> Response:
    """The tickets, contacts or tasks behind a number."""
    key = authorize(request, "reports:read").key
    found = _figure(figure)
    reporting = reporting_of(request)
    after = place_in(asked.cursor)
    items, place = await read_subjects(
        reporting.core, key, reporting.directory, found, asked, after
    )
    query = {**request.query_params, "cursor": encode_cursor(place)} if place else {}
    return page(
        request,
        "figure_subjects.html",
        figure=found,
        items=items,
        period=asked.period(today(reporting.core.now())),
        asked=asked,
        detailed=(OVERDUE, PROMISES),
        more=f"?{urlencode(query)}" if query else None,
    )


@router.get("/figures/{figure}/causes")
async def show_causes(
    figure: FigureName, request: Request, asked: Annotated[FiguresQuery, Query()]
) -> Response:
    """Why a figure is another one than the newest report of its period says."""
    key = authorize(request, "reports:read").key
    found, core = _figure(figure), reporting_of(request).core
    period = asked.period(today(core.now()))
    causes = await causes_of(core, key, period, found)
    return page(request, "figure_causes.html", figure=found, period=period, causes=causes)


def _figure(name: str) -> Figure:
    """Raises UnknownSubjectError."""
    found = figures().get(name)
    if found is None:
        raise UnknownSubjectError
    return found
