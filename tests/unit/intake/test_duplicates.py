"""What a registration says of other tickets that may be about the same matter."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.intake.service import COMPLAINT, TICKETS, FrontDesk, open_front_desk
from tests.unit.support.examples import AT


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def ticket(desk: FrontDesk, key: str, **changes: object) -> dict[str, Any]:
    registered: dict[str, Any] = (await desk.register(key, **changes)).json()
    return registered


async def named(desk: FrontDesk, key: str, **changes: object) -> list[str]:
    """The ids that the answer to another registration names."""
    return [
        one["ticket_id"]
        for one in (await ticket(desk, key, **changes)).get("possible_duplicates", [])
    ]


async def test_the_first_ticket_of_a_customer_has_no_duplicates(desk: FrontDesk) -> None:
    assert "possible_duplicates" not in await ticket(desk, "a")


async def test_the_same_matter_again_names_the_open_tickets_newest_first(desk: FrontDesk) -> None:
    first = await ticket(desk, "a", received_at=(AT - timedelta(days=30)).isoformat())
    second = await ticket(desk, "b", received_at=(AT - timedelta(days=1)).isoformat())
    third = await ticket(desk, "c")
    assert third["possible_duplicates"] == [
        {"ticket_id": one["ticket_id"], "number": one["number"]} for one in (second, first)
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"product": "tv"},
        {"category": "network"},
        {"customer": {"name": "张晓明", "phone": "13912345678"}},
        {"received_at": (AT - timedelta(days=30, seconds=1)).isoformat()},
    ],
)
async def test_another_matter_customer_or_month_is_no_duplicate(
    desk: FrontDesk, other: dict[str, object]
) -> None:
    await ticket(desk, "a", **other)
    assert await named(desk, "b") == []


async def test_what_came_later_than_a_late_entry_is_no_duplicate_of_it(desk: FrontDesk) -> None:
    await ticket(desk, "a")
    assert await named(desk, "b", received_at=(AT - timedelta(days=1)).isoformat()) == []


async def test_what_has_ended_is_no_duplicate(desk: FrontDesk) -> None:
    first = await ticket(desk, "a")
    at = f"{TICKETS}/{first['ticket_id']}"
    await desk.client.post(f"{at}/withdrawal", json={"reason": "x"})
    assert await named(desk, "b") == []


async def test_another_clients_ticket_is_not_named(desk: FrontDesk) -> None:
    foreign = {**desk.key("shop", "tickets:write"), "Idempotency-Key": "a"}
    await desk.client.post(TICKETS, json=COMPLAINT, headers=foreign)
    assert await named(desk, "b") == []


async def test_at_most_ten_are_named(desk: FrontDesk) -> None:
    for number in range(11):
        await ticket(desk, f"k{number}")
    assert len(await named(desk, "b")) == 10


async def test_a_replay_names_what_the_first_answer_named(desk: FrontDesk) -> None:
    first = await ticket(desk, "a")
    answer = await desk.register("b")
    at = f"{TICKETS}/{first['ticket_id']}"
    await desk.client.post(f"{at}/withdrawal", json={"reason": "x"})
    again = await desk.register("b")
    assert again.headers["idempotent-replay"] == "true"
    assert again.content == answer.content
    assert again.json()["possible_duplicates"]


async def test_a_batch_names_them_too(desk: FrontDesk) -> None:
    items = [{**COMPLAINT, "external_id": one} for one in ("CRM-1", "CRM-2")]
    answer = await desk.client.post(f"{TICKETS}:batch", json={"items": items})
    first, second = (one["ticket"] for one in answer.json()["items"])
    assert [one["ticket_id"] for one in second["possible_duplicates"]] == [first["ticket_id"]]
