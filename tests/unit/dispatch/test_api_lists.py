"""Work orders as dispatch lists them."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from shared.contracts.terms import Tier
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import RECTIFICATION, W2
from tests.unit.support.desk import code_of
from tests.unit.support.examples import (
    AT,
    CASE,
    CLOCK_STARTED,
    HOUR,
    REGISTERED,
    T,
)


async def test_the_list_shows_the_version_that_a_later_round_is_at(desk: WorkDesk) -> None:
    """What is written on an earlier round's form makes the next round no stale one."""
    await desk.post("acceptance", {})
    await desk.heard.hear(RECTIFICATION)
    await desk.post("contact-attempts", {"channel": "phone", "outcome": "no_answer"})
    listed = [one["version"] for one in await desk.items(WORK_ORDERS, ticket_id=T)]
    assert (listed, (await desk.show(order=W2)).headers["etag"]) == ([4, 4], '"4"')


async def register(desk: WorkDesk, number: int, tier: Tier, hours: int) -> None:
    ticket_id = UUID(int=number)
    case = msgspec.structs.replace(CASE, tier=tier)
    await desk.heard.hear(
        msgspec.structs.replace(REGISTERED, ticket_id=ticket_id, case=case),
        msgspec.structs.replace(CLOCK_STARTED, ticket_id=ticket_id, due_at=AT + hours * HOUR),
    )


async def test_a_list_is_by_tier_then_due_time_page_by_page(desk: WorkDesk) -> None:
    """U-09."""
    await register(desk, 1, "standard", 5)
    await register(desk, 2, "supreme", 9)
    await register(desk, 3, "gold", 4)
    await register(desk, 4, "gold", 2)
    whole = [item["ticket_id"] for item in await desk.items(WORK_ORDERS)]
    assert whole == [*(str(UUID(int=number)) for number in (2, 4, 3, 1)), str(T)]
    keys = desk.key("pan", "tickets:read", departments=("billing", "key-accounts"))
    paged = await desk.pages(f"{WORK_ORDERS}?limit=2", keys)
    found = [item["ticket_id"] for item in paged]
    assert found == whole


async def test_a_list_is_narrowed_by_what_is_asked(desk: WorkDesk) -> None:
    await register(desk, 1, "gold", 5)
    await desk.heard.hear(RECTIFICATION)
    await desk.do("acceptance", {"handler": "sun-yue"})
    assert {one["round"] for one in await desk.items(WORK_ORDERS, ticket_id=T)} == {1, 2}
    counts: list[tuple[dict[str, Any], int]] = [
        ({"handler": "sun-yue"}, 1),
        ({"state": "accepted"}, 1),
        ({"state": "refused"}, 0),
        ({"tier": "gold"}, 1),
        ({"department": "billing"}, 3),
        ({"department": "field-service"}, 0),
        ({"due_before": (AT + 5 * HOUR).isoformat()}, 0),
        ({"due_before": "2026-11-23T15:00:00.000001+08:00"}, 1),
        ({"due_before": "0001-01-01T00:00:00Z"}, 0),
        ({"due_before": "9999-12-31T23:59:59.999999Z"}, 1),
    ]
    for query, count in counts:
        assert len(await desk.items(WORK_ORDERS, **query)) == count, query


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 501},
        {"state": "lost"},
        {"ticket_id": "x"},
        {"due_before": "2026-11-23T02:00:00"},
        {"due_before": "0001-01-01T00:00:00+14:00"},
        {"cursor": "x"},
        {"colour": "red"},
    ],
)
async def test_a_query_of_another_form_is_refused(desk: WorkDesk, query: dict[str, Any]) -> None:
    answer = await desk.client.get(WORK_ORDERS, params=query)
    assert code_of(answer) == (422, "malformed")
