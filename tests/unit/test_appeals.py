"""U-12 over all services with a part in it: lodged, offered, answered, and only then closed."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.support.calls import COMPLAINT, TICKETS, Steps
from tests.unit.support.examples import AT, HOUR
from tests.unit.support.joined import Joined, join

TOLD = {"about": "result", "channel": "phone", "outcome": "reached"}
STEPS: Steps = (
    ("acceptance", {}),
    ("completion", {"solution": "更换光猫"}),
    ("customer-notice", TOLD),
)


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Joined]:
    async with join(tmp_path, AT, "intake", "dispatch", "revisit") as found:
        yield found


async def post(company: Joined, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
    service = path.split("/")[1]
    answer = await company[service].client.post(path, json=body)
    assert answer.is_success, answer.text
    await company.pass_on()
    return answer.json()


async def register(company: Joined) -> str:
    body = {**COMPLAINT, "external_id": "CRM-1"}
    return str((await post(company, TICKETS, body))["links"]["self"])


async def orders(company: Joined, at: str) -> dict[str, str]:
    """The newest work order of each role."""
    found = await company["dispatch"].items(
        "/dispatch/v1/work-orders", ticket_id=at.rpartition("/")[2]
    )
    return {one["role"]: one["links"]["self"] for one in sorted(found, key=lambda o: o["round"])}


async def solve(company: Joined, at: str) -> None:
    main = (await orders(company, at))["main"]
    for path, body in STEPS:
        await post(company, f"{main}/{path}", body)


async def revisit(company: Joined, at: str, *, solved: bool) -> None:
    due = await company["revisit"].items(
        "/revisit/v1/revisits", ticket_id=at.rpartition("/")[2], state="due"
    )
    await post(company, f"{due[0]['links']['self']}/result", {"solved": solved})


async def answer_appeal(company: Joined, at: str) -> None:
    appeal = (await orders(company, at))["appeal"]
    await post(company, f"{appeal}/acceptance", {"handler": "shi-lan"})
    await post(company, f"{appeal}/appeal-answer", {"text": "维持原结果", "outcome": "rejected"})


async def status(company: Joined, at: str) -> tuple[str, str | None]:
    """The ticket's status, and how its appeal was answered."""
    shown = (await company["intake"].client.get(at)).json()
    return shown["status"], (shown["appeal"] or {}).get("outcome")


async def test_a_solved_ticket_closes_once_its_appeal_is_answered(company: Joined) -> None:
    """U-12."""
    at = await register(company)
    await post(company, f"{at}/appeal", {"reason": "拖延", "through": "通信管理局"})
    await solve(company, at)
    await revisit(company, at, solved=True)
    assert await status(company, at) == ("in_revisit", None)
    await answer_appeal(company, at)
    assert await status(company, at) == ("closed", "rejected")


async def test_an_answered_appeal_does_not_close_what_is_not_solved(company: Joined) -> None:
    """U-12, H-20."""
    at = await register(company)
    await solve(company, at)
    await post(company, f"{at}/appeal", {"reason": "不满"})
    await revisit(company, at, solved=False)
    await answer_appeal(company, at)
    assert await status(company, at) == ("dispatched", "rejected")
    await solve(company, at)
    await revisit(company, at, solved=True)
    assert await status(company, at) == ("closed", "rejected")


async def test_a_closed_ticket_that_is_appealed_goes_through_another_round(company: Joined) -> None:
    """U-12."""
    at = await register(company)
    await solve(company, at)
    await revisit(company, at, solved=True)
    assert await status(company, at) == ("closed", None)
    await post(company, f"{at}/appeal", {"reason": "又断网了", "through": "消费者协会"})
    assert await status(company, at) == ("dispatched", None)
    await answer_appeal(company, at)
    await solve(company, at)
    await revisit(company, at, solved=True)
    assert await status(company, at) == ("closed", "rejected")


async def test_a_letter_from_before_the_closing_is_an_appeal_too(company: Joined) -> None:
    """U-12: entered when it arrived, dated when it was written."""
    at = await register(company)
    for desk in company.desks.values():
        desk.clock.time = AT + 2 * HOUR
    await solve(company, at)
    await revisit(company, at, solved=True)
    lodged_at = (AT + HOUR).isoformat()
    await post(
        company, f"{at}/appeal", {"reason": "不满", "through": "通信管理局", "at": lodged_at}
    )
    shown = (await company["intake"].client.get(at)).json()
    assert (shown["status"], shown["rounds"]) == ("dispatched", 2)
    assert datetime.fromisoformat(shown["appeal"]["lodged_at"]) == AT + HOUR
    assert (await orders(company, at)).keys() == {"main", "appeal"}


async def test_a_withdrawal_leaves_nobody_an_appeal_to_answer(company: Joined) -> None:
    """U-12."""
    at = await register(company)
    await post(company, f"{at}/appeal", {"reason": "不满"})
    await post(company, f"{at}/withdrawal", {"reason": "已和解"})
    appeal = (await orders(company, at))["appeal"]
    assert (await company["dispatch"].client.get(appeal)).json()["state"] == "cancelled"
    assert await status(company, at) == ("withdrawn", None)
