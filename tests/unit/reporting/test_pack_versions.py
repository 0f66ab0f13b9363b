"""Reporting counts and shows a ticket by the version of the pack that it carries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid5

import msgspec
from structlog.testing import capture_logs

from services.reporting.figures.rows import ROWS
from services.reporting.handlers import on_record
from services.reporting.main import create_app
from services.reporting.projections import RECORDS
from shared.contracts.terms import Event
from shared.tables import Query
from tests.unit.support.any_desk import TRANSPORTS
from tests.unit.support.desk import Desk, open_desk
from tests.unit.support.examples import AT, CASE, REGISTERED, T
from tests.unit.support.published import published, second_version

ELSEWHERE = published(second_version("hotline-400", zone="America/New_York"), AT)
NEWER = msgspec.structs.replace(
    REGISTERED,
    ticket_id=uuid5(T, "other"),
    case=msgspec.structs.replace(CASE, pack_version=2),
)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Desk[Any]]:
    create = partial(create_app, transports=TRANSPORTS)
    async with open_desk(Desk[Any], create, {}, folder, AT) as desk:
        yield desk


async def hear(desk: Desk[Any], *events: Event) -> None:
    for event in events:
        await on_record(desk.heard.arrival(event), desk.heard.service)


async def days(desk: Desk[Any]) -> list[str]:
    """On which day each ticket counts, by its pack's zone: at home first."""
    rows = await desk.heard.service.core.store.query(Query(ROWS, limit=10))
    return sorted((str(row.day) for _, row in rows), reverse=True)


async def test_a_ticket_counts_by_the_version_that_it_carries(tmp_path: Path) -> None:
    """U-15: at the same moment it is Monday here and Sunday there."""
    async with opened(tmp_path) as desk:
        await hear(desk, ELSEWHERE, REGISTERED, NEWER)
        assert await days(desk) == ["2026-11-23", "2026-11-22"]
    async with opened(tmp_path) as desk:
        packs = desk.heard.service.core.packs
        assert packs.judging(NEWER.case).zone == "America/New_York"
        assert packs.judging(REGISTERED.case).zone == "Asia/Shanghai"


async def test_a_version_that_cannot_be_read_is_a_record_all_the_same(tmp_path: Path) -> None:
    """For auditors: what was published is kept, whoever can go by it."""
    strange = msgspec.structs.replace(
        ELSEWHERE, definition={**ELSEWHERE.definition, "moon": "full"}
    )
    async with opened(tmp_path) as desk:
        with capture_logs() as logs:
            await hear(desk, strange, REGISTERED)
        assert [one["version"] for one in logs if "cannot be read" in one["event"]] == [2]
        rows = await desk.heard.service.core.store.query(Query(RECORDS, limit=10))
        assert {row.type for _, row in rows} == {"pack-published.v1", "ticket-registered.v1"}
        assert desk.heard.service.core.packs.find("hotline-400", 2) is None
