"""Every contact is recorded (H-01)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from httpx import Response

from services.intake.domain.contact import CONTACT, RecordContact
from services.intake.domain.errors import BeforeContactError, BeforeTicketError
from shared.contracts.intake import ContactRecorded
from shared.decider import LEEWAY
from shared.testing.decider_spec import DeciderSpec
from tests.unit.intake.service import COMPLAINT, TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, HOUR

CONTACTS = "/intake/v1/contacts"
CALL = {
    "channel": "phone",
    "name": "张晓明",
    "number": "138-1234-5678",
    "content": "询问进度",
    "offered_at": (AT - timedelta(minutes=5)).isoformat(),
    "answered_at": (AT - timedelta(minutes=4)).isoformat(),
    "ended_at": AT.isoformat(),
    "wait_seconds": 60,
    "rings": 3,
    "answered_by": "person",
    "warnings": 2,
    "ended_by": "seat",
}
NEIGHBOUR = "13912345678"
SECOND = timedelta(seconds=1)
RECORDED = ContactRecorded(
    contact_id=UUID(int=31), client="crm", customer_ref=UUID(int=5), channel="phone", at=AT
)
contact = DeciderSpec(CONTACT)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def record(desk: FrontDesk, **changes: object) -> Response:
    return await desk.client.post(CONTACTS, json={**CALL, **changes})


async def owner_of(desk: FrontDesk, ticket_id: str) -> str:
    ticket = (await desk.client.get(f"{TICKETS}/{ticket_id}")).json()
    owner: str = ticket["customer"]["customer_ref"]
    return owner


def contact_of(answer: Response) -> str:
    contact_id: str = answer.json()["contact_id"]
    return contact_id


def test_a_contact_is_recorded_as_it_was() -> None:
    """H-01."""
    contact.given().when(RecordContact(contact=RECORDED)).then(RECORDED)


def test_one_that_answers_another_stands_beside_it() -> None:
    answer = msgspec.structs.replace(
        RECORDED, contact_id=UUID(int=32), callback_of=RECORDED.contact_id
    )
    contact.given(RECORDED).when(RecordContact(contact=answer)).then(answer)


def test_recording_it_again_decides_nothing() -> None:
    contact.given(RECORDED).when(RecordContact(contact=RECORDED)).then_nothing()


def test_nobody_is_called_back_before_they_called() -> None:
    early = msgspec.structs.replace(
        RECORDED, contact_id=UUID(int=32), callback_of=RECORDED.contact_id, at=AT - LEEWAY
    )
    contact.given(RECORDED).when(RecordContact(contact=early)).then(early)
    too_early = msgspec.structs.replace(early, at=AT - LEEWAY - SECOND)
    contact.given(RECORDED).when(RecordContact(contact=too_early)).then_raises(BeforeContactError)


def test_nobody_spoke_about_a_ticket_before_its_customer_got_in_touch() -> None:
    about = msgspec.structs.replace(RECORDED, ticket_id=UUID(int=7))
    in_time = RecordContact(contact=about, ticket_at=AT + LEEWAY)
    contact.given().when(in_time).then(about)
    too_early = replace(in_time, ticket_at=AT + LEEWAY + SECOND)
    contact.given().when(too_early).then_raises(BeforeTicketError)


def test_a_call_may_have_begun_before_the_ticket_that_came_of_it() -> None:
    call = msgspec.structs.replace(RECORDED, ticket_id=UUID(int=7), ended_at=AT + HOUR)
    contact.given().when(RecordContact(contact=call, ticket_at=AT + HOUR)).then(call)


async def test_a_recorded_contact_can_be_read_at_once(desk: FrontDesk) -> None:
    """H-02, T-14."""
    answer = await record(desk)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    shown = (await desk.client.get(answer.headers["location"])).json()
    assert (shown["rings"], shown["wait_seconds"], shown["warnings"]) == (3, 60, 2)
    assert shown["ended_by"] == "seat"
    assert (shown["answered_by"], shown["tier"]) == ("person", "standard")
    assert (shown["name"], shown["number"], shown["content"]) == (
        "张晓明",
        "138-1234-5678",
        "询问进度",
    )


async def test_a_call_that_was_ended_without_a_warning_is_recorded_too(desk: FrontDesk) -> None:
    """H-01, T-14: the figures count it."""
    answer = await record(desk, warnings=0)
    assert (answer.json()["ended_by"], answer.json()["warnings"]) == ("seat", 0)


async def test_who_it_was_is_masked_and_in_no_event(desk: FrontDesk) -> None:
    clerk = desk.key("crm", "tickets:read", "tickets:write")
    answer = await desk.client.post(CONTACTS, json=CALL, headers=clerk)
    read = await desk.client.get(answer.headers["location"], headers=clerk)
    for shown in (answer, read):
        assert (shown.json()["name"], shown.json()["number"]) == ("张**", "138****5678")
        assert "content" not in shown.json()
    [logged] = await desk.heard.service.core.store.read_log(0)
    for secret in ("张晓明", "13812345678", "询问"):
        assert secret.encode() not in logged.event.state


async def test_who_reads_it_in_full_is_recorded(desk: FrontDesk) -> None:
    answer = await record(desk)
    await desk.client.get(answer.headers["location"])
    assert (await desk.heard.log())[-1] == "personal-data-read.v1"


async def test_a_contact_written_up_later_says_when_it_came_in(desk: FrontDesk) -> None:
    """H-01: the time it came in is not the time it was entered."""
    early = (AT - HOUR).isoformat()
    body = {"channel": "letter", "received_at": early}
    answer = await desk.client.post(CONTACTS, json=body)
    assert answer.json()["received_at"] == "2026-11-23T01:00:00Z"
    assert (await record(desk)).json()["received_at"] == "2026-11-23T01:55:00Z"


async def test_an_abandoned_call_is_a_contact_too(desk: FrontDesk) -> None:
    """H-02: the connection rate counts it."""
    body = {"channel": "phone", "offered_at": AT.isoformat(), "abandoned_at": AT.isoformat()}
    answer = await desk.client.post(CONTACTS, json=body)
    assert answer.status_code == 201
    assert "name" not in answer.json()


async def test_a_contact_says_by_which_regulation_it_is_called_back(desk: FrontDesk) -> None:
    """H-29: that of the key which recorded it."""
    await record(desk)
    (said,) = await desk.heard.said(ContactRecorded)
    assert (said.pack, said.pack_version) == ("hotline-400", 1)


async def test_an_answer_is_kept_in_the_stream_of_what_it_answers(desk: FrontDesk) -> None:
    first = (await record(desk)).json()["contact_id"]
    second = await record(desk, callback_of=first)
    third = await record(desk, callback_of=second.json()["contact_id"])
    assert [one.headers["etag"] for one in (second, third)] == ['"2"', '"3"']
    shown = (await desk.client.get(third.headers["location"])).json()
    assert shown["callback_of"] == second.json()["contact_id"]
    assert len(await desk.heard.service.core.store.read(UUID(first))) == 3
    said = await desk.heard.said(ContactRecorded)
    assert len({one.customer_ref for one in said}) == 1


async def test_the_first_answer_is_given_again_whoever_called_since(desk: FrontDesk) -> None:
    first = (await record(desk)).json()["contact_id"]
    body, once = {**CALL, "callback_of": first}, {"Idempotency-Key": "a"}
    answer = await desk.client.post(CONTACTS, json=body, headers=once)
    await record(desk, callback_of=first)
    again = await desk.client.post(CONTACTS, json=body, headers=once)
    assert again.headers["idempotent-replay"] == "true"
    assert again.content == answer.content


async def test_a_contact_without_a_number_is_the_tickets_customers(desk: FrontDesk) -> None:
    ticket_id = (await desk.register("a")).json()["ticket_id"]
    answer = await record(desk, ticket_id=ticket_id, number=None)
    assert answer.json()["links"]["ticket"] == f"{TICKETS}/{ticket_id}"
    assert answer.json()["customer_ref"] == await owner_of(desk, ticket_id)


async def test_who_spoke_about_anothers_ticket_has_said_it(desk: FrontDesk) -> None:
    """H-25: else their erasure would pass it by."""
    ticket_id = (await desk.register("a")).json()["ticket_id"]
    answer = await record(desk, ticket_id=ticket_id, number=NEIGHBOUR)
    assert (
        answer.json()["customer_ref"]
        == (await record(desk, number=NEIGHBOUR)).json()["customer_ref"]
    )
    assert answer.json()["customer_ref"] != await owner_of(desk, ticket_id)


async def test_a_customer_is_known_by_the_number_of_their_ticket(desk: FrontDesk) -> None:
    person = {"name": "张晓明", "phone": CALL["number"], "account": "A-77"}
    ticket_id = (await desk.register("a", customer=person)).json()["ticket_id"]
    answer = await record(desk, ticket_id=ticket_id)
    assert answer.json()["customer_ref"] == await owner_of(desk, ticket_id)


async def test_who_spoke_is_the_customer_of_the_tickets_client(desk: FrontDesk) -> None:
    crm = {**desk.key("crm", "tickets:write"), "Idempotency-Key": "a"}
    registered = await desk.client.post(TICKETS, json=COMPLAINT, headers=crm)
    ticket_id = registered.json()["ticket_id"]
    answer = await record(desk, ticket_id=ticket_id)
    assert answer.json()["customer_ref"] == await owner_of(desk, ticket_id)
    answered = await desk.client.post(CONTACTS, json=CALL, headers=desk.key("crm", "tickets:write"))
    again = await record(desk, callback_of=answered.json()["contact_id"])
    assert again.json()["customer_ref"] == answer.json()["customer_ref"]


async def test_two_people_in_one_stream_are_each_erased_by_themselves(desk: FrontDesk) -> None:
    """H-25."""
    first = await record(desk, content="询问进度")
    second = await record(desk, content="代问进度", number=NEIGHBOUR, callback_of=contact_of(first))
    third = await record(desk, content="又问", number=None, callback_of=contact_of(second))
    assert [one.headers["etag"] for one in (second, third)] == ['"2"', '"3"']
    neighbour = second.json()["customer_ref"]
    erased = await desk.client.delete(f"/intake/v1/customers/{neighbour}")
    assert erased.status_code == 202
    shown = [
        (await desk.client.get(one.headers["location"])).json() for one in (first, second, third)
    ]
    assert [one.get("content") for one in shown] == ["询问进度", None, None]
    assert ["erased" in one for one in shown] == [False, True, True]


async def test_what_it_is_about_must_be_there_for_the_caller(desk: FrontDesk) -> None:
    ticket_id = (await desk.register("a")).json()["ticket_id"]
    contact_id = (await record(desk)).json()["contact_id"]
    foreign = desk.key("shop", "tickets:write")
    for body, code in (
        ({**CALL, "ticket_id": ticket_id}, "ticket-not-found"),
        ({**CALL, "callback_of": contact_id}, "contact-not-found"),
    ):
        answer = await desk.client.post(CONTACTS, json=body, headers=foreign)
        assert code_of(answer) == (404, code)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"abandoned_at": AT.isoformat()}, ""),
        ({"answered_at": (AT - HOUR).isoformat()}, ""),
        ({"ended_at": (AT + HOUR).isoformat()}, "/ended_at"),
        ({"received_at": (AT + HOUR).isoformat()}, "/received_at"),
        ({"rings": -1}, "/rings"),
        ({"number": "call me"}, "/number"),
    ],
)
async def test_what_cannot_have_happened_is_refused(
    desk: FrontDesk, changes: dict[str, object], pointer: str
) -> None:
    answer = await record(desk, **changes)
    assert code_of(answer) == (422, "malformed")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
