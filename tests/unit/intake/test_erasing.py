"""An erased person: nothing that tells who they are or what they said is kept; the tickets stay."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from httpx import Response

from services.intake.customers import begin_erasure
from services.intake.domain.customer import CUSTOMER, EraseCustomer
from services.intake.rows import CUSTOMER_TICKETS, CUSTOMERS, KNOWLEDGE, WORDS
from shared.contracts.intake import CustomerErased
from shared.contracts.terms import TextsErased
from shared.http import Caller
from shared.messaging.topics import PUBLISHERS
from shared.tables import Query, Table
from shared.testing.decider_spec import DeciderSpec
from shared.vault import ERASED_TEXT, TEXTS
from tests.unit.intake.service import COMPLAINT, TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, CONCLUDED, HOUR, NOTIFIED, OFFERED

PERSONAL: tuple[Table[Any], ...] = (CUSTOMERS, CUSTOMER_TICKETS, KNOWLEDGE, WORDS)
REF = UUID(int=5)
ERASE = EraseCustomer(customer_ref=REF, client="crm", at=AT)
IS_ERASED = CustomerErased(customer_ref=REF, client="crm", at=AT)
OTHERS = tuple(one for one in PUBLISHERS if one != "intake")
customer = DeciderSpec(CUSTOMER)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


def test_a_person_is_erased_once() -> None:
    customer.given().when(ERASE).then(IS_ERASED)
    customer.given(IS_ERASED).when(ERASE).then()


async def path_of(desk: FrontDesk, ticket: Response) -> str:
    shown = await desk.client.get(ticket.headers["location"])
    return f"/intake/v1/customers/{shown.json()['customer']['customer_ref']}"


async def rows(desk: FrontDesk, table: Table[Any]) -> list[Any]:
    return [row for _, row in await desk.heard.service.core.store.query(Query(table))]


async def texts(desk: FrontDesk) -> list[str]:
    return [row.text for row in await rows(desk, TEXTS)]


async def consult(desk: FrontDesk) -> Response:
    """A consultation that was answered and published."""
    ticket = await desk.register("k", kind="consultation")
    at = ticket.headers["location"]
    answered = await desk.client.post(f"{at}/answer", json={"text": "请持证件到营业厅。"})
    knowledge = {"title": "张晓明的过户", "text": "双方持证件办理。"}
    published = await desk.client.post(f"{at}/knowledge", json=knowledge)
    assert (answered.status_code, published.status_code) == (200, 200)
    return ticket


async def confirm(desk: FrontDesk, path: str, service: str) -> None:
    """Another service says that it has erased the person's texts."""
    event = TextsErased(customer_ref=UUID(path.rpartition("/")[2]), at=desk.clock.time)
    arrival = desk.heard.arrival(event)
    await desk.heard.take(replace(arrival, publisher=service))


async def test_nothing_of_the_person_is_left_and_all_of_others(desk: FrontDesk) -> None:
    """H-25."""
    ticket = await desk.register("a")
    await consult(desk)
    call = {"channel": "phone", "number": "13812345678", "name": "张晓明", "content": "催办"}
    await desk.client.post("/intake/v1/contacts", json=call)
    path = await path_of(desk, ticket)
    other = await desk.register("o", customer={"name": "李四", "phone": "13987654321"})
    kept = [await rows(desk, table) for table in PERSONAL]
    assert all(kept)

    erased = await desk.client.delete(path)

    assert erased.status_code == 202
    assert erased.json()["erased_by"] == ["intake"]
    assert await texts(desk) == [COMPLAINT["content"]]
    assert [row.name for row in await rows(desk, CUSTOMERS)] == ["李四"]
    assert [len(await rows(desk, table)) for table in PERSONAL] == [1, 1, 0, 0]
    left = (await desk.client.get(other.headers["location"])).json()
    assert (left["customer"]["name"], left["content"]) == ("李四", COMPLAINT["content"])


async def test_an_erasure_is_told_once_and_so_is_what_it_did_here(desk: FrontDesk) -> None:
    path = await path_of(desk, await desk.register("a"))
    first = await desk.client.delete(path)
    log = await desk.heard.log()
    desk.clock.time += HOUR
    again = await desk.client.delete(path)
    assert (again.status_code, again.json()) == (202, first.json())
    assert await desk.heard.log() == log
    ref = UUID(path.rpartition("/")[2])
    assert await desk.heard.said(CustomerErased) == [
        CustomerErased(customer_ref=ref, client="desk", at=AT)
    ]
    assert await desk.heard.said(TextsErased) == [TextsErased(customer_ref=ref, at=AT)]
    stream = await desk.heard.service.core.store.read(ref)
    assert [one.name for one in stream] == ["customer-erased.v1", "texts-erased.v1"]


async def test_who_is_erased_is_gone_and_it_says_where_already(desk: FrontDesk) -> None:
    path = await path_of(desk, await desk.register("a"))
    await desk.client.delete(path)
    for number, service in enumerate(OTHERS):
        gone = await desk.client.get(path)
        assert code_of(gone) == (410, "erased")
        assert gone.json()["erased_by"] == sorted(["intake", *OTHERS[:number]])
        assert gone.json()["complete"] is False
        await confirm(desk, path, service)
        await confirm(desk, path, service)
    assert (await desk.client.get(path)).json()["complete"] is True
    complete = await desk.client.delete(path)
    assert complete.status_code == 200
    assert complete.json()["erased_by"] == sorted(PUBLISHERS)


