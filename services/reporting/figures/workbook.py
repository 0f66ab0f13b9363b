"""The monthly statistics as a workbook that a deputy general manager reads as it is (H-22)."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from services.reporting.figures.counting import DEFAULT_ZONE
from services.reporting.figures.document import goal_text
from services.reporting.figures.models import FiguresView, FigureView, SubjectView
from services.reporting.figures.registry import figures
from services.reporting.figures.words import Naming
from services.reporting.figures.workbook_forms import Forms, Numbers, value_form, write_heads

HEADS = (
    "department",
    "category",
    "severity",
    "finding",
    "level",
    "product",
    "channel",
    "merchant",
    "tier",
    "kind",
    "branch",
    "pack",
    "day",
)
"""A sheet each."""
COLUMNS = (
    "tickets",
    "complaints",
    "contacts",
    "completion_rate",
    "resolution_rate",
    "answer_in_time",
    "answer_on_target",
    "answer_hours",
    "overdue",
    "escalations",
    "rectifications",
    "substantiated",
    "forms_complete",
    "revisit_rate",
    "satisfaction",
    "weak_scores",
    "promises_kept",
    "connection_rate",
    "within_20_seconds",
    "entered_in_week",
    "branch_weeks",
)
"""Of each head, as far as anything counts for them."""
SUMMED = (
    ("指标", 30),
    ("数值", 12),
    ("分子", 12),
    ("分母", 12),
    ("目标", 10),
    ("达标", 8),
    ("条款", 26),
    ("上次报送", 12),
)
"""The last where the newest report of the period said something else."""
DEFINED = (("指标", 26), ("条款", 20), ("口径", 70), ("Definition", 70))
LISTED = ("department", "kind", "category", "severity", "product", "channel", "tier", "status")
"""Of the register what may leave the system (H-03, H-31): who it is and what they said may not."""
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""What people wrote stays text, whatever it begins with."""


def monthly_workbook(
    views: Mapping[str | None, FiguresView],
    published: Sequence[SubjectView],
    register: Sequence[SubjectView],
    naming: Naming,
) -> bytes:
    """The bytes of the file; `views` by head, None for the whole; `published` reached level 4."""
    stream = io.BytesIO()
    whole = views[None]
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": _title(whole), "created": whole.as_of.astimezone(UTC)})
        forms = Forms.of(book)
        _summary(book.add_worksheet("汇总"), whole, naming, forms)
        if register:
            _listed(
                book.add_worksheet("登记表"), "当日登记表（含当日补录）", register, naming, forms
            )
        for head in HEADS:
            sheet = book.add_worksheet(f"按{naming.head(head)}")
            _grouped(sheet, views[head], head, naming, forms)
        title = "超时升至四级、须公布的工单"
        _listed(book.add_worksheet("四级督办公布"), title, published, naming, forms)
        _definitions(book.add_worksheet("统计口径"), forms)
    return stream.getvalue()


def _title(view: FiguresView) -> str:
    unit = {"month": "月报", "week": "周报", "day": "日报"}[view.period.unit]
    return f"客户服务统计{unit} {view.period.name}"


