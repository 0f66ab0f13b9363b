"""H-07, H-27: who accepts what went to the department's manager, and who tells the result."""

from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain.work_order import work_order_id
from tests.unit.dispatch.desk import PASS_ON, SOLUTION, TOLD, WorkDesk
from tests.unit.dispatch.examples import SEVERE
from tests.unit.support.desk import Headers, code_of
from tests.unit.support.examples import AT, CLOCK_STARTED, HOUR, REGISTERED, W

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


@pytest.mark.parametrize(("handler", "status"), [("gao-feng", 200), ("crm", 409)])
async def test_the_manager_promises_more_than_the_limit(
    severe: WorkDesk, handler: str, status: int
) -> None:
    """H-07, H-24: as who took it over does."""
    limit = msgspec.structs.replace(CLOCK_STARTED, ticket_id=BURNT, due_at=AT + 8 * HOUR)
    await severe.heard.hear(limit)
    late = {"promised_until": (AT + 9 * HOUR).isoformat()}
    accepted = await severe.post("acceptance", {"handler": handler, **late}, order=ORDER)
    assert accepted.status_code == status
    await severe.post("acceptance", {"handler": handler}, order=ORDER)
    call = {"channel": "phone", "outcome": "reached", **late}
    assert (await severe.post("contact-attempts", call, order=ORDER)).status_code == status


def billing(desk: WorkDesk, name: str) -> Headers:
    """The department's own key."""
    return desk.key(name, "work:write", departments=("billing",))


async def returned(desk: WorkDesk, handler: str, order: UUID) -> None:
    """The department did its part."""
    for path, body in (
        ("acceptance", {"handler": handler}),
        ("completion", {"solution": SOLUTION}),
    ):
        assert (await desk.post(path, body, order=order)).status_code == 200


async def test_the_centre_and_not_the_department_tells_the_result(desk: WorkDesk) -> None:
    """H-27; of progress the department tells."""
    await returned(desk, "xu-lei", W)
    for name in ("xu-lei", "gao-feng"):
        answer = await desk.post("customer-notice", TOLD, billing(desk, name))
        assert code_of(answer) == (409, "not-the-centre")
    await desk.do("customer-notice", {**TOLD, "about": "progress"}, billing(desk, "xu-lei"))
    centre = desk.key("luo-yan", "work:write", departments=("*",))
    assert (await desk.do("customer-notice", TOLD, centre))["state"] == "notified"


async def test_so_does_the_client_whose_ticket_it_is(desk: WorkDesk) -> None:
    """H-27: the centre's own system took the call."""
    await returned(desk, "xu-lei", W)
    mine = desk.key(REGISTERED.case.client, "work:write")
    assert (await desk.do("customer-notice", TOLD, mine))["state"] == "notified"


async def test_the_manager_talks_with_the_customer_of_a_severe_matter(severe: WorkDesk) -> None:
    """H-07, H-27."""
    await returned(severe, "gao-feng", ORDER)
    clerk = await severe.post("customer-notice", TOLD, billing(severe, "xu-lei"), ORDER)
    assert code_of(clerk) == (409, "not-the-centre")
    told = await severe.post("customer-notice", TOLD, billing(severe, "gao-feng"), ORDER)
    assert told.json()["state"] == "notified"


async def test_who_took_it_over_talks_with_the_customer(desk: WorkDesk) -> None:
    """H-07, H-27: though it is not severe."""
    await desk.do("takeover", {"level": "manager", "handler": "gao-feng"})
    await returned(desk, "gao-feng", W)
    told = await desk.do("customer-notice", TOLD, billing(desk, "gao-feng"))
    assert told["state"] == "notified"


async def test_under_another_pack_the_department_tells_the_result(desk: WorkDesk) -> None:
    """H-27 is hotline-400's alone."""
    case = msgspec.structs.replace(REGISTERED.case, pack="travel-platform")
    await desk.heard.hear(msgspec.structs.replace(REGISTERED, ticket_id=BURNT, case=case))
    await returned(desk, "jin-ling", ORDER)
    travel = desk.key("jin-ling", "work:write", departments=("travel-service",))
    told = await desk.post("customer-notice", TOLD, travel, ORDER)
    assert told.json()["state"] == "notified"
