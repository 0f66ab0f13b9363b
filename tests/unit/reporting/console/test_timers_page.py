"""The timers page over a real sla: what is overdue, who was called on, and that it was seen."""

import dataclasses
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from httpx import ASGITransport, AsyncBaseTransport, MockTransport, Request, Response
from msgspec.json import encode
from msgspec.structs import replace

from services.reporting.console.texts import texts_in
from services.reporting.console.timer_findings import timer_findings
from services.reporting.console.times import span
from services.reporting.main import create_app
from services.reporting.timer_models import (
    DueItem,
    DuePage,
    TimersBoard,
    TimersQuery,
)
from services.reporting.timers import narrowed
from shared.contracts.timers import CatchingUp, RaisingLag, TimerCounts, TimerGroup, Timers
from tests.unit.reporting.console.browsers import CONSOLE, Browser
from tests.unit.reporting.console.test_ticket_page import text_of
from tests.unit.support.any_desk import TRANSPORTS, AnyDesk, open_any
from tests.unit.support.calls import Call
from tests.unit.support.desk import open_desk
from tests.unit.support.examples import AT, NUMBER, OFFERED, REGISTERED, T

PAGE = f"{CONSOLE}/timers"
JSON = "/reporting/v1/timers"


SLA = Timers(
    as_of=AT,
    catching_up=CatchingUp(
        caught_up=True,
        partitions=tuple(range(12)),
        partitions_behind=0,
        records_read=0,
        lag_records=0,
    ),
    raising=RaisingLag(
        raised=0, newest_at=None, p50_seconds=None, p99_seconds=None, slowest_seconds=None
    ),
    waiting_to_be_said=0,
    next_due_at=None,
    totals=TimerCounts(),
    more_unacknowledged=False,
    groups=[],
)


def limit_at(due_at: datetime) -> DueItem:
    return DueItem(
        ticket_id=T,
        pack="hotline-400",
        department="billing",
        clock="accept",
        round=1,
        occurrence="1",
        state="running",
        due_at=due_at,
        provisional=False,
    )


