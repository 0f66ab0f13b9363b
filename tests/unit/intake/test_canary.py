"""The system's own ticket: one an interval, and none left open behind it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.intake.bootstrap import Intake
from services.intake.canary import post_canary, posting
from services.intake.domain.stages import Open, Withdrawn
from services.intake.rows import CANARIES
from shared.canary import CANARY, canary_id
from shared.event_store import StoreUnavailableError
from shared.settings import Settings
from tests.unit.intake.service import FrontDesk, open_front_desk
from tests.unit.support.examples import AT
from tests.until import until

EVERY = timedelta(minutes=5)
FIRST, SECOND = AT, AT + EVERY


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def post(desk: FrontDesk, *intervals: datetime) -> None:
    for begins_at in intervals:
        await post_canary(desk.heard.service, begins_at, EVERY)


async def state(desk: FrontDesk, begins_at: datetime) -> tuple[type, int]:
    ticket, version = await desk.heard.service.tickets.load(canary_id(begins_at, EVERY))
    return type(ticket), version


async def left_open(desk: FrontDesk) -> tuple[UUID, ...]:
    row = await desk.heard.service.core.store.get(CANARIES, CANARY)
    return row.ticket_ids if row else ()


async def test_two_instances_post_one_canary_an_interval(desk: FrontDesk) -> None:
    await post(desk, FIRST, FIRST)
    assert await state(desk, FIRST) == (Open, 1)
    assert await left_open(desk) == (canary_id(FIRST, EVERY),)


async def test_the_next_one_takes_back_the_one_before_it(desk: FrontDesk) -> None:
    await post(desk, FIRST, SECOND)
    assert await state(desk, FIRST) == (Withdrawn, 2)
    assert await state(desk, SECOND) == (Open, 1)
    assert await left_open(desk) == (canary_id(SECOND, EVERY),)


async def test_an_instance_whose_clock_is_behind_neither_posts_again_nor_takes_back_the_newer(
    desk: FrontDesk,
) -> None:
    await post(desk, FIRST, SECOND, FIRST)
    assert await state(desk, FIRST) == (Withdrawn, 2)
    assert await state(desk, SECOND) == (Open, 1)
    assert await left_open(desk) == (canary_id(SECOND, EVERY),)


async def test_nothing_stays_open_after_another_interval_was_chosen(desk: FrontDesk) -> None:
    """And after an outage: whatever is open is known by name, not by the time."""
    await post(desk, FIRST)
    service, later = desk.heard.service, FIRST + 1000 * EVERY
    await post_canary(service, later, 2 * EVERY)
    assert await left_open(desk) == (canary_id(later, 2 * EVERY),)
    assert await state(desk, FIRST) == (Withdrawn, 2)


async def test_a_canary_is_no_customer_and_stands_in_no_list(desk: FrontDesk) -> None:
    await post(desk, FIRST)
    assert await desk.items("/intake/v1/tickets") == []
    answer = await desk.client.get(f"/intake/v1/tickets/{canary_id(FIRST, EVERY)}")
    assert answer.status_code == 404


async def test_one_that_cannot_be_stored_is_tried_again_until_it_is(
    desk: FrontDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    async def unavailable_at_first(intake: Intake, begins_at: datetime, every: timedelta) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise StoreUnavailableError("busy")
        await post_canary(intake, begins_at, every)

    monkeypatch.setattr("services.intake.canary.PAUSE", 0)
    monkeypatch.setattr("services.intake.canary.post_canary", unavailable_at_first)
    service = desk.heard.service
    settings = Settings(data=service.core.settings.data, canary_seconds=300)
    async with posting(replace(service, core=replace(service.core, settings=settings))):

        async def is_posted() -> bool:
            return bool(await left_open(desk))

        await until(is_posted, "a canary is posted", every=0.001)
    assert tries == 3


async def test_without_an_interval_none_is_posted(desk: FrontDesk) -> None:
    async with posting(desk.heard.service):
        await asyncio.sleep(0)
    assert await left_open(desk) == ()
