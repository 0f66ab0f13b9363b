"""What a branch enters: when it came in, and when it was entered, are both kept (H-21)."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.codec import unpack
from shared.contracts.intake import ContactRecorded, TicketRegistered
from tests.unit.intake.service import TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT

CAME_IN = AT - timedelta(days=3)
"""On the Friday before: another week than that in which it is entered."""
LATE = {"branch": "城东营业部", "received_at": CAME_IN.isoformat()}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def entered_at(desk: FrontDesk) -> list[datetime]:
    """When each event was recorded, whatever it tells of."""
    log = await desk.heard.service.core.store.read_log(0)
    return [unpack(one.event.state)[0].recorded_at for one in log]


async def test_a_branchs_ticket_keeps_when_it_came_in_and_when_it_was_entered(
    desk: FrontDesk,
) -> None:
    """H-21: by these the statistics see whether it was entered in its week."""
    answer = await desk.register("a", **LATE)
    [registered] = await desk.heard.said(TicketRegistered)
    assert (registered.branch, registered.at) == ("城东营业部", CAME_IN)
    assert await entered_at(desk) == [AT]
    shown = (await desk.client.get(answer.headers["location"])).json()
    assert shown["received_at"] == "2026-11-20T02:00:00Z"


async def test_a_branchs_contact_does_too(desk: FrontDesk) -> None:
    """H-21, H-01."""
    body = {"channel": "counter", **LATE}
    answer = await desk.client.post("/intake/v1/contacts", json=body)
    [recorded] = await desk.heard.said(ContactRecorded)
    assert (recorded.branch, recorded.at) == ("城东营业部", CAME_IN)
    assert await entered_at(desk) == [AT]
    assert answer.json()["received_at"] == "2026-11-20T02:00:00Z"


@pytest.mark.parametrize("path", [TICKETS, "/intake/v1/contacts"])
async def test_nothing_is_entered_before_it_came_in(desk: FrontDesk, path: str) -> None:
    """H-21: the week that counts is never one to come."""
    late = {**LATE, "received_at": (AT + timedelta(days=1)).isoformat()}
    if path == TICKETS:
        answer = await desk.register("a", **late)
    else:
        answer = await desk.client.post(path, json={"channel": "counter", **late})
    assert code_of(answer) == (422, "malformed")
