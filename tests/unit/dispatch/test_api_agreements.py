"""What dispatch's routes add to agreements with the customer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.dispatch.handlers import HANDLERS
from services.dispatch.main import create_app
from shared.codec import encode
from shared.contracts import sla
from shared.contracts.dispatch import ExtensionAgreed
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.support.desk import code_of, open_desk
from tests.unit.support.examples import AT, CLOCK_STARTED, HOUR, REGISTERED, T, W

CONSENT = {"by": "张晓明", "at": "2026-11-23T10:00:00+08:00", "means": "phone"}
LONGER: dict[str, Any] = {
    "until": "2026-12-01T18:00:00+08:00",
    "reason": "等待备件",
    "consent": CONSENT,
}
VISIT = {"from": "2026-11-23T11:00:00+08:00", "until": "2026-11-23T12:00:00+08:00"}
VERSION = {"If-Match": '"2"'}


@pytest.fixture
async def travel_desk(tmp_path: Path) -> AsyncIterator[WorkDesk]:
    """With a ticket under the pack that takes the customer's consent to a longer time."""
    case = msgspec.structs.replace(REGISTERED.case, pack="travel-platform")
    async with open_desk(WorkDesk, create_app, HANDLERS, tmp_path, AT) as desk:
        await desk.heard.hear(msgspec.structs.replace(REGISTERED, case=case), CLOCK_STARTED)
        yield desk


async def test_a_clock_that_stands_still_shows_no_limit_and_is_still_the_measure(
    travel_desk: WorkDesk,
) -> None:
    """SLA-ENGINE, pause; H-24: nobody promises beyond what had been promised."""
    desk = travel_desk
    paused = sla.ClockPaused(
        ticket_id=T, clock="answer", round=1, occurrence="x", reason="force_majeure", at=AT
    )
    await desk.heard.hear(paused)
    [shown] = (await desk.client.get(f"/dispatch/v1/work-orders?ticket_id={T}")).json()["items"]
    assert shown["due_at"] is None
    late = {"handler": "li-na", "promised_until": "2026-12-30T18:00:00+08:00"}
    assert code_of(await desk.post("acceptance", late)) == (409, "promise-beyond-limit")


async def test_under_most_packs_no_time_is_extended(desk: WorkDesk) -> None:
    """T-04."""
    await desk.do("acceptance")
    assert code_of(await desk.post("extension", LONGER, VERSION)) == (409, "extension-not-offered")


async def test_who_extends_the_time_says_who_consented_when_and_how(
    travel_desk: WorkDesk,
) -> None:
    """T-04."""
    desk = travel_desk
    await desk.do("acceptance")
    extended = await desk.do("extension", LONGER, VERSION)
    assert extended["extension"] == {
        "until": "2026-12-01T10:00:00Z",
        "consent_at": "2026-11-23T02:00:00Z",
        "consent_means": "phone",
    }
    shown = (await desk.show()).json()
    assert [(one["field"], one["text"]) for one in shown["texts"]] == [
        ("reason", "等待备件"),
        ("consent_by", "张晓明"),
    ]
    [event] = await desk.heard.said(ExtensionAgreed)
    assert "张晓明" not in encode(event).decode()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "等待", "until": LONGER["until"]}, "/consent"),
        ({**LONGER, "consent": {"by": "张晓明"}}, "/consent/at"),
        ({**LONGER, "consent": {**CONSENT, "at": "2026-11-23T02:00:01Z"}}, "/consent/at"),
        ({**LONGER, "consent": {**CONSENT, "means": "smoke"}}, "/consent/means"),
        ({**LONGER, "until": "2026-11-23T02:00:00Z"}, "/until"),
        ({**LONGER, "until": "2036-11-24T02:00:00Z"}, "/until"),
    ],
)
async def test_no_longer_time_without_a_whole_consent(
    desk: WorkDesk, body: dict[str, Any], pointer: str
) -> None:
    """T-04."""
    await desk.do("acceptance")
    answer = await desk.post("extension", body, VERSION)
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_what_rests_says_why_and_is_not_completed(desk: WorkDesk) -> None:
    await desk.do("acceptance")
    suspended = await desk.do("suspension", {"reason": "awaiting_customer"})
    since = {"reason": "awaiting_customer", "at": "2026-11-23T02:00:00Z"}
    assert suspended["suspended"] == since
    answer = await desk.post("completion", {"solution": "更换光猫"}, {"Accept-Language": "zh"})
    assert code_of(answer) == (409, "suspended")
    assert answer.json()["title"] == "派单已挂起，请先恢复处理。"
    resumed = await desk.client.post(f"{WORK_ORDERS}/{W}/resumption")
    assert (resumed.status_code, resumed.json()["suspended"]) == (200, None)
    await desk.do("completion", {"solution": "更换光猫"})


@pytest.mark.parametrize("reason", ["awaiting_customer", "force_majeure"])
async def test_a_travel_platforms_work_never_rests(travel_desk: WorkDesk, reason: str) -> None:
    """T-04: the customer's consent is the only way to a longer time."""
    await travel_desk.do("acceptance")
    answer = await travel_desk.post("suspension", {"reason": reason})
    assert code_of(answer) == (409, "suspension-not-offered")


async def test_an_appointment_is_agreed_moved_and_missed(desk: WorkDesk) -> None:
    """C-04, C-05."""
    await desk.do("acceptance")
    agreed = await desk.do("appointments", {**VISIT, "note": "带备用光猫"})
    stands = {"from_at": "2026-11-23T03:00:00Z", "until": "2026-11-23T04:00:00Z"}
    assert agreed["appointment"] == stands
    moved = {**VISIT, "from": "2026-11-23T11:30:00+08:00"}
    assert code_of(await desk.post("appointments", moved)) == (409, "appointment-stands")
    await desk.do("appointments", {**moved, "reason": "堵车", "customer_agreed": True})
    assert code_of(await desk.post("no-show", {"note_left": True})) == (
        409,
        "appointment-not-begun",
    )
    desk.clock.time += 2 * HOUR
    assert code_of(await desk.post("no-show", {"note_left": False})) == (409, "note-missing")
    missed = await desk.do("no-show", {"note_left": True})
    assert missed["appointment"] is None
    assert missed["missed_appointments"] == [
        {
            "from_at": "2026-11-23T03:30:00Z",
            "until": "2026-11-23T04:00:00Z",
            "note_left": True,
            "at": "2026-11-23T04:00:00Z",
        }
    ]
    texts = (await desk.show()).json()["texts"]
    assert [one["field"] for one in texts] == ["note", "reason"]


async def test_an_appointment_that_ends_before_it_begins_is_refused(desk: WorkDesk) -> None:
    """C-04."""
    await desk.do("acceptance")
    answer = await desk.post("appointments", {**VISIT, "until": VISIT["from"]})
    assert code_of(answer) == (422, "malformed")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/until"]