async def test_an_unknown_person_cannot_be_erased(desk: FrontDesk) -> None:
    answer = await desk.client.delete(f"/intake/v1/customers/{REF}")
    assert code_of(answer) == (404, "customer-not-found")
    assert await desk.heard.log() == []


async def test_a_file_erased_is_not_there_for_another_client(desk: FrontDesk) -> None:
    path = await path_of(desk, await desk.register("a"))
    await desk.client.delete(path)
    answer = await desk.client.get(path, headers=desk.key("shop", "pii:read"))
    assert code_of(answer) == (404, "customer-not-found")


async def test_the_ticket_is_shown_without_what_was_said(desk: FrontDesk) -> None:
    ticket = await desk.register("a")
    contact = {"channel": "phone", "number": "13812345678", "content": "催办"}
    called = await desk.client.post("/intake/v1/contacts", json=contact)
    await desk.client.delete(await path_of(desk, ticket))
    shown = (await desk.client.get(ticket.headers["location"])).json()
    assert (shown["content"], shown["erased"]) == (None, True)
    assert shown["customer"] == {
        "customer_ref": shown["customer"]["customer_ref"],
        "name": "张**",
        "phone": "138****5678",
    }
    masked = desk.key("clerk", "tickets:read", departments=("*",))
    assert (
        "erased" not in (await desk.client.get(ticket.headers["location"], headers=masked)).json()
    )
    kept = (await desk.client.get(called.headers["location"])).json()
    assert kept["erased"] is True
    assert kept["number"] == "138****5678"
    assert "content" not in kept


async def test_nobody_is_found_by_the_number_any_more(desk: FrontDesk) -> None:
    ticket = await desk.register("a")
    await desk.client.delete(await path_of(desk, ticket))
    assert await desk.items(TICKETS, customer_phone="13812345678") == []
    assert len(await desk.items(TICKETS)) == 1


async def test_what_comes_later_is_kept_as_erased(desk: FrontDesk) -> None:
    ticket = await desk.register("a")
    at = ticket.headers["location"]
    await desk.client.delete(await path_of(desk, ticket))
    added = await desk.client.post(f"{at}/supplements", json={"content": "我是张晓明"})
    again = await desk.register("b")
    assert (added.status_code, again.status_code) == (200, 201)
    assert await texts(desk) == [ERASED_TEXT, ERASED_TEXT]
    assert await rows(desk, CUSTOMERS) == []
    shown = (await desk.client.get(again.headers["location"])).json()
    assert (shown["content"], shown["erased"]) == (None, True)


async def test_a_person_erased_is_not_known_anew(desk: FrontDesk) -> None:
    person, once = COMPLAINT["customer"], {"Idempotency-Key": "p"}
    first = await desk.client.post("/intake/v1/customers", json=person, headers=once)
    await desk.client.delete(first.headers["location"])
    other = {"Idempotency-Key": "q"}
    anew = await desk.client.post("/intake/v1/customers", json=person, headers=other)
    assert code_of(anew) == (410, "erased")
    again = await desk.client.post("/intake/v1/customers", json=person, headers=once)
    assert (again.status_code, again.json()) == (201, first.json())
    assert await rows(desk, CUSTOMERS) == []


async def test_an_erased_persons_consultation_is_no_knowledge(desk: FrontDesk) -> None:
    ticket = await desk.register("k", kind="consultation")
    at = ticket.headers["location"]
    await desk.client.post(f"{at}/answer", json={"text": "请到营业厅。"})
    await desk.client.delete(await path_of(desk, ticket))
    log = await desk.heard.log()
    published = await desk.client.post(f"{at}/knowledge", json={"title": "过户", "text": "到厅"})
    assert code_of(published) == (410, "erased")
    assert (await rows(desk, WORDS), await desk.heard.log()) == ([], log)


async def test_an_erasure_that_was_interrupted_is_finished_at_the_next_start(
    tmp_path: Path,
) -> None:
    async with open_front_desk(tmp_path) as desk:
        ticket = await desk.register("a")
        path = await path_of(desk, ticket)
        key = desk.keys.all()[0]
        caller = Caller(key, UUID(int=8), "")
        await begin_erasure(desk.heard.service, caller, UUID(path.rpartition("/")[2]), "desk")
        assert await texts(desk) == [COMPLAINT["content"]]
        assert (await desk.client.get(ticket.headers["location"])).json()["content"] is None
    async with open_front_desk(tmp_path) as desk:
        assert await texts(desk) == []
        assert await rows(desk, CUSTOMERS) == []
        assert (await desk.client.get(path)).json()["erased_by"] == ["intake"]
        log = await desk.heard.log()
        assert log[-1] == "texts-erased.v1"
        await desk.client.delete(path)
        assert await desk.heard.log() == log


async def test_the_ticket_goes_on_and_can_be_closed_and_reopened(desk: FrontDesk) -> None:
    ticket = await desk.register("a")
    ticket_id, at = ticket.json()["ticket_id"], ticket.headers["location"]
    await desk.client.delete(await path_of(desk, ticket))
    for event in (OFFERED, NOTIFIED, CONCLUDED):
        await desk.heard.hear(msgspec.structs.replace(event, ticket_id=UUID(ticket_id)))
    assert (await desk.client.get(at)).json()["status"] == "closed"
    reopened = await desk.client.post(f"{at}/reopening", json={"reason": "又断了"})
    assert reopened.status_code == 200
    assert (await desk.client.get(at)).json()["rounds"] == 2
