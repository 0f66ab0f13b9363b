"""The monthly workbook and the table, read back as their readers' programs read them."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook

from services.reporting.figures import files
from services.reporting.figures.files import to_csv, workbook_of
from services.reporting.figures.models import SubjectsQuery
from services.reporting.figures.registry import figures
from services.reporting.figures.subjects import read_subjects
from services.reporting.figures.words import Naming
from tests.unit.reporting.histories import world
from tests.unit.reporting.telling import wire
from tests.unit.reporting.test_figures import EVERYTHING, NOVEMBER, hear, listening, november

EVIL = "=HYPERLINK(1)"


@pytest.fixture
async def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The workbook, the table, and the figures that they are of."""
    monkeypatch.setattr(files, "AT_ONCE", 1)
    told = world(9, 12)
    told.tasks.clear()
    for story in told.tickets:
        story.merchant = EVIL if story.merchant == "m-1" else story.merchant
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(told).interleaved(9))
        content = await workbook_of(reporting, EVERYTHING, NOVEMBER)
        by_merchant = await november(reporting, "merchant")
        table = to_csv(by_merchant, Naming("zh", reporting.directory))
        by_day = await november(reporting, "department")
        published, _ = await read_subjects(
            reporting.core,
            EVERYTHING,
            reporting.directory,
            figures()["published_overdue"],
            SubjectsQuery(month=NOVEMBER.name, limit=500),
            None,
        )
    book = load_workbook(io.BytesIO(content))
    return {
        "book": book,
        "table": table,
        "merchants": by_merchant,
        "departments": by_day,
        "published": published,
    }


async def test_a_month_is_a_workbook_in_chinese(made: dict[str, Any]) -> None:
    """H-22: to the deputy general manager, who reads it as it is."""
    book = made["book"]
    assert book.sheetnames[:3] == ["汇总", "按部门", "按类别"]
    assert book.sheetnames[-2:] == ["四级督办公布", "统计口径"]
    summary = book["汇总"]
    assert summary["A1"].value == "客户服务统计月报 2026-11"
    assert [cell.value for cell in summary[4]][:3] == ["指标", "数值", "分子"]
    values = {row[0].value: row[1] for row in summary.iter_rows(min_row=5)}
    shown = {one.title.zh: one for one in made["departments"].figures}
    for title, cell in values.items():
        assert cell.value == pytest.approx(shown[title].value)
    assert values["接通率"].number_format == "0.0%"
    assert values["受理工单数"].number_format == "#,##0"
    assert values["平均答复时长"].number_format == '0.00" 小时"'
    assert values["营业厅平均等候"].number_format == '0.00" 分钟"'
    assert values["满意度"].number_format == '0.00" 分"'


async def test_each_head_is_a_sheet_that_adds_up(made: dict[str, Any]) -> None:
    """H-22: by department, category, severity, result, timeliness and branch."""
    sheet = made["book"]["按部门"]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=4) if row[1].value}
    tickets = made["departments"].figures[0]
    assert sheet["B3"].value == tickets.title.zh
    named = {"billing": "计费账务部", "network": "network", "province-service": "省公司客服中心"}
    assert rows == {
        **{named[one.group]: one.value for one in tickets.groups},
        "合计": tickets.value,
    }


async def test_a_list_ends_with_the_last_ticket(made: dict[str, Any]) -> None:
    """However many reads it takes."""
    listed = [row[0].value for row in made["book"]["四级督办公布"].iter_rows(min_row=4)]
    assert listed == [one.number for one in made["published"]]
    assert len(listed) > 1


async def test_what_people_wrote_is_text_and_never_a_formula(made: dict[str, Any]) -> None:
    cells = [cell for row in made["book"]["按商户"].iter_rows() for cell in row]
    assert EVIL in {cell.value for cell in cells}
    every = [cell for sheet in made["book"] for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in every} <= {"s", "n"}


async def test_every_figure_is_defined_in_the_workbook(made: dict[str, Any]) -> None:
    """U-15."""
    sheet = made["book"]["统计口径"]
    told = {row[0].value: row[2].value for row in sheet.iter_rows(min_row=4)}
    assert told == {one.title.zh: one.definition.zh for one in made["departments"].figures}


async def test_a_table_is_for_spreadsheets_in_chinese_too(made: dict[str, Any]) -> None:
    content = made["table"]
    assert content.startswith("\ufeffperiod,".encode())
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    tickets = made["merchants"].figures[0]
    mine = {row["group"]: float(row["value"]) for row in rows if row["figure"] == "tickets"}
    assert mine[""] == tickets.value
    assert mine[f"'{EVIL}"] == next(one.value for one in tickets.groups if one.group == EVIL)
    assert "(未填)" in mine
