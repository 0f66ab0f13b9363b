"""Which work orders wait for a written answer, or for its review."""

from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import work_order_id
from shared.contracts.dispatch import DispatchEvent
from shared.contracts.terms import Channel
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import (
    ACCEPTED,
    COMPLETED,
    OFFERED,
    RECTIFICATION,
    REVIEWED,
    WRITTEN,
    cancelled,
    notified,
)
from tests.unit.support.desk import Headers, code_of
from tests.unit.support.examples import CASE, HOUR, REGISTERED, W

ONLINE = msgspec.structs.replace(OFFERED, in_writing=True)
REFUSED = msgspec.structs.replace(REVIEWED, approved=False)
WEB = UUID(int=31)
"""A ticket that came in by the website."""


@pytest.mark.parametrize(
    ("past", "answer", "review"),
    [
        ((ONLINE,), True, False),
        ((ONLINE, ACCEPTED, COMPLETED), True, False),
        ((ONLINE, ACCEPTED, WRITTEN), False, True),
        ((ONLINE, ACCEPTED, WRITTEN, REFUSED), True, False),
        ((ONLINE, ACCEPTED, WRITTEN, REFUSED, WRITTEN), False, True),
        ((ONLINE, ACCEPTED, WRITTEN, REVIEWED), False, False),
        ((ONLINE, ACCEPTED, COMPLETED, notified()), False, False),
        ((ONLINE, ACCEPTED, COMPLETED, WRITTEN, notified()), False, False),
        ((ONLINE, cancelled("answered")), False, False),
        ((OFFERED, ACCEPTED), False, False),
        ((OFFERED, ACCEPTED, WRITTEN), False, True),
    ],
)
def test_what_is_due_follows_from_what_was_written_and_reviewed(
    past: tuple[DispatchEvent, ...], *, answer: bool, review: bool
) -> None:
    """H-17, H-18: a refused one is due again, and nothing is once the customer has the result."""
    order = find_order(TICKET.fold(past), W)
    assert (order.awaits_written_answer, order.awaits_review) == (answer, review)


async def register(desk: WorkDesk, channel: Channel, pack: str = "hotline-400") -> None:
    case = msgspec.structs.replace(CASE, channel=channel, pack=pack)
    await desk.heard.hear(msgspec.structs.replace(REGISTERED, ticket_id=WEB, case=case))


async def due(desk: WorkDesk, headers: Headers | None = None, **query: str) -> list[str]:
    return [one["ticket_id"] for one in await desk.items(WORK_ORDERS, headers, **query)]


@pytest.mark.parametrize("channel", ["web", "social"])
async def test_a_department_sees_which_answers_it_owes(desk: WorkDesk, channel: Channel) -> None:
    """H-17, H-18: until the quality centre approves; then no other one can be sent."""
    await register(desk, channel)
    mine = desk.key("xu-lei", "work:write", "tickets:read", departments=("billing",))
    centre = desk.key("cui-jun", "work:write", "tickets:read", departments=("*",))
    url = f"{WORK_ORDERS}/{work_order_id(WEB, 1)}"
    assert await due(desk, mine, written_answer_due="true") == [str(WEB)]
    await desk.client.post(f"{url}/acceptance", json={}, headers=mine)

    for approved in (False, True):
        text = {"text": "经核实，已退费。"}
        sent = await desk.client.post(f"{url}/written-answer", json=text, headers=mine)
        assert (sent.json()["written_answer_due"], sent.json()["review_due"]) == (False, True)
        assert await due(desk, mine, written_answer_due="true") == []
        assert await due(desk, centre, review_due="true") == [str(WEB)]
        review = {"approved": approved}
        desk.clock.time += HOUR
        judged = await desk.client.post(f"{url}/review", json=review, headers=centre)
        assert judged.json()["written_answer_due"] is not approved
        assert await due(desk, centre, review_due="true") == []
    again = await desk.client.post(f"{url}/written-answer", json={"text": "再复"}, headers=mine)
    assert code_of(again) == (409, "written-answer-stands")
    assert str(WEB) in await due(desk, mine, written_answer_due="false")


@pytest.mark.parametrize(
    ("channel", "pack"),
    [("phone", "hotline-400"), ("web", "travel-platform"), ("web", "gone")],
)
async def test_other_channels_and_packs_owe_none(
    desk: WorkDesk, channel: Channel, pack: str
) -> None:
    """H-17."""
    await register(desk, channel, pack)
    assert await due(desk, written_answer_due="true") == []


async def test_the_next_round_owes_an_answer_of_its_own(desk: WorkDesk) -> None:
    """H-17, H-20: the limit runs from each offer."""
    await register(desk, "web")
    case = msgspec.structs.replace(CASE, channel="web")
    await desk.heard.hear(msgspec.structs.replace(RECTIFICATION, ticket_id=WEB, case=case))
    items = await desk.items(WORK_ORDERS, ticket_id=WEB)
    assert {(one["round"], one["written_answer_due"]) for one in items} == {(1, True), (2, True)}


async def test_what_is_due_is_yes_or_no(desk: WorkDesk) -> None:
    asked = await desk.client.get(WORK_ORDERS, params={"written_answer_due": "soon"})
    assert code_of(asked) == (422, "malformed")
