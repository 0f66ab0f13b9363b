"""Care per order over HTTP: one key moment, its tasks, and who is called for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID

import pytest
from httpx import Response

from services.revisit.bootstrap import Revisit
from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from shared.contracts.revisit import OutboundTaskCreated
from tests.unit.support.desk import Desk, code_of, open_desk
from tests.unit.support.examples import AT, HOUR

TASKS = "/revisit/v1/outbound-tasks"
CUSTOMER = str(UUID(int=5))
DEPARTURE = "2026-11-28T14:30:00+08:00"
NO_ANSWER = {"channel": "phone", "outcome": "no_answer"}
DAY = 24 * HOUR


class TravelDesk(Desk[Revisit]):
    """One running revisit; its keys go by the travel platform's pack."""

    pack = "travel-platform"

    async def depart(self, key: str = "a", **body: object) -> Response:
        """The key moment."""
        whole = {"customer_ref": CUSTOMER, "moment": "departure", "due": DEPARTURE, **body}
        return await self.client.post(TASKS, json=whole, headers={"Idempotency-Key": key})

    async def attempt(self, task: dict[str, str], **body: object) -> Response:
        url = f"{TASKS}/{task['task_id']}/attempts"
        return await self.client.post(url, json=NO_ANSWER | body)


class TourDesk(TravelDesk):
    """The same under a pack of the operator's own."""

    pack = "tours"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[TravelDesk]:
    async with open_desk(TravelDesk, create_app, HANDLERS, tmp_path, AT) as desk:
        yield desk


async def test_one_departure_is_three_tasks_each_due_on_its_day(desk: TravelDesk) -> None:
    """T-12."""
    answer = await desk.depart()
    assert answer.status_code == 201, answer.text
    first, *others = answer.json()["planned"]
    assert answer.headers["location"] == f"{TASKS}/{first['task_id']}"
    assert {name: answer.json()[name] for name in first} == first
    told = [
        (one["moment"], one["planned_for"], one["channel"], one["due_at"])
        for one in (first, *others)
    ]
    assert told == [
        ("arrival-confirmation", "departure", "phone", "2026-11-26T13:00:00Z"),
        ("departure-call", "departure", "phone", "2026-11-28T06:30:00Z"),
        ("departure-sms", "departure", "sms", "2026-11-28T06:30:00Z"),
    ]
    listed = await desk.items(TASKS, customer_ref=CUSTOMER)
    assert listed[0]["task_id"] == first["task_id"]
    assert {one["task_id"] for one in listed} == {one["task_id"] for one in (first, *others)}


async def test_asking_again_gets_the_first_answer_and_makes_no_other_task(
    desk: TravelDesk,
) -> None:
    """T-12."""
    first = await desk.depart()
    for task in first.json()["planned"]:
        assert (await desk.attempt(task, channel="sms")).status_code == 200
    desk.clock.time = AT + 30 * DAY
    again = await desk.depart()
    assert again.headers["idempotent-replay"] == "true"
    assert again.content == first.content
    assert len(await desk.heard.said(OutboundTaskCreated)) == 3
    other = await desk.depart(due="2026-11-29T14:30:00+08:00")
    assert code_of(other) == (422, "idempotency-key-reused")
    assert len(await desk.heard.said(OutboundTaskCreated)) == 3


async def test_of_two_at_the_same_moment_both_get_the_same_three_tasks(desk: TravelDesk) -> None:
    """T-12."""
    answers = await asyncio.gather(*(desk.depart() for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await desk.heard.said(OutboundTaskCreated)) == 3


PLAN = """
extends: travel-platform
name: tours
version: 1
outbound:
  plans:
    departure: [{ moment: arrival-confirmation, days_before: 2 }, %s]
"""


async def test_who_asks_again_after_a_crash_completes_the_set(tmp_path: Path) -> None:
    """T-12: as if it had stopped after the first task, of which the key's row stands."""

    def opened(more: str) -> AbstractAsyncContextManager[TourDesk]:
        text = PLAN % more
        return open_desk(TourDesk, create_app, HANDLERS, tmp_path, AT, tours=text)

    async with opened("") as desk:
        [first] = (await desk.depart()).json()["planned"]
    async with opened("{ moment: call, days_before: 0 }, { moment: sms, days_before: 0 }") as desk:
        desk.clock.time = AT + 30 * DAY
        answers = [(await desk.depart()).json()["planned"] for _ in range(2)]
        assert answers[0] == answers[1]
        assert answers[0][0] == first
        assert [one["moment"] for one in answers[0]] == ["arrival-confirmation", "call", "sms"]
        assert {one["created_at"] for one in answers[0]} == {first["created_at"]}
        assert len(await desk.heard.said(OutboundTaskCreated)) == 3


async def test_a_departure_says_when(desk: TravelDesk) -> None:
    """T-12."""
    assert code_of(await desk.depart(due=None)) == (409, "due-missing")
    over = await desk.depart(due="2026-11-23T10:00:00+08:00")
    assert code_of(over) == (409, "implausible-due")
    assert await desk.heard.log() == []


async def test_an_exempt_departure_is_three_suppressed_tasks(desk: TravelDesk) -> None:
    """M-02, T-12."""
    planned = (await desk.depart(exempt=True)).json()["planned"]
    assert [one["state"] for one in planned] == ["suppressed"] * 3


async def test_the_message_is_no_call_and_the_calls_fit(desk: TravelDesk) -> None:
    """M-04, T-12: two calls a day, at no time at which people sleep."""
    planned = (await desk.depart()).json()["planned"]
    desk.clock.time = AT + 5 * DAY
    for task in planned[:2]:
        assert (await desk.attempt(task)).status_code == 200
    assert code_of(await desk.attempt(planned[1], outcome="refused")) == (
        409,
        "contacted-too-often",
    )
    assert (await desk.attempt(planned[2], channel="sms", outcome="reached")).status_code == 200
    desk.clock.time += 12 * HOUR
    night = await desk.attempt(planned[2], channel="sms", outcome="reached")
    assert code_of(night) == (409, "outside-calendar")


async def test_any_other_moment_of_a_traveller_is_one_task(desk: TravelDesk) -> None:
    answer = await desk.depart(moment="lost-luggage", due=None)
    assert "planned" not in answer.json()
    assert answer.json()["due_at"] == "2026-11-24T02:00:00Z"
