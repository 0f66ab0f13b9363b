"""Outbound tasks over HTTP: who may see one, and that no customer is called too often."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from services.revisit.bootstrap import Revisit
from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from shared.contracts.revisit import (
    OutboundTaskAttempted,
    OutboundTaskConcluded,
    OutboundTaskSuppressed,
)
from shared.contracts.terms import PersonalDataRead
from shared.keys import Scope
from tests.unit.revisit.outbound_examples import CUSTOMER, PACK, PHONE_MANAGERS
from tests.unit.support.desk import Desk, Headers, code_of, open_desk
from tests.unit.support.examples import AT, HOUR

TASKS = "/revisit/v1/outbound-tasks"
SCOPES: tuple[Scope, ...] = ("tickets:read", "revisits:write", "pii:read")
MOMENT = {"customer_ref": str(CUSTOMER), "moment": "contract-change"}
NO_ANSWER = {"channel": "phone", "outcome": "no_answer"}
DAY = 24 * HOUR


class PhoneDesk(Desk[Revisit]):
    """One running revisit, called by a client whose pack offers outbound tasks."""

    def manager(self, client: str, *scopes: Scope) -> Headers:
        """The headers of a key with the pack."""
        token = self.keys.create(client, scopes or SCOPES, self.clock.time, (), PACK.name)
        return {"Authorization": f"Bearer {token}"}

    async def send(self, headers: Headers | None = None, **body: object) -> Response:
        """A key moment."""
        every = {"Idempotency-Key": str(uuid4()), **(headers or {})}
        return await self.client.post(TASKS, json=MOMENT | body, headers=every)

    async def create(self, headers: Headers | None = None, **body: object) -> str:
        """The path of a new task."""
        answer = await self.send(headers, **body)
        assert answer.status_code == 201, answer.text
        location: str = answer.headers["location"]
        return location

    async def attempt(self, path: str, **body: object) -> Response:
        return await self.client.post(f"{path}/attempts", json=NO_ANSWER | body)

    async def conclude(self, path: str, **body: object) -> Response:
        return await self.client.post(f"{path}/result", json={"outcome": "done"} | body)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[PhoneDesk]:
    async with open_desk(
        PhoneDesk, create_app, HANDLERS, tmp_path, AT, phone_managers=PHONE_MANAGERS
    ) as desk:
        desk.client.headers.update(desk.manager("crm"))
        yield desk


async def test_a_key_moment_makes_a_task(desk: PhoneDesk) -> None:
    """M-02."""
    answer = await desk.send(passed_to="counter")
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    task = answer.json()
    path = f"{TASKS}/{task['task_id']}"
    assert answer.headers["location"] == path
    assert task == {
        "task_id": task["task_id"],
        "customer_ref": str(CUSTOMER),
        "moment": "contract-change",
        "planned_for": None,
        "channel": None,
        "state": "due",
        "version": 1,
        "passed_to": "counter",
        "created_at": "2026-11-23T02:00:00Z",
        "due_at": "2026-11-25T10:00:00Z",
        "attempts": 0,
        "handed_over_at": None,
        "appointment_at": None,
        "outcome": None,
        "score": None,
        "information_passed_at": None,
        "filled_fields": None,
        "concluded_at": None,
        "links": {"self": path},
        "calls": [],
    }
    assert (await desk.client.get(path)).json() == task
    [item] = await desk.items(TASKS)
    assert {**item, "calls": []} == task


async def test_it_needs_a_key(desk: PhoneDesk) -> None:
    answer = await desk.client.post(TASKS, json=MOMENT)
    assert code_of(answer) == (400, "idempotency-key-required")
    assert await desk.heard.log() == []


async def test_the_same_key_makes_one_task(desk: PhoneDesk) -> None:
    once = {"Idempotency-Key": "a"}
    first = await desk.send(once)
    await desk.attempt(first.headers["location"])
    again = await desk.send(once)
    assert again.headers["idempotent-replay"] == "true"
    assert (again.status_code, again.content) == (201, first.content)
    assert len(await desk.items(TASKS)) == 1


async def test_an_exempt_moment_makes_a_suppressed_one(desk: PhoneDesk) -> None:
    """M-02."""
    paths = [await desk.create(moment="mourning"), await desk.create(exempt=True)]
    said = await desk.heard.said(OutboundTaskSuppressed)
    assert [one.exempted_by for one in said] == ["pack", "client"]
    for path in paths:
        shown = (await desk.client.get(path)).json()
        assert (shown["state"], shown["due_at"]) == ("suppressed", None)
        assert code_of(await desk.attempt(path)) == (409, "outbound-task-suppressed")
        assert code_of(await desk.conclude(path)) == (409, "outbound-task-suppressed")


async def test_a_pack_without_the_section_offers_none(desk: PhoneDesk) -> None:
    assert code_of(await desk.send(desk.key("desk", "admin"))) == (409, "outbound-not-offered")


async def test_a_pack_that_does_not_run_here_offers_nothing(desk: PhoneDesk) -> None:
    token = desk.keys.create("crm", SCOPES, AT, (), "none")
    answer = await desk.send({"Authorization": f"Bearer {token}"})
    assert code_of(answer) == (409, "pack-unknown")


async def test_a_moment_before_all_calendars_is_refused(desk: PhoneDesk) -> None:
    answer = await desk.send(at="1999-12-31T00:00:00Z")
    assert code_of(answer) == (422, "malformed")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/at"]


async def test_a_task_is_its_clients_alone(desk: PhoneDesk) -> None:
    path = await desk.create()
    clerk = desk.key("clerk", *SCOPES, departments=("billing",))
    for foreign in (desk.manager("shop"), clerk):
        for answer in (
            await desk.client.get(path, headers=foreign),
            await desk.client.post(f"{path}/attempts", json=NO_ANSWER, headers=foreign),
            await desk.client.post(f"{path}/result", json={"outcome": "done"}, headers=foreign),
        ):
            assert code_of(answer) == (404, "outbound-task-not-found")
        assert await desk.items(TASKS, foreign) == []
    assert len(await desk.items(TASKS, desk.key("desk", "admin"))) == 1


async def test_a_call_is_kept_and_its_note_shown_to_who_may_read_it(desk: PhoneDesk) -> None:
    """H-25."""
    path = await desk.create()
    answer = await desk.attempt(path, note="占线")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (answer.json()["state"], answer.json()["attempts"]) == ("in_progress", 1)
    log = await desk.heard.service.core.store.read_log(0)
    assert not any("占线".encode() in logged.event.state for logged in log)
    masked = (await desk.client.get(path, headers=desk.manager("crm", "tickets:read"))).json()
    assert masked == answer.json()
    assert await desk.heard.said(PersonalDataRead) == []
    [call] = (await desk.client.get(path)).json()["calls"]
    assert call == {"at": "2026-11-23T02:00:00Z", **NO_ANSWER, "note": "占线"}
    [read] = await desk.heard.said(PersonalDataRead)
    assert (read.customer_ref, str(read.subject_id)) == (CUSTOMER, path.rpartition("/")[2])
    assert read.fields == ("note",)


async def test_nobody_is_called_outside_the_packs_calendar(desk: PhoneDesk) -> None:
    """M-04."""
    path = await desk.create()
    desk.clock.time = AT + 3 * HOUR
    assert code_of(await desk.attempt(path)) == (409, "outside-calendar")
    assert (await desk.attempt(path, at=AT.isoformat())).status_code == 200


async def test_no_customer_is_called_too_often_over_all_tasks(desk: PhoneDesk) -> None:
    """M-04."""
    paths = [await desk.create() for _ in range(4)]
    for day, path in enumerate(paths[:3]):
        desk.clock.time = AT + day * DAY
        assert (await desk.attempt(path)).status_code == 200
        assert code_of(await desk.attempt(paths[3])) == (409, "contacted-too-often")
    desk.clock.time = AT + 3 * DAY
    assert code_of(await desk.attempt(paths[3])) == (409, "contacted-too-often")
    desk.clock.time = AT + 7 * DAY
    assert (await desk.attempt(paths[3])).status_code == 200


async def test_other_customers_and_other_clients_customers_are_not_counted(
    desk: PhoneDesk,
) -> None:
    """M-04."""
    shop = desk.manager("shop")
    paths = [await desk.create(), await desk.create(customer_ref=str(UUID(int=6)))]
    for path in paths:
        assert (await desk.attempt(path)).status_code == 200
    of_shop = await desk.create(shop)
    answer = await desk.client.post(f"{of_shop}/attempts", json=NO_ANSWER, headers=shop)
    assert answer.status_code == 200


async def test_of_two_attempts_at_the_same_moment_one_passes(desk: PhoneDesk) -> None:
    """M-04."""
    for number in range(20):
        customer = str(UUID(int=100 + number))
        paths = [await desk.create(customer_ref=customer) for _ in range(3)]
        answers = await asyncio.gather(*(desk.attempt(path) for path in paths))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(await desk.heard.said(OutboundTaskAttempted)) == 20


async def test_a_call_told_twice_or_refused_is_not_counted(desk: PhoneDesk) -> None:
    """M-04."""
    path = await desk.create()
    at = AT.isoformat()
    desk.clock.time = AT + 2 * DAY
    for _ in range(2):
        assert (await desk.attempt(path, at=at)).status_code == 200
    other = await desk.attempt(path, at=at, outcome="refused")
    assert code_of(other) == (409, "contacted-too-often")
    for days in (1, 2):
        once = (AT + days * DAY).isoformat()
        assert (await desk.attempt(path, at=once)).status_code == 200
    assert len(await desk.heard.said(OutboundTaskAttempted)) == 3


async def test_what_was_passed_on_comes_back_with_its_result(desk: PhoneDesk) -> None:
    """M-03."""
    path = await desk.create(passed_to="group_account_manager")
    desk.clock.time = AT + DAY
    assert code_of(await desk.conclude(path, score=4)) == (409, "information-not-passed")
    passed_at = "2026-11-23T11:00:00+08:00"
    answer = await desk.conclude(
        path, score=4, information_passed_at=passed_at, filled_fields=["birthday", "address"]
    )
    assert answer.status_code == 200, answer.text
    shown = (await desk.client.get(path)).json()
    assert shown == answer.json()
    assert (shown["state"], shown["outcome"], shown["score"]) == ("concluded", "done", 4)
    assert shown["information_passed_at"] == "2026-11-23T03:00:00Z"
    assert shown["filled_fields"] == ["birthday", "address"]
    [said] = await desk.heard.said(OutboundTaskConcluded)
    assert said.passed_to == "group_account_manager"
    assert said.information_passed_at == AT + HOUR


async def test_another_result_comes_too_late(desk: PhoneDesk) -> None:
    path = await desk.create()
    assert (await desk.conclude(path)).status_code == 200
    assert (await desk.conclude(path)).status_code == 200
    late = await desk.conclude(path, outcome="refused")
    assert code_of(late) == (409, "outbound-task-concluded")
    assert code_of(await desk.attempt(path)) == (409, "outbound-task-concluded")


@pytest.mark.parametrize(
    "change",
    [
        {"customer_ref": "5"},
        {"moment": ""},
        {"moment": "a\nb"},
        {"exempt": "yes"},
        {"due": "2026-11-25"},
        {"passed_to": "neighbour"},
    ],
)
async def test_a_moment_of_another_form_is_refused(desk: PhoneDesk, change: dict[str, Any]) -> None:
    assert code_of(await desk.send(**change)) == (422, "malformed")


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "reached"},
        {"outcome": "unreachable", "score": 3},
        {"score": 6},
        {"information_passed_at": (AT + timedelta(seconds=1)).isoformat()},
        {"filled_fields": "birthday"},
        {"filled_fields": [""]},
        {"filled_fields": ["birthday"] * 101},
    ],
)
async def test_a_result_of_another_form_is_refused(desk: PhoneDesk, change: dict[str, Any]) -> None:
    assert code_of(await desk.conclude(await desk.create(), **change)) == (422, "malformed")


async def test_a_list_is_by_when_tasks_are_due_page_by_page(desk: PhoneDesk) -> None:
    days = [3, 1, 2]
    paths = [await desk.create(due=(AT + day * DAY).isoformat()) for day in days]
    found = [item["links"]["self"] for item in await desk.pages(f"{TASKS}?limit=1")]
    assert found == [paths[1], paths[2], paths[0]]


async def test_a_list_is_narrowed_by_what_is_asked(desk: PhoneDesk) -> None:
    mine = await desk.create()
    other = await desk.create(customer_ref=str(UUID(int=6)))
    await desk.attempt(other)
    for query, path in (
        ({"customer_ref": CUSTOMER}, mine),
        ({"state": "due"}, mine),
        ({"state": "in_progress"}, other),
    ):
        assert [one["links"]["self"] for one in await desk.items(TASKS, **query)] == [path]
    assert await desk.items(TASKS, state="concluded") == []
    strange = await desk.client.get(TASKS, params={"state": "open"})
    assert code_of(strange) == (422, "malformed")
