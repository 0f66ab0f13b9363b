"""Reports go out by themselves, each once, and none before its day is over."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.reporting.punctual import next_due, send_due
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.examples import AT, REGISTERED

DAY = timedelta(days=1)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    async with open_any("reporting", tmp_path) as desk:
        yield desk


async def sent(desk: AnyDesk) -> list[str]:
    return [one.name for one in await send_due(desk.heard.service)]


async def test_each_day_week_and_month_is_sent_once_it_is_over(desk: AnyDesk) -> None:
    """H-31, T-10: the day's register daily, to the superior, without anybody asking."""
    assert await sent(desk) == []
    await desk.read("intake", REGISTERED)
    assert await sent(desk) == ["2026-10", "2026-W47", "2026-11-22"]
    assert await sent(desk) == []
    desk.clock.time = AT + DAY
    assert await sent(desk) == ["2026-11-23"]
    reports = await desk.items("/reporting/v1/reports")
    assert {(one["scope"], one["sent_to"]) for one in reports} == {("all", "shen-guoqiang")}
    desk.clock.time = datetime(2026, 11, 30, 18, tzinfo=UTC)
    assert await sent(desk) == [
        "2026-11",
        "2026-W48",
        *(f"2026-11-{day}" for day in range(24, 31)),
    ]


async def test_the_first_half_hour_belongs_to_the_day_before(desk: AnyDesk) -> None:
    await desk.read("intake", REGISTERED)
    await sent(desk)
    midnight = datetime(2026, 11, 23, 16, tzinfo=UTC)
    desk.clock.time = midnight + timedelta(minutes=20)
    assert await sent(desk) == []
    desk.clock.time = midnight + timedelta(minutes=31)
    assert await sent(desk) == ["2026-11-23"]


def test_it_is_due_half_an_hour_after_midnight_where_people_are() -> None:
    evening = datetime(2026, 11, 23, 15, tzinfo=UTC)
    due = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert next_due(evening) == due
    assert next_due(due) == due + DAY