def print_well(sheet: Worksheet, head_row: int) -> None:
    """Broad, its heads on every page and in sight, and page numbers below."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head_row)
    sheet.freeze_panes(head_row + 1, 1)
    sheet.hide_gridlines(2)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")


def _summary(sheet: Worksheet, view: FiguresView, naming: Naming, forms: Forms) -> None:
    period = view.period
    sheet.write_string(0, 0, _title(view), forms.title)
    as_of = view.as_of.astimezone(ZoneInfo(DEFAULT_ZONE))
    made = f"统计期间 {period.first} 至 {period.last}，数据截至 {as_of:%Y-%m-%d %H:%M}"
    sheet.write_string(1, 0, made, forms.fine)
    write_heads(sheet, 3, SUMMED, forms)
    shown = [one for one in view.figures if one.above or one.below]
    was = {one.figure: one.was for one in view.restated}
    for row, one in enumerate(shown, 4):
        _summed(sheet, row, one, naming, forms)
        if one.name in was:
            _write_value(sheet, (row, len(SUMMED) - 1), one, was[one.name], forms)
    print_well(sheet, 3)


def _summed(sheet: Worksheet, row: int, one: FigureView, naming: Naming, forms: Forms) -> None:
    """A figure's line."""
    sheet.write_string(row, 0, naming.say(one.title), forms.text)
    _write_value(sheet, (row, 1), one, one.value, forms)
    if one.unit != "count":
        sheet.write_number(row, 2, one.above, forms.decimal)
        sheet.write_number(row, 3, one.below, forms.count)
    sheet.write_string(row, 4, goal_text(figures()[one.name], one.goal), forms.text)
    met = {True: "是", False: "否", None: ""}[one.meets_goal]
    sheet.write_string(row, 5, met, forms.bad if one.meets_goal is False else forms.text)
    sheet.write_string(row, 6, " ".join(one.clauses), forms.text)


def _write_value(
    sheet: Worksheet,
    place: tuple[int, int],
    figure: FigureView,
    value: float | None,
    forms: Numbers,
) -> None:
    form = value_form(figure, forms)
    if value is None:
        sheet.write_blank(*place, None, form)
    else:
        sheet.write_number(*place, value, form)


def _grouped(sheet: Worksheet, view: FiguresView, head: str, naming: Naming, forms: Forms) -> None:
    by_name = {one.name: one for one in view.figures}
    columns = [by_name[name] for name in COLUMNS if _is_told_by(by_name[name])]
    values = dict.fromkeys(group.group for one in columns for group in one.groups)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, max(len(columns), 1), 13)
    sheet.write_string(0, 0, f"{_title(view)} · 按{naming.head(head)}", forms.title)
    sheet.write_string(2, 0, naming.head(head), forms.head)
    for row, value in enumerate(_in_order(values), 3):
        sheet.write_string(row, 0, naming.value(head, value), forms.text)
    rows = {value: row for row, value in enumerate(_in_order(values), 3)}
    for column, one in enumerate(columns, 1):
        sheet.write_string(2, column, naming.say(one.title), forms.head)
        for group in one.groups:
            _write_value(sheet, (rows[group.group], column), one, group.value, forms)
        _write_value(sheet, (3 + len(rows), column), one, one.value, forms.total)
    sheet.write_string(3 + len(rows), 0, "合计", forms.total.text)
    print_well(sheet, 2)


def _is_told_by(figure: FigureView) -> bool:
    """Whether the head says anything about it: calls have no department, say."""
    return any(group.group is not None for group in figure.groups)


def _in_order(values: Mapping[str | None, None]) -> list[str | None]:
    """Those without a value last."""
    return sorted(values, key=lambda one: (one is None, one or ""))


def _listed(
    sheet: Worksheet,
    title: str,
    listed: Sequence[SubjectView],
    naming: Naming,
    forms: Forms,
) -> None:
    """Tickets, a line each."""
    sheet.write_string(0, 0, title, forms.title)
    heads = (("工单号", 22), ("来访日期", 14), *((naming.head(one), 14) for one in LISTED))
    write_heads(sheet, 2, heads, forms)
    for row, one in enumerate(listed, 3):
        told = [one.number or one.subject, one.day]
        told += [naming.value(head, one.heads.get(head)) for head in LISTED]
        for column, text in enumerate(told):
            sheet.write_string(row, column, text, forms.text)
    print_well(sheet, 2)


def _definitions(sheet: Worksheet, forms: Forms) -> None:
    sheet.write_string(0, 0, "统计口径", forms.title)
    write_heads(sheet, 2, DEFINED, forms)
    for row, one in enumerate(figures().values(), 3):
        told = (one.title.zh, " ".join(one.clauses), one.definition.zh, one.definition.en)
        for column, text in enumerate(told):
            sheet.write_string(row, column, text, forms.wrapped)
    print_well(sheet, 2)
