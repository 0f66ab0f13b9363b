"""How the cells of a workbook look."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.reporting.figures.models import FigureView

FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
LINE = {**FONT, "bottom": 1, "bottom_color": "#D8DDE5"}
NUMBERS = {
    "count": "#,##0",
    "decimal": "#,##0.##",
    "share": "0.0%",
    "hours": '0.00" 小时"',
    "minutes": '0.00" 分钟"',
    "points": '0.00" 分"',
}


@dataclass(frozen=True)
class Numbers:
    """The same figures in a row of sums are bold."""

    text: Format
    count: Format
    decimal: Format
    share: Format
    hours: Format
    minutes: Format
    points: Format


@dataclass(frozen=True)
class Forms(Numbers):
    """Every form of a book."""

    title: Format
    fine: Format
    head: Format
    bad: Format
    wrapped: Format
    total: Numbers

    @classmethod
    def of(cls, book: Workbook) -> "Forms":
        """Made once a book: each is a style of its own in the file."""

        def made(**looks: Any) -> Format:  # noqa: ANN401 - xlsxwriter's
            return book.add_format({**LINE, **looks})

        bold = {"bold": True, "top": 1}
        return cls(
            text=made(),
            **{name: made(num_format=form) for name, form in NUMBERS.items()},
            title=book.add_format({**FONT, "font_size": 15, "bold": True}),
            fine=book.add_format({**FONT, "font_color": "#546072"}),
            head=made(
                bold=True, bg_color="#1D5C9F", font_color="#FFFFFF", text_wrap=True, align="center"
            ),
            bad=made(font_color="#AD241C", bold=True),
            wrapped=made(text_wrap=True, valign="top"),
            total=Numbers(
                text=made(**bold),
                **{name: made(num_format=form, **bold) for name, form in NUMBERS.items()},
            ),
        )


def value_form(figure: FigureView, forms: Numbers) -> Format:
    """By the figure's unit, and what a mean is measured in."""
    match figure.unit:
        case "count":
            return forms.count
        case "share":
            return forms.share
        case "mean":
            return {"h": forms.hours, "min": forms.minutes}.get(
                figure.measured_in or "", forms.points
            )


def write_heads(
    sheet: Worksheet, row: int, heads: Iterable[tuple[str, float]], forms: Forms
) -> None:
    """What stands above each column, and how broad the column is."""
    for column, (text, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, text, forms.head)
