"""Revisits as they are listed, in the order of calling."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import pytest

from tests.unit.revisit.desk import REVISITS, CallDesk
from tests.unit.revisit.examples import CLOCK_STARTED
from tests.unit.support.desk import code_of
from tests.unit.support.examples import DUE_AT, NOTIFIED, T

if TYPE_CHECKING:
    from shared.contracts.terms import Tier


async def test_the_list_shows_the_version_that_a_command_must_name(desk: CallDesk) -> None:
    await desk.conclude({"solved": False})
    await desk.heard.hear(msgspec.structs.replace(NOTIFIED, round=2))
    for item in await desk.items(REVISITS, ticket_id=T):
        one = await desk.client.get(f"{REVISITS}/{item['revisit_id']}")
        assert one.headers["etag"] == f'"{item["version"]}"' == '"4"'


async def test_a_list_is_in_the_order_of_calling_page_by_page(desk: CallDesk) -> None:
    """U-09."""
    tiers: tuple[Tier, ...] = ("gold", "supreme", "gold")
    for number, tier in enumerate(tiers, 1):
        await desk.told(UUID(int=number), tier)
    due_first = msgspec.structs.replace(CLOCK_STARTED, ticket_id=UUID(int=3))
    await desk.heard.hear(due_first)
    desk_of_two = desk.key("clerk", "tickets:read", departments=("billing", "field-service"))
    for headers in (None, desk_of_two):
        items = await desk.pages(f"{REVISITS}?limit=1", headers)
        seen = [UUID(item["ticket_id"]) for item in items]
        assert seen == [UUID(int=2), UUID(int=3), UUID(int=1), T]


async def test_a_list_is_narrowed_by_what_is_asked(desk: CallDesk) -> None:
    await desk.told(UUID(int=1), "gold")
    await desk.heard.hear(CLOCK_STARTED)
    await desk.attempt()
    assert [one["ticket_id"] for one in await desk.items(REVISITS, state="in_progress")] == [str(T)]
    assert [one["ticket_id"] for one in await desk.items(REVISITS, tier="gold")] == [
        str(UUID(int=1))
    ]
    assert [one["ticket_id"] for one in await desk.items(REVISITS, ticket_id=T, state="due")] == []
    later = DUE_AT + timedelta(seconds=1)
    assert [
        one["ticket_id"] for one in await desk.items(REVISITS, due_before=later.isoformat())
    ] == [str(T)]
    assert await desk.items(REVISITS, due_before=DUE_AT.isoformat()) == []
    assert await desk.items(REVISITS, due_before="0001-01-01T00:00:00Z") == []
    assert len(await desk.items(REVISITS, due_before="2026-11-26T17:30:01+08:00")) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 501},
        {"state": "open"},
        {"colour": "red"},
        {"cursor": "xyz"},
        {"cursor": "WyJhIiwiYiJd"},
        {"due_before": "2026-11-26T09:30:00"},
        {"due_before": "0001-01-01T00:00:00+14:00"},
    ],
)
async def test_a_query_of_another_form_is_refused(desk: CallDesk, query: dict[str, Any]) -> None:
    assert code_of(await desk.client.get(REVISITS, params=query)) == (422, "malformed")
