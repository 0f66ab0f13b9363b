"""C-10: by whatever way somebody becomes handler, it is never who is complained about."""

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import replace as with_changes
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import work_order_id
from shared.contracts.intake import TicketReclassified
from shared.departments import Absence
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import ACCEPT, OFFERED, RECTIFICATION, TAKE_OVER
from tests.unit.dispatch.service import DispatchEars, ears
from tests.unit.support.calls import CALLS, ORDER, Call
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, CASE, HOUR, REGISTERED, TEXT, T

ABOUT = UUID(int=41)
"""A ticket about the manager of the area 朝阳，who works in `field-service`."""
AGAINST = msgspec.structs.replace(
    REGISTERED, ticket_id=ABOUT, area="朝阳", against_person="Wang-Qiang"
)
TO_THEM = {"department": "field-service", "reason": "归装维"}
ticket = DeciderSpec(TICKET)


def test_the_one_complained_about_neither_accepts_nor_takes_over() -> None:
    """C-10."""
    offered = msgspec.structs.replace(OFFERED, against_person="Xu-Lei")
    ticket.given(offered).when(ACCEPT).then_raises(errors.HandlerComplainedAboutError)
    own = with_changes(TAKE_OVER, handler="xu-lei")
    ticket.given(offered).when(own).then_raises(errors.HandlerComplainedAboutError)


async def handler_of(desk: WorkDesk, order: UUID) -> str | None:
    handler: str | None = (await desk.show(order=order)).json()["handler"]
    return handler


async def version_of(desk: WorkDesk, order: UUID) -> dict[str, str]:
    return {"If-Match": (await desk.show(order=order)).headers["etag"]}


@pytest.mark.parametrize("way", ["transfer", "arbitration"])
async def test_who_assigns_it_to_their_department_finds_another_one_there(
    desk: WorkDesk, way: str
) -> None:
    """C-10, C-01: the area is theirs, this matter is not."""
    await desk.heard.hear(AGAINST)
    order = work_order_id(ABOUT, 1)
    if way == "arbitration":
        await desk.post("refusal", {"reason": "不属于本部门"}, order=order)
    moved = await desk.post(way, TO_THEM, await version_of(desk, order), order)
    assert (moved.json()["department"], moved.json()["handler"]) == ("field-service", "peng-hui")
    own = await desk.post("acceptance", {"handler": "wang-qiang"}, order=order)
    assert code_of(own) == (409, "handler-complained-about")


async def test_their_department_helps_by_another_one(desk: WorkDesk) -> None:
    """C-10, T-08: nor do they accept the help's work order."""
    await desk.heard.hear(AGAINST)
    await desk.post("acceptance", order=work_order_id(ABOUT, 1))
    asked = {"department": "field-service", "request": "请说明经过"}
    await desk.post("help", asked, order=work_order_id(ABOUT, 1))
    order = work_order_id(ABOUT, 1, "help", "field-service")
    assert await handler_of(desk, order) == "peng-hui"
    own = await desk.post("acceptance", {"handler": "Wang-Qiang "}, order=order)
    assert code_of(own) == (409, "handler-complained-about")


@pytest.mark.parametrize("call", [one for one in CALLS if one.path.startswith(ORDER)], ids=str)
async def test_to_the_one_complained_about_it_is_not_there(desk: WorkDesk, call: Call) -> None:
    """C-10: whatever they ask of it, and whatever their key may besides."""
    await desk.heard.hear(AGAINST)
    before = await desk.heard.log()
    path = call.path.format(work_order_id=work_order_id(ABOUT, 1))
    own = {**desk.key("wang-qiang", "admin", "pii:read"), "If-Match": '"1"'}
    answer = await desk.client.request(call.method, path, json=call.body, headers=own)
    assert code_of(answer) == (404, "work-order-not-found")
    assert await desk.heard.log() == before


async def test_their_lists_leave_it_out_page_by_page(desk: WorkDesk) -> None:
    """C-10: the pages go on behind what is left out."""
    after = msgspec.structs.replace(REGISTERED, ticket_id=UUID(int=42), at=AT + HOUR)
    between = msgspec.structs.replace(AGAINST, at=AT + HOUR / 2)
    await desk.heard.hear(between, after)
    url = f"{WORK_ORDERS}?limit=1"
    own = desk.key("Wang-Qiang", "tickets:read", departments=("*",))
    other = desk.key("liu-yang", "tickets:read", departments=("*",))
    everything = [one["ticket_id"] for one in await desk.pages(url, other)]
    assert len(everything) == 3
    shown = [one["ticket_id"] for one in await desk.pages(url, own)]
    assert shown == [one for one in everything if one != str(ABOUT)]


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[DispatchEars]:
    async with ears(tmp_path) as found:
        yield found


def absent(heard: DispatchEars, name: str, deputy: str) -> None:
    """The directory has the one stand in for the other in these weeks."""
    away = Absence(name=name, first_day="2026-11-01", last_day="2026-12-31", deputy=deputy)
    directory = msgspec.structs.replace(heard.service.directory, absences=(away,))
    heard.service = dataclasses.replace(heard.service, directory=directory)


async def handlers(heard: DispatchEars) -> list[str | None]:
    return [row.order.handler for row in await heard.rows() if row.order]


async def test_they_are_no_deputy_in_their_own_matter(heard: DispatchEars) -> None:
    """C-10, H-30: the next above is asked."""
    absent(heard, "liu-yang", "wang-qiang")
    repairs = msgspec.structs.replace(CASE, kind="fault_report", category=None)
    other = msgspec.structs.replace(REGISTERED, case=repairs, area="海淀")
    await heard.hear(other)
    assert await handlers(heard) == ["wang-qiang"]
    await heard.hear(msgspec.structs.replace(other, ticket_id=ABOUT, against_person="wang-qiang"))
    assert await handlers(heard) == ["wang-qiang", "peng-hui"]


async def test_nor_does_their_deputy_of_a_manager_take_over_what_became_severe(
    heard: DispatchEars,
) -> None:
    """C-10, H-07, H-30."""
    absent(heard, "gao-feng", "xu-lei")
    await heard.hear(msgspec.structs.replace(REGISTERED, against_person="xu-lei"))
    severe = msgspec.structs.replace(CASE, severity="major")
    reclassified = TicketReclassified(
        ticket_id=T,
        case=severe,
        previous_kind="complaint",
        previous_severity="general",
        reason=TEXT,
        at=REGISTERED.at,
    )
    await heard.hear(reclassified)
    assert await handlers(heard) == ["shen-guoqiang"]


async def test_the_next_round_is_anothers_too(heard: DispatchEars) -> None:
    """C-10, H-20: also where it is severe by then, and the manager is complained about."""
    severe = msgspec.structs.replace(CASE, severity="major")
    about = msgspec.structs.replace(REGISTERED, against_person="gao-feng")
    await heard.hear(about, msgspec.structs.replace(RECTIFICATION, case=severe))
    orders = work_orders_of(await heard.ticket())
    assert [order.handler for order in orders] == [None, "shen-guoqiang"]
