"""`huiyin subjects`, `causes` and `figures --output`, asked of the service itself."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.reporting.test_reports import COMPLETED
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.cli import Huiyin, huiyin_at
from tests.unit.support.examples import HOUR, NUMBER, OFFERED, REGISTERED, T

WHEN = ("--day", "2026-11-23")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """One ticket of billing."""
    async with open_any("reporting", tmp_path) as desk:
        await desk.read("intake", REGISTERED)
        await desk.read("dispatch", OFFERED)
        yield desk


@pytest.fixture
def huiyin(desk: AnyDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Huiyin:
    return huiyin_at(desk, monkeypatch, tmp_path)


async def test_the_tickets_behind_a_figure_are_listed_by_the_name_that_figures_shows(
    huiyin: Huiyin,
) -> None:
    """U-15."""
    shown = await huiyin("figures", *WHEN)
    assert "  tickets  " in shown
    told = await huiyin("subjects", "tickets", *WHEN)
    assert NUMBER in told
    assert "billing" in told
    assert "1 / 1" in told
    [item] = json.loads(await huiyin("subjects", "tickets", *WHEN, "--json"))["items"]
    assert item["subject"] == str(T)


async def test_they_are_narrowed_by_one_value_of_a_head(huiyin: Huiyin) -> None:
    for of, is_there in (("department=billing", True), ("department=field-service", False)):
        told = await huiyin("subjects", "tickets", *WHEN, "--of", of)
        assert (NUMBER in told) is is_there, of
        assert ("Nothing counts for it." in told) is not is_there
    assert "Nothing counts" in await huiyin("subjects", "tickets", *WHEN, "--of", "department=")
    wrong = await huiyin("subjects", "tickets", "--of", "billing", code=2)
    assert wrong.strip() == "--of takes a head and its value, like department=billing."


async def test_a_figure_that_there_is_not_is_said_with_where_names_are(huiyin: Huiyin) -> None:
    for command in ("subjects", "causes"):
        told = await huiyin(command, "happiness", code=1)
        assert told.strip() == "There is no figure happiness: `huiyin figures` shows their names."


async def test_what_changed_a_figure_since_it_was_reported_is_told(
    huiyin: Huiyin, desk: AnyDesk
) -> None:
    """T-10."""
    assert "Nothing has changed it" in await huiyin("causes", "completion_rate", *WHEN)
    await huiyin("reports", "build", "day", "--period", WHEN[1])
    desk.clock.time += HOUR
    await desk.read("dispatch", COMPLETED)
    told = await huiyin("causes", "completion_rate", *WHEN)
    assert "work-order-completed" in told
    assert re.search(rf"{NUMBER} .* 0 / 1 +1 / 1", told)


async def test_the_figures_are_written_as_the_page_gives_them(
    huiyin: Huiyin, tmp_path: Path
) -> None:
    await huiyin("figures", *WHEN, "-o", "day.csv")
    assert (tmp_path / "day.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    await huiyin("figures", "--month", "2026-11", "--output", "month.xlsx")
    assert (tmp_path / "month.xlsx").read_bytes().startswith(b"PK")
    for options in ((*WHEN, "-o", "day.xlsx"), ("-o", "month.pdf")):
        told = await huiyin("figures", *options, code=2)
        assert ".csv" in told
