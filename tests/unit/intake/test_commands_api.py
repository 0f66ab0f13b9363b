"""What the routes of a ticket's commands add to what was decided."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.intake.service import FrontDesk, open_front_desk
from tests.unit.support.desk import code_of


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def test_a_supplement_leaves_its_text_in_the_vault(desk: FrontDesk) -> None:
    """U-11."""
    at = (await desk.register("a")).headers["location"]
    body = {"content": "再不处理就找媒体", "repeat": True, "publicity_threat": True}
    done = await desk.client.post(f"{at}/supplements", json=body)
    assert (done.status_code, done.json()["status"], done.json()["version"]) == (
        200,
        "registered",
        2,
    )
    logged = await desk.heard.service.core.store.read_log(0)
    assert "媒体".encode() not in logged[-1].event.state


async def test_a_reclassified_ticket_shows_and_is_found_by_the_new_values(desk: FrontDesk) -> None:
    at = (await desk.register("a", category="billing")).headers["location"]
    body = {"severity": "complex", "kind": "fault_report", "reason": "多户受影响"}
    done = await desk.client.post(f"{at}/reclassification", json=body, headers={"If-Match": '"1"'})
    assert done.status_code == 200
    shown = (await desk.client.get(at)).json()
    assert (shown["severity"], shown["kind"], shown["category"]) == (
        "complex",
        "fault_report",
        "billing",
    )
    assert len(await desk.items("/intake/v1/tickets", severity="complex")) == 1


async def test_a_reclassification_without_a_value_is_refused(desk: FrontDesk) -> None:
    at = (await desk.register("a")).headers["location"]
    answer = await desk.client.post(
        f"{at}/reclassification", json={"reason": "x"}, headers={"If-Match": '"1"'}
    )
    assert code_of(answer) == (422, "malformed")
