"""Reports to the superior: archived with their hash; what becomes known later restates them."""

import hashlib
import io
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from openpyxl.reader.excel import load_workbook

from services.cli.saving import name_in
from services.reporting.own_projections import REPORTS as REPORT_ROWS
from shared.contracts import dispatch, intake
from shared.event_store import Append
from shared.messaging.topics import partition_of
from shared.tables import Put
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, HOUR, NUMBER, OFFERED, REGISTERED, TEXT, T, W

REPORTS = "/reporting/v1/reports"
FIGURES = "/reporting/v1/figures"
DAY = {"day": "2026-11-23"}
OTHER = next(one for n in count() if partition_of(one := UUID(int=n)) == partition_of(T))
"""A ticket of the same partition."""
COMPLETED = dispatch.WorkOrderCompleted(
    work_order_id=W,
    ticket_id=T,
    round=1,
    department="billing",
    solution=TEXT,
    solved=True,
    at=AT,
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    async with open_any("reporting", tmp_path) as desk:
        await desk.read("intake", REGISTERED)
        await desk.read("dispatch", OFFERED)
        yield desk


async def report(desk: AnyDesk, unit: str = "day", **body: str) -> dict[str, Any]:
    answer = await desk.client.post(f"{REPORTS}/{unit}", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_the_days_register_goes_to_the_superior(desk: AnyDesk) -> None:
    """H-31, T-10: built, sent, archived with its hash."""
    made = await report(desk, period="2026-11-23")
    assert (made["unit"], made["period"], made["scope"]) == ("day", "2026-11-23", "all")
    assert (made["sent_to"], made["built_by"]) == ("shen-guoqiang", "desk")
    file = await desk.client.get(made["file"])
    assert hashlib.sha256(file.content).hexdigest() == made["sha256"]
    book = load_workbook(io.BytesIO(file.content))
    assert book["汇总"]["A1"].value == "客户服务统计日报 2026-11-23"
    assert [cell.value for cell in book["登记表"][4]][:3] == [NUMBER, "2026-11-23", "计费账务部"]
    told = [cell.value for cell in book["登记表"][3]]
    assert {"类型", "类别", "产品", "状态"} <= set(told)
    assert (await desk.client.get(f"{REPORTS}/{made['report_id']}")).json() == made
    assert "report-archived.v1" in await desk.heard.log()


async def test_what_was_entered_late_is_in_the_register_of_the_day_on_which_it_was(
    desk: AnyDesk,
) -> None:
    """H-31: the register of the day on which it happened has gone to the superior by then."""
    late = msgspec.structs.replace(
        REGISTERED, ticket_id=OTHER, number="T20261122-22222222", at=AT - 24 * HOUR
    )
    await desk.read("intake", late, subject=OTHER)
    for day, numbers in {
        "2026-11-22": ["T20261122-22222222"],
        "2026-11-23": [NUMBER, "T20261122-22222222"],
        "2026-11-21": None,
    }.items():
        made = await report(desk, period=day)
        book = load_workbook(io.BytesIO((await desk.client.get(made["file"])).content))
        listed = [row[0].value for row in book["登记表"].iter_rows(4)] if numbers else None
        assert listed == numbers, day
        assert ("登记表" in book.sheetnames) == (numbers is not None)


async def test_a_report_keeps_its_name_whatever_an_older_release_called_its_period(
    desk: AnyDesk,
) -> None:
    """Periods in full-width digits were taken once; a header holds ASCII alone (RFC 8187)."""
    made = await report(desk)
    store = desk.heard.service.core.store
    row = msgspec.structs.replace(
        await store.get(REPORT_ROWS, made["report_id"]), period='\uff12026-11-22"'
    )
    await store.append(Append(rows=[Put(REPORT_ROWS, made["report_id"], row)]))
    file = await desk.client.get(made["file"])
    assert file.status_code == 200
    assert file.headers["content-disposition"] == (
        'attachment; filename="huiyin-_026-11-22_.xlsx"; '
        "filename*=UTF-8''huiyin-%EF%BC%92026-11-22%22.xlsx"
    )
    assert name_in(file, "") == "huiyin-_026-11-22_.xlsx"


@pytest.mark.parametrize(
    ("unit", "last"), [("day", "2026-11-22"), ("week", "2026-W47"), ("month", "2026-10")]
)
async def test_each_day_week_and_month_has_one_and_the_last_is_the_default(
    desk: AnyDesk, unit: str, last: str
) -> None:
    """T-10: daily, weekly and monthly."""
    assert (await report(desk, unit))["period"] == last


@pytest.mark.parametrize("period", ["2026-11", "9999-12-31", "\uff12026-11-22", "2027-01-01"])
async def test_what_is_no_period_or_has_not_begun_is_refused(desk: AnyDesk, period: str) -> None:
    answer = await desk.client.post(f"{REPORTS}/day", json={"period": period})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == "/period"
    assert code_of(await desk.client.post(f"{REPORTS}/year"))[0] == 422


async def test_a_repeat_is_the_same_report_and_another_one_stands_beside_it(
    desk: AnyDesk,
) -> None:
    once = {"Idempotency-Key": "a"}
    first = await desk.client.post(f"{REPORTS}/day", headers=once)
    await desk.read("dispatch", COMPLETED)
    again = await desk.client.post(f"{REPORTS}/day", headers=once)
    assert (again.content, again.headers["idempotent-replay"]) == (first.content, "true")
    await report(desk)
    assert len(await desk.items(REPORTS)) == 2


async def test_a_department_s_report_is_its_own(desk: AnyDesk) -> None:
    """H-25."""
    billing = desk.key("gao-feng", "reports:read", departments=("billing",))
    field = desk.key("cao-yong", "reports:read", departments=("field-service",))
    await report(desk)
    made = await desk.client.post(f"{REPORTS}/day", headers=billing)
    assert made.json()["scope"] == "departments billing"
    assert len(await desk.items(REPORTS, billing)) == 1
    assert len(await desk.items(REPORTS)) == 2
    answer = await desk.client.get(made.json()["file"], headers=field)
    assert code_of(answer) == (404, "not-found")


async def figures(desk: AnyDesk) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.client.get(FIGURES, params=DAY)).json()
    return found


async def test_a_late_fact_restates_a_reported_figure_with_its_cause(desk: AnyDesk) -> None:
    """H-22: old and new, and the event that changed it."""
    made = await report(desk, period=DAY["day"])
    assert (await figures(desk))["restated"] == []
    desk.clock.time += HOUR
    await desk.read("dispatch", COMPLETED)
    told = {one["figure"]: one for one in (await figures(desk))["restated"]}
    rate = told["completion_rate"]
    assert (rate["was"], rate["now"], rate["report_id"]) == (0.0, 1.0, made["report_id"])
    assert "tickets" not in told
    answer = await desk.client.get(f"{FIGURES}/completion_rate/causes", params=DAY)
    [cause] = answer.json()["items"]
    assert (cause["type"], cause["number"]) == ("work-order-completed.v1", NUMBER)
    assert (cause["before"], cause["after"]) == ([0.0, 1], [1.0, 1])
    untouched = await desk.client.get(f"{FIGURES}/tickets/causes", params=DAY)
    assert untouched.json()["items"] == []


async def test_a_ticket_entered_late_restates_the_day_on_which_it_came_in(desk: AnyDesk) -> None:
    """H-22, H-21."""
    await report(desk, period=DAY["day"])
    late = msgspec.structs.replace(REGISTERED, ticket_id=OTHER, number="T20261123-22222222")
    assert isinstance(late, intake.TicketRegistered)
    await desk.read("intake", late, subject=OTHER)
    [tickets] = [one for one in (await figures(desk))["restated"] if one["figure"] == "tickets"]
    assert (tickets["was"], tickets["now"]) == (1, 2)
    answer = await desk.client.get(f"{FIGURES}/tickets/causes", params=DAY)
    [cause] = answer.json()["items"]
    assert (cause["subject"], cause["before"], cause["after"]) == (str(OTHER), None, [1.0, 1])
    anew = await report(desk, period=DAY["day"])
    book = load_workbook(io.BytesIO((await desk.client.get(anew["file"])).content))
    told = {row[0].value: (row[1].value, row[7].value) for row in book["汇总"].iter_rows(4)}
    assert (told["指标"][1], told["受理工单数"]) == ("上次报送", (2, 1))


async def test_what_was_never_reported_is_not_restated(desk: AnyDesk) -> None:
    await desk.read("dispatch", COMPLETED)
    assert (await figures(desk))["restated"] == []
    answer = await desk.client.get(f"{FIGURES}/completion_rate/causes", params=DAY)
    assert answer.json()["items"] == []
