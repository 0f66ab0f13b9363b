"""A client's customers: known by one reference each, and shown to those who may know them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from shared.contracts.terms import PersonalDataRead
from shared.keys import Scope
from tests.unit.intake.service import COMPLAINT, TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import HOUR

CUSTOMERS = "/intake/v1/customers"
ZHANG = {"name": "张晓明", "phone": "13812345678"}
ALL: tuple[Scope, ...] = ("tickets:write", "tickets:read", "pii:read")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def keep(desk: FrontDesk, key: str, **changes: object) -> Response:
    return await desk.client.post(
        CUSTOMERS, json={**ZHANG, **changes}, headers={"Idempotency-Key": key}
    )


async def ref_of(desk: FrontDesk, ticket: Response) -> str:
    shown = await desk.client.get(ticket.headers["location"])
    found: str = shown.json()["customer"]["customer_ref"]
    return found


async def test_a_person_has_the_reference_that_a_registration_finds(desk: FrontDesk) -> None:
    kept = await keep(desk, "a", phone="+86 138 1234 5678")
    ref = kept.json()["customer_ref"]
    assert (kept.status_code, kept.headers["location"]) == (201, f"{CUSTOMERS}/{ref}")
    assert await ref_of(desk, await desk.register("t")) == ref
    assert (await keep(desk, "b", account="A-77")).json()["customer_ref"] != ref


async def test_it_is_the_clients_own(desk: FrontDesk) -> None:
    ours = await keep(desk, "a")
    for client in ("crm", "shop"):
        headers = {**desk.key(client, *ALL), "Idempotency-Key": "a"}
        theirs = await desk.client.post(CUSTOMERS, json=ZHANG, headers=headers)
        assert theirs.status_code == 201
        assert theirs.json()["customer_ref"] != ours.json()["customer_ref"]
        foreign = await desk.client.get(ours.headers["location"], headers=headers)
        assert code_of(foreign) == (404, "customer-not-found")
        assert (await desk.client.get(theirs.headers["location"], headers=headers)).is_success


async def test_nobody_is_kept_without_a_key(desk: FrontDesk) -> None:
    answer = await desk.client.post(CUSTOMERS, json=ZHANG)
    assert code_of(answer) == (400, "idempotency-key-required")
    assert answer.json()["title"] == "Give an Idempotency-Key header."


@pytest.mark.parametrize("body", [{}, {"name": "张晓明"}, {"phone": "13812345678"}])
async def test_who_cannot_be_reached_is_none(desk: FrontDesk, body: dict[str, Any]) -> None:
    answer = await desk.client.post(CUSTOMERS, json=body, headers={"Idempotency-Key": "a"})
    assert code_of(answer) == (422, "malformed")


async def test_a_file_shows_each_name_once_the_newest_first(desk: FrontDesk) -> None:
    await desk.register("a")
    await desk.register("b")
    desk.clock.time += HOUR
    ticket = await desk.register("c", customer={"name": "张母", "phone": "13812345678"})
    desk.clock.time += HOUR
    kept = await keep(desk, "d", email="zhang@example.org")
    shown = await desk.client.get(kept.headers["location"])
    assert shown.json()["said"] == [
        {"name": "张晓明", "phone": "13812345678", "email": "zhang@example.org"},
        {"name": "张母", "phone": "13812345678"},
        {"name": "张晓明", "phone": COMPLAINT["customer"]["phone"]},  # type: ignore[index]
    ]
    assert shown.json()["customer_ref"] == await ref_of(desk, ticket)


async def test_looking_at_a_file_is_recorded(desk: FrontDesk) -> None:
    kept = await keep(desk, "a")
    assert await desk.heard.said(PersonalDataRead) == []
    await desk.client.get(kept.headers["location"])
    [read] = await desk.heard.said(PersonalDataRead)
    assert str(read.customer_ref) == str(read.subject_id) == kept.json()["customer_ref"]
    assert (read.reader, read.fields) == ("desk", ("customer",))


async def test_who_only_called_has_a_file_too(desk: FrontDesk) -> None:
    call = {"channel": "phone", "number": "138-1234-5678", "name": "张晓明"}
    contact = await desk.client.post("/intake/v1/contacts", json=call)
    ref = contact.json()["customer_ref"]
    assert (await desk.client.get(f"{CUSTOMERS}/{ref}")).json()["said"] == []
    assert (await keep(desk, "a")).json()["customer_ref"] == ref


async def test_whose_it_is_is_said_to_who_may_know_them(desk: FrontDesk) -> None:
    """Else a guessed number would be told by the reference that it has in common."""
    call = {"channel": "phone", "number": "138-1234-5678"}
    clerk = {**desk.key("crm", "tickets:read", "tickets:write"), "Idempotency-Key": "a"}
    ticket = await desk.client.post(TICKETS, json=COMPLAINT, headers=clerk)
    contact = await desk.client.post("/intake/v1/contacts", json=call, headers=clerk)
    assert contact.json()["customer_ref"] is None
    places = (ticket.headers["location"], contact.headers["location"])
    for reader, knows in ((clerk, False), (desk.key("crm", *ALL), True)):
        views = [(await desk.client.get(place, headers=reader)).json() for place in places]
        [listed] = await desk.items(TICKETS, reader)
        refs = [views[0]["customer"]["customer_ref"], views[1]["customer_ref"]]
        refs.append(listed["customer"]["customer_ref"])
        assert [ref is not None for ref in refs] == [knows] * 3
        assert len(set(refs)) == 1


@pytest.mark.parametrize("missing", ["tickets:write", "pii:read"])
async def test_a_reference_is_given_to_who_may_write_and_know_people(
    desk: FrontDesk, missing: Scope
) -> None:
    headers = desk.key("crm", *(one for one in ALL if one != missing))
    answer = await desk.client.post(CUSTOMERS, json=ZHANG, headers=headers)
    assert code_of(answer) == (403, "forbidden")
    assert answer.json()["required_scope"] == missing
