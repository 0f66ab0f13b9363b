"""What can't be solved on the phone is handed over, and its result comes back (M-03)."""

from collections.abc import AsyncIterator
from dataclasses import replace as with_changes
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.revisit.bootstrap import Revisit
from services.revisit.domain import errors
from services.revisit.domain.commands import HandOverOutboundTask
from services.revisit.domain.outbound_task import OUTBOUND_TASK
from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from shared.testing.decider_spec import DeciderSpec
from tests.unit.revisit.outbound_examples import (
    ATTEMPTED,
    CONCLUDE,
    CONCLUDED,
    CREATED,
    CUSTOMER,
    HAND_OVER,
    HANDED_OVER,
    SUPPRESSED,
)
from tests.unit.support.desk import Desk, code_of, open_desk
from tests.unit.support.examples import AT, HOUR

TASKS = "/revisit/v1/outbound-tasks"
OPENING = AT + 24 * HOUR
COUNTER = with_changes(HAND_OVER, passed_to="counter", appointment_at=OPENING)
AT_THE_COUNTER = msgspec.structs.replace(HANDED_OVER, passed_to="counter", appointment_at=OPENING)
task = DeciderSpec(OUTBOUND_TASK)


def test_what_the_phone_cannot_solve_is_handed_over() -> None:
    """M-03: also after a call, which is when it turns out."""
    task.given(CREATED).when(HAND_OVER).then(HANDED_OVER)
    task.given(CREATED, ATTEMPTED).when(COUNTER).then(AT_THE_COUNTER)


def test_a_counter_expects_the_customer() -> None:
    """M-03: by appointment."""
    command = with_changes(COUNTER, appointment_at=None)
    task.given(CREATED).when(command).then_raises(errors.AppointmentMissingError)


@pytest.mark.parametrize("handed_over", [COUNTER, HAND_OVER])
@pytest.mark.parametrize("appointment_at", [AT, AT - HOUR, AT + timedelta(days=3654)])
def test_an_appointment_lies_ahead_and_within_ten_years(
    handed_over: HandOverOutboundTask, appointment_at: datetime
) -> None:
    """M-03."""
    command = with_changes(handed_over, appointment_at=appointment_at)
    task.given(CREATED).when(command).then_raises(errors.ImplausibleAppointmentError)


def test_a_manager_may_expect_the_customer_too() -> None:
    """M-03."""
    command = with_changes(HAND_OVER, appointment_at=OPENING)
    expected = msgspec.structs.replace(HANDED_OVER, appointment_at=OPENING)
    task.given(CREATED).when(command).then(expected)


def test_the_same_hand_over_twice_decides_nothing() -> None:
    task.given(CREATED, HANDED_OVER).when(with_changes(HAND_OVER, at=AT + HOUR)).then_nothing()
    told = msgspec.structs.replace(CREATED, passed_to="group_account_manager")
    task.given(told).when(HAND_OVER).then_nothing()
    result = msgspec.structs.replace(CONCLUDED, information_passed_at=AT)
    task.given(CREATED, HANDED_OVER, result).when(HAND_OVER).then_nothing()


def test_it_may_be_handed_on_to_another_one() -> None:
    """M-03: the result names who had it last."""
    task.given(CREATED, HANDED_OVER).when(COUNTER).then(AT_THE_COUNTER)
    conclude = with_changes(CONCLUDE, information_passed_at=AT)
    concluded = msgspec.structs.replace(CONCLUDED, passed_to="counter", information_passed_at=AT)
    task.given(CREATED, HANDED_OVER, AT_THE_COUNTER).when(conclude).then(concluded)


def test_its_result_says_when_the_information_was_passed() -> None:
    """M-03."""
    task.given(CREATED, HANDED_OVER).when(CONCLUDE).then_raises(errors.InformationNotPassedError)


def test_only_an_open_task_is_handed_over_and_not_before_it_came() -> None:
    task.given().when(HAND_OVER).then_raises(errors.OutboundTaskNotCreatedError)
    task.given(SUPPRESSED).when(HAND_OVER).then_raises(errors.OutboundTaskSuppressedError)
    task.given(CREATED, CONCLUDED).when(HAND_OVER).then_raises(errors.OutboundTaskConcludedError)
    early = with_changes(HAND_OVER, at=AT - HOUR)
    task.given(CREATED).when(early).then_raises(errors.BeforeOutboundTaskError)


class PhoneDesk(Desk[Revisit]):
    """One running revisit, with one task."""

    pack = "mobile-key-account"
    path: str

    async def create(self) -> str:
        body = {"customer_ref": str(CUSTOMER), "moment": "contract-change"}
        answer = await self.client.post(TASKS, json=body, headers={"Idempotency-Key": "a"})
        location: str = answer.headers["location"]
        return location

    async def do(self, path: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[PhoneDesk]:
    async with open_desk(PhoneDesk, create_app, HANDLERS, tmp_path, AT) as desk:
        yield desk


async def test_the_customers_service_track_shows_what_was_handed_over_and_its_result(
    desk: PhoneDesk,
) -> None:
    """M-03."""
    path = await desk.create()
    await desk.do(f"{path}/attempts", channel="phone", outcome="reached")
    handed = await desk.do(
        f"{path}/hand-over",
        passed_to="counter",
        appointment_at="2026-11-24T10:00:00+08:00",
        note="带身份证",
    )
    assert (handed["state"], handed["passed_to"]) == ("in_progress", "counter")
    assert "带身份证" not in str(handed["handed_over_note"])
    [waiting] = await desk.items(TASKS, customer_ref=CUSTOMER)
    assert (waiting["passed_to"], waiting["outcome"]) == ("counter", None)
    assert waiting["handed_over_at"] == "2026-11-23T02:00:00Z"
    assert waiting["appointment_at"] == "2026-11-24T02:00:00Z"
    desk.clock.time = AT + 25 * HOUR
    told = (AT + HOUR).isoformat()
    await desk.do(f"{path}/result", outcome="done", score=5, information_passed_at=told)
    [kept] = await desk.items(TASKS, customer_ref=CUSTOMER)
    assert (kept["state"], kept["outcome"], kept["score"]) == ("concluded", "done", 5)
    assert (kept["passed_to"], kept["information_passed_at"]) == ("counter", "2026-11-23T03:00:00Z")
    assert (await desk.client.get(path)).json()["handed_over_note"] == "带身份证"
    log = await desk.heard.service.core.store.read_log(0)
    assert not any("身份证".encode() in logged.event.state for logged in log)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"passed_to": "neighbour"},
        {"passed_to": "counter", "appointment_at": "tomorrow"},
        {"passed_to": "counter", "note": " "},
    ],
)
async def test_a_hand_over_of_another_form_is_refused(
    desk: PhoneDesk, body: dict[str, Any]
) -> None:
    path = await desk.create()
    answer = await desk.client.post(f"{path}/hand-over", json=body)
    assert code_of(answer) == (422, "malformed")
