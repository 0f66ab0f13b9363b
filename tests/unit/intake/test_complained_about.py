"""C-10: to the person complained about, the complaint is not there."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.intake.service import COMPLAINT, TICKETS, FrontDesk, open_front_desk
from tests.unit.support.calls import CALLS, TICKET, Call
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT

AGAINST = {"person": "Wang-Qiang"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


@pytest.mark.parametrize("call", [one for one in CALLS if one.path.startswith(TICKET)], ids=str)
async def test_whatever_they_ask_of_it(desk: FrontDesk, call: Call) -> None:
    """C-10: and whatever their key may besides."""
    ticket_id = (await desk.register("a", against=AGAINST)).json()["ticket_id"]
    before = await desk.heard.log()
    own = {**desk.key("wang-qiang", "admin", "pii:read"), "If-Match": '"1"'}
    path = call.path.format(ticket_id=ticket_id)
    answer = await desk.client.request(call.method, path, json=call.body, headers=own)
    assert code_of(answer) == (404, "ticket-not-found")
    assert await desk.heard.log() == before


async def test_their_contacts_are_not_filed_under_it(desk: FrontDesk) -> None:
    """C-10."""
    ticket_id = (await desk.register("a", against=AGAINST)).json()["ticket_id"]
    contact = {"channel": "phone", "number": "13812345678", "ticket_id": ticket_id}
    own = {**desk.key("wang-qiang", "admin"), "Idempotency-Key": "b"}
    answer = await desk.client.post("/intake/v1/contacts", json=contact, headers=own)
    assert code_of(answer) == (404, "ticket-not-found")


async def test_what_others_said_of_it_is_not_there_either(desk: FrontDesk) -> None:
    """C-10."""
    ticket_id = (await desk.register("a", against=AGAINST)).json()["ticket_id"]
    contact = {"channel": "phone", "number": "13812345678", "ticket_id": ticket_id}
    said = {"Idempotency-Key": "b"}
    recorded = await desk.client.post("/intake/v1/contacts", json=contact, headers=said)
    assert recorded.status_code == 201, recorded.text
    own = desk.key("wang-qiang", "admin", "pii:read")
    answer = await desk.client.get(recorded.headers["location"], headers=own)
    assert code_of(answer) == (404, "contact-not-found")


async def test_their_lists_leave_it_out_page_by_page(desk: FrontDesk) -> None:
    """C-10: the pages go on behind what is left out."""
    first = (await desk.register("a")).json()["ticket_id"]
    await desk.register("b", against=AGAINST, received_at=AT.isoformat())
    last = (await desk.register("c")).json()["ticket_id"]
    url = f"{TICKETS}?limit=1"
    own = desk.key("wang-qiang", "tickets:read", departments=("*",))
    assert {one["ticket_id"] for one in await desk.pages(url, own)} == {first, last}
    other = desk.key("liu-yang", "tickets:read", departments=("*",))
    assert len(await desk.pages(url, other)) == 3


@pytest.mark.parametrize(("client", "is_named"), [("wang-qiang", False), ("liu-yang", True)])
async def test_their_registrations_do_not_name_it_as_a_possible_duplicate(
    desk: FrontDesk, client: str, *, is_named: bool
) -> None:
    """C-10: who took the complaint about themselves down is not told; nor when they ask again."""
    own = desk.key(client, "admin")

    async def register(key: str, **changes: object) -> dict[str, Any]:
        headers = {**own, "Idempotency-Key": key}
        answer = await desk.client.post(TICKETS, json={**COMPLAINT, **changes}, headers=headers)
        assert answer.status_code == 201, answer.text
        registered: dict[str, Any] = answer.json()
        return registered

    about = (await register("a", against=AGAINST))["ticket_id"]
    for _ in range(2):
        found = (await register("b")).get("possible_duplicates", [])
        assert [one["ticket_id"] for one in found] == ([about] if is_named else [])
