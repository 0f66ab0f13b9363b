"""Figures as files: a workbook for people, a table for their spreadsheets."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from services.reporting.exports import BOM, FORMULA
from services.reporting.figures.models import (
    FiguresView,
    FigureView,
    GroupView,
    SubjectsQuery,
    SubjectView,
)
from services.reporting.figures.queries import read_under
from services.reporting.figures.registry import figures
from services.reporting.figures.subjects import (
    TICKETS,
    Place,
    read_entered_late,
    read_subjects,
)
from services.reporting.figures.words import Naming
from services.reporting.figures.workbook import HEADS, monthly_workbook
from services.reporting.restating import restated_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.reporting.bootstrap import Reporting
    from services.reporting.figures.periods import Period
    from shared.keys import ApiKey

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 500
"""Subjects of one read."""


class ReportFile(NamedTuple):
    """A workbook, the figures of the whole in it, and the tickets that it names one by one."""

    content: bytes
    whole: FiguresView
    named: Sequence[SubjectView]


async def workbook_of(reporting: Reporting, key: ApiKey, period: Period) -> bytes:
    """The period's statistics of what the key may see."""
    return (await report_file(reporting, key, period)).content


async def report_file(reporting: Reporting, key: ApiKey, period: Period) -> ReportFile:
    """The period's workbook; a day's holds the day's register (H-31).

    With what was entered late: the register of the day on which it happened had gone by then.
    """
    views = await read_under(reporting.core, key, period, [None, *HEADS])
    published = await _behind(reporting, key, period, "published_overdue")
    register = []
    if period.unit == "day":
        register = await _behind(reporting, key, period, TICKETS)
        register += await read_entered_late(reporting.core, key, reporting.directory, period.name)
    restated = await restated_in(reporting.core, key, period, views[None])
    views = {**views, None: replace(views[None], restated=restated)}
    naming = Naming("zh", reporting.directory)
    content = await asyncio.to_thread(monthly_workbook, views, published, register, naming)
    return ReportFile(content, views[None], [*published, *register])


async def _behind(
    reporting: Reporting, key: ApiKey, period: Period, name: str
) -> list[SubjectView]:
    figure = figures()[name]
    asked = SubjectsQuery.model_validate({period.unit: period.name, "limit": AT_ONCE})
    found: list[SubjectView] = []
    place: Place | None = None
    while True:
        page, place = await read_subjects(
            reporting.core, key, reporting.directory, figure, asked, place
        )
        found += page
        if place is None:
            return found


def to_csv(view: FiguresView, naming: Naming) -> bytes:
    """A line a figure and group, in UTF-8 with a byte order mark."""
    text = io.StringIO()
    text.write(BOM)
    lines = csv.writer(text)
    lines.writerow(("period", "figure", "title", "group", "value", "above", "below", "unit"))
    for one in view.figures:
        numbers: list[FigureView | GroupView] = [one, *one.groups]
        for number in numbers:
            name = ""
            if isinstance(number, GroupView):
                name = naming.value(view.group_by or "", number.group)
            cells = (view.period.name, one.name, naming.say(one.title), name)
            value = "" if number.value is None else number.value
            lines.writerow((*map(_text, cells), value, number.above, number.below, one.unit))
    return text.getvalue().encode()


def _text(cell: str) -> str:
    """What a spreadsheet would take for a formula is quoted."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