@dataclass
class Both:
    """Sla, which has raised what a ticket of thirty days ago makes it raise; and a browser."""

    sla: AnyDesk
    browser: Browser

    async def shown(self, path: str = PAGE, **headers: str) -> str:
        answer = await self.browser.open(path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.text


@asynccontextmanager
async def before_reporting(folder: Path, sla: AsyncBaseTransport) -> AsyncIterator[Browser]:
    app = partial(create_app, transports={**TRANSPORTS, "sla": sla})
    async with open_desk(AnyDesk, app, {}, folder, AT) as desk:
        browser = Browser(desk)
        yield browser
        await browser.client.aclose()


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with open_any("sla", tmp_path) as sla:
        await sla.prepare(Call("GET", "/sla/v1/timers", "sla:read"))
        async with before_reporting(tmp_path, ASGITransport(sla.app)) as browser:
            await browser.desk.say("intake", REGISTERED)
            await browser.desk.say("dispatch", OFFERED)
            key = browser.new_key("xu-lei", "sla:read")
            await browser.submit(f"{CONSOLE}/login", key=key)
            yield Both(sla, browser)


async def test_what_is_overdue_and_who_was_called_on_is_told(both: Both) -> None:
    told = text_of(await both.shown())
    for one in ("Tickets overdue now 1", NUMBER, "level 4", "Acknowledge", "over", "hotline-400"):
        assert one in told, one
    assert "All promises are watched" in told  # a ticket entered late is no lag of raising


async def test_that_the_watch_is_well_hides_no_overdue_ticket(both: Both) -> None:
    board = (await both.browser.open(JSON)).json()
    first = board["due"][0]
    late = datetime.fromisoformat(board["as_of"]) - datetime.fromisoformat(first["due_at"])
    told = text_of(await both.shown())
    clock = texts_in("en").named("clocks", first["clock"])
    lasting = span(int(late.total_seconds()))
    assert f"Overdue tickets: 1. The longest: {NUMBER}, {clock}, for {lasting}." in told
    zh = text_of(await both.shown(PAGE, **{"Accept-Language": "zh-CN"}))
    assert f"已超时工单：1 件。最久的是 {NUMBER}（" in zh


async def test_a_department_that_nobody_knows_is_told_of_and_not_well(both: Both) -> None:
    refused = await both.browser.open(f"{PAGE}?department=billling")
    assert refused.status_code == 422
    assert "the directory has no such department; it has" in text_of(refused.text)
    assert (await both.browser.open(f"{JSON}?department=billling")).status_code == 422
    assert "Nothing is overdue" in text_of(await both.shown(f"{PAGE}?department=key-accounts"))


async def test_a_pack_that_nobody_knows_is_told_of_too(both: Both) -> None:
    refused = await both.browser.open(f"{PAGE}?pack=express")
    assert refused.status_code == 422
    assert "there is no such pack; there are" in text_of(refused.text)
    assert (await both.browser.open(f"{JSON}?pack=express")).status_code == 422


async def test_a_pack_of_old_is_shown_as_long_as_it_has_tickets(tmp_path: Path) -> None:
    """Sla refuses its name where nothing of it is due; escalations of it may stand."""
    waiting = replace(SLA, groups=[TimerGroup(pack="express", department=None, unacknowledged=1)])

    def refusing(request: Request) -> Response:
        if "pack" in request.url.params:
            return Response(422)
        if request.url.path.endswith("/timers"):
            return Response(200, content=encode(waiting))
        return Response(200, json={"items": []})

    async with before_reporting(tmp_path, MockTransport(refusing)) as browser:
        await browser.log_in("sla:read")
        board = (await browser.open(f"{JSON}?pack=express")).json()
        assert board["silent"] is None
        assert board["totals"]["unacknowledged"] == 1


async def test_a_department_of_old_is_shown_as_long_as_it_has_tickets(tmp_path: Path) -> None:
    """The directory lost it; sla's own lists may then refuse its name."""
    async with open_any("sla", tmp_path) as sla:
        await sla.prepare(Call("GET", "/sla/v1/timers", "sla:read"))
        async with before_reporting(tmp_path, ASGITransport(sla.app)) as browser:
            app = browser.desk.app
            known = app.state.service.directory
            rest = tuple(one for one in known.departments if one.code != "billing")
            lost = SimpleNamespace(departments=rest, department=lambda _: None)
            app.state.service = dataclasses.replace(app.state.service, directory=lost)
            key = browser.new_key("xu-lei", "sla:read")
            await browser.submit(f"{CONSOLE}/login", key=key)
            board = (await browser.open(f"{JSON}?department=billing")).json()
            assert board["silent"] is None
            assert {one["department"] for one in board["due"]} == {"billing"}
            assert board["open"]
            assert (await browser.open(f"{JSON}?department=field-service")).status_code == 422


def test_tickets_that_are_not_the_reader_s_to_see_are_only_counted() -> None:
    """C-10: the ticket that a complaint of them is about is in no list of theirs."""
    board = TimersBoard(as_of=AT, silent=None, totals=TimerCounts(overdue=2))
    assert [one.key for one in timer_findings(board, "en")] == [
        "timers.some_overdue",
        "timers.well",
    ]


@pytest.mark.parametrize("here", [(), (0, 1, 2)])
def test_what_one_instance_of_several_says_is_not_all(here: tuple[int, ...]) -> None:
    whole = TimersBoard(as_of=AT, silent=None, catching_up=SLA.catching_up)
    assert [one.key for one in timer_findings(whole, "en")] == ["timers.well"]
    board = replace(whole, catching_up=replace(SLA.catching_up, partitions=here))
    [found] = timer_findings(board, "en")
    assert (found.key, found.values) == ("timers.partly", {"here": len(here), "all": 12})


async def test_the_json_is_the_same(both: Both) -> None:
    board = (await both.browser.open(JSON)).json()
    assert board["silent"] is None
    assert board["totals"]["overdue"] == 1
    assert board["totals"]["unacknowledged"] == len(board["open"]) > 1
    assert {one["number"] for one in board["open"]} == {NUMBER}
    assert board["canary"] is None


async def test_what_runs_out_first_stands_first(both: Both) -> None:
    due = [one["due_at"] for one in (await both.browser.open(JSON)).json()["due"]]
    assert len(due) > 1
    assert due == sorted(due)


def test_a_late_ticket_s_next_limit_is_the_next_one_too() -> None:
    """Sla counts a ticket by its most urgent limit alone: this one's has passed."""
    late, soon, later = (AT + timedelta(minutes=one) for one in (-9, 14, 90))
    due = DuePage([limit_at(soon), limit_at(late)])
    board = TimersBoard(as_of=AT, silent=None)
    for counted in (None, later):
        sla = replace(SLA, next_due_at=counted)
        assert narrowed(board, sla, due, TimersQuery()).next_due_at == soon


async def test_numbers_lead_to_what_they_count_and_departments_have_names(both: Both) -> None:
    page = await both.shown()
    assert '<dd><a href="#due">1</a></dd>' in page
    assert (
        f'<a href="{PAGE}?pack=hotline-400&amp;department=billing&amp;within=2h#due">1</a>' in page
    )
    assert '<td><span title="billing">Billing</span></td>' in page
    assert "计费账务部" in await both.shown(PAGE, **{"Accept-Language": "zh-CN"})


async def test_an_escalation_is_acknowledged_there(both: Both) -> None:
    """The page's main task."""
    page = await both.shown()
    action = re.findall(r'action="([^"]+/acknowledgement)"', page)[0]
    here = f"{PAGE}?pack=hotline-400"
    done = await both.browser.submit(action, next=here)
    assert (done.status_code, done.headers["location"]) == (303, f"{here}#open")
    after = await both.shown()
    assert action not in after
    assert "Acknowledged: by xu-lei" in text_of(after)


async def test_no_other_page_acknowledges(both: Both) -> None:
    action = re.findall(r'action="([^"]+/acknowledgement)"', await both.shown())[0]
    refused = await both.browser.submit(action, origin="http://elsewhere", next=PAGE)
    assert refused.status_code == 403
    assert action in await both.shown()
    led = await both.browser.submit(action, next="https://elsewhere/")
    assert led.headers["location"] == f"{CONSOLE}#open"


async def test_it_is_narrowed_by_the_address(both: Both) -> None:
    assert "Tickets overdue now 1" in text_of(
        await both.shown(f"{PAGE}?pack=hotline-400&department=")
    )
    other = text_of(await both.shown(f"{PAGE}?pack=travel-platform&within=1h"))
    assert "Tickets overdue now 0" in other
    assert NUMBER not in other
    assert "huiyin due --within 1h --pack travel-platform" in other
    assert (await both.browser.open(f"{PAGE}?within=soon")).status_code == 422


async def test_how_soon_is_soon_is_said_in_the_readers_words(both: Both) -> None:
    page = text_of(await both.shown(f"{PAGE}?within=1d", **{"Accept-Language": "zh-CN"}))
    assert "已超时及 1 天内到期" in page
    assert "2 小时" in page
    assert "按规章与部门" in page


async def test_why_is_a_click_away_and_the_look_is_kept(both: Both) -> None:
    page = await both.shown()
    link = re.findall(r'class="why" href="([^"]+)"', page)[0].replace("&amp;", "&")
    assert "Day by day" in text_of(await both.shown(link))
    auditor = both.browser.desk.key("auditor", "audit:read", departments=("*",))
    looks = await both.browser.desk.items("/reporting/v1/readings", auditor, ticket_id=str(T))
    assert [(one["reader"], one["what"]) for one in looks] == [("xu-lei", "explanation")]


async def test_its_own_script_is_given_the_part_that_changes(both: Both) -> None:
    part = await both.shown(PAGE, **{"Huiyin-Fragment": "1"})
    assert "<main" not in part
    assert f'data-as-of="{AT.isoformat()}"' in part


async def test_another_department_sees_nothing_of_it(both: Both) -> None:
    browser = both.browser
    key = browser.new_key("li-na", "sla:read", departments=("key-accounts",))
    await browser.submit(f"{CONSOLE}/login", key=key)
    told = text_of(await both.shown())
    assert "Tickets overdue now 0" in told
    assert NUMBER not in told


async def test_a_silent_sla_is_said_and_shows_no_zeros(tmp_path: Path) -> None:
    silent = MockTransport(lambda _request: Response(503))
    async with before_reporting(tmp_path, silent) as browser:
        await browser.log_in("sla:read")
        told = text_of((await browser.open(PAGE)).text)
        assert "Sla does not answer" in told
        assert "Tickets overdue now" not in told
        board = (await browser.open(JSON)).json()
        assert (board["silent"], board["totals"]) == ("unreachable", None)


async def test_it_takes_the_scope(both: Both) -> None:
    await both.browser.log_in("audit:read")
    assert (await both.browser.open(PAGE)).status_code == 403


async def test_what_others_are_shown_leaves_out_what_is_about_oneself(both: Both) -> None:
    """C-10: also where the answer is shared with everybody who sees all tickets."""
    desk = both.browser.desk
    await desk.say("intake", replace(REGISTERED, against_person="Wang-Qiang"))
    for name, is_shown in (("liu-yang", True), ("wang-qiang", False)):
        key = desk.key(name, "sla:read", departments=("*",))
        board = (await desk.client.get(JSON, headers=key)).json()
        assert board["silent"] is None
        assert bool(board["due"]) is is_shown
        assert bool(board["open"]) is is_shown
