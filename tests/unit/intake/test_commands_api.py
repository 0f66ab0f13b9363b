"""What the routes of a ticket's commands add to what was decided."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from httpx import Response

from tests.unit.intake.service import TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def test_a_supplement_leaves_its_text_in_the_vault(desk: FrontDesk) -> None:
    """U-11."""
    at = (await desk.register("a")).headers["location"]
    body = {"content": "再不处理就找媒体", "repeat": True, "publicity_threat": True}
    done = await desk.client.post(f"{at}/supplements", json=body)
    assert (done.status_code, done.json()["status"], done.json()["version"]) == (
        200,
        "registered",
        2,
    )
    logged = await desk.heard.service.core.store.read_log(0)
    assert "媒体".encode() not in logged[-1].event.state


async def test_a_reclassified_ticket_shows_and_is_found_by_the_new_values(desk: FrontDesk) -> None:
    at = (await desk.register("a", category="billing")).headers["location"]
    body = {"severity": "complex", "kind": "fault_report", "reason": "多户受影响"}
    done = await desk.client.post(f"{at}/reclassification", json=body, headers={"If-Match": '"1"'})
    assert done.status_code == 200
    shown = (await desk.client.get(at)).json()
    assert (shown["severity"], shown["kind"], shown["category"]) == (
        "complex",
        "fault_report",
        "billing",
    )
    assert len(await desk.items(TICKETS, severity="complex")) == 1


async def test_a_reclassification_without_a_value_is_refused(desk: FrontDesk) -> None:
    at = (await desk.register("a")).headers["location"]
    answer = await desk.client.post(
        f"{at}/reclassification", json={"reason": "x"}, headers={"If-Match": '"1"'}
    )
    assert code_of(answer) == (422, "malformed")


async def two(desk: FrontDesk, **changes: object) -> tuple[str, str]:
    """The places of two tickets; what is given tells the second from the first."""
    answers = [await desk.register("a"), await desk.register("b", **changes)]
    return answers[0].headers["location"], answers[1].headers["location"]


async def merge(desk: FrontDesk, at: str, into: str) -> Response:
    body = {"into": into.rpartition("/")[2]}
    return await desk.client.post(f"{at}/merge", json=body, headers={"If-Match": '"1"'})


async def test_a_merged_ticket_says_into_which_one(desk: FrontDesk) -> None:
    first, second = await two(desk)
    done = await merge(desk, first, second)
    assert (done.status_code, done.json()["status"]) == (200, "merged")
    shown = (await desk.client.get(first)).json()
    assert (shown["status"], shown["merged_into"]) == ("merged", second.rpartition("/")[2])
    assert len(await desk.items(TICKETS, status="merged")) == 1


async def test_what_is_merged_takes_no_other_ticket_in(desk: FrontDesk) -> None:
    first, second = await two(desk)
    await merge(desk, first, second)
    assert code_of(await merge(desk, second, first)) == (409, "merge-target-not-open")


async def test_of_two_that_are_merged_into_each_other_at_once_one_goes_on(desk: FrontDesk) -> None:
    first, second = await two(desk)
    answers = await asyncio.gather(merge(desk, first, second), merge(desk, second, first))
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert {(await desk.client.get(at)).json()["status"] for at in (first, second)} == {
        "registered",
        "merged",
    }


async def test_a_withdrawn_ticket_takes_no_other_in(desk: FrontDesk) -> None:
    first, second = await two(desk)
    await desk.client.post(f"{second}/withdrawal", json={"reason": "x"})
    assert code_of(await merge(desk, first, second)) == (409, "merge-target-not-open")


async def test_another_customers_ticket_is_not_merged(desk: FrontDesk) -> None:
    first, second = await two(desk, customer={"name": "王", "phone": "13912345678"})
    assert code_of(await merge(desk, first, second)) == (409, "other-customer")


async def test_a_ticket_that_is_not_there_takes_none_in(desk: FrontDesk) -> None:
    first, _ = await two(desk)
    assert code_of(await merge(desk, first, str(UUID(int=9)))) == (404, "ticket-not-found")
