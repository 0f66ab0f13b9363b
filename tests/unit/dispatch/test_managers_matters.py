"""H-07: who accepts what went to the department's manager for its severity."""

from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain.work_order import work_order_id
from tests.unit.dispatch.desk import PASS_ON, WorkDesk
from tests.unit.dispatch.examples import SEVERE
from tests.unit.support.desk import code_of
from tests.unit.support.examples import REGISTERED, W

BURNT = UUID(int=30)
ORDER = work_order_id(BURNT, 1)


@pytest.fixture
async def severe(desk: WorkDesk) -> WorkDesk:
    """Beside the desk's ticket one that is severe."""
    await desk.heard.hear(msgspec.structs.replace(REGISTERED, ticket_id=BURNT, case=SEVERE))
    return desk


@pytest.mark.parametrize("handler", ["xu-lei", "he-bin", "jiang-hong", "Sun-Yue"])
async def test_a_severe_matter_is_the_managers_to_accept(severe: WorkDesk, handler: str) -> None:
    """H-07: as after a reclassification; neither a clerk's, nor another department's manager's."""
    assert (await severe.show(order=ORDER)).json()["handler"] == "gao-feng"
    answer = await severe.post("acceptance", {"handler": handler}, order=ORDER)
    assert code_of(answer) == (409, "taken-over")
    other = await severe.post("acceptance", {"handler": handler}, order=W)
    assert other.status_code == 200


@pytest.mark.parametrize("handler", ["Gao-Feng", "shen-guoqiang", "crm"])
async def test_the_manager_accepts_it_or_who_is_above_or_a_system(
    severe: WorkDesk, handler: str
) -> None:
    """H-07, H-30."""
    accepted = await severe.post("acceptance", {"handler": handler}, order=ORDER)
    assert accepted.json()["state"] == "accepted"


async def test_where_it_is_transferred_the_manager_there_accepts_it(severe: WorkDesk) -> None:
    """H-07."""
    await severe.post("transfer", PASS_ON, {"If-Match": '"1"'}, ORDER)
    for handler in ("gao-feng", "qin-yao"):
        answer = await severe.post("acceptance", {"handler": handler}, order=ORDER)
        assert code_of(answer) == (409, "taken-over")
    accepted = await severe.post("acceptance", {"handler": "jiang-hong"}, order=ORDER)
    assert accepted.json()["handler"] == "jiang-hong"


async def test_who_helps_with_it_need_not_be_a_manager(severe: WorkDesk) -> None:
    """H-07, T-08: the responsible department's manager has it."""
    await severe.post("acceptance", {"handler": "gao-feng"}, order=ORDER)
    await severe.post("help", {"department": "field-service", "request": "请检测"}, order=ORDER)
    helping = work_order_id(BURNT, 1, "help", "field-service")
    accepted = await severe.post("acceptance", {"handler": "wang-qiang"}, order=helping)
    assert accepted.json()["handler"] == "wang-qiang"
