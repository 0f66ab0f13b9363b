"""The topics page, a dead letter and the messages, over real services and silent ones."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from httpx import ASGITransport

from services.reporting.console.rendering import WallClock
from services.reporting.console.texts import texts_in
from services.reporting.console.topic_findings import topic_findings
from services.reporting.main import create_app
from services.reporting.models import Standing, TopicStanding
from tests.unit.reporting.console.browsers import CONSOLE, Browser
from tests.unit.reporting.console.test_ticket_page import text_of
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.calls import Call
from tests.unit.support.desk import open_desk
from tests.unit.support.examples import AT, NUMBER, OFFERED, REGISTERED, TRANSFERRED, T

PAGE = f"{CONSOLE}/topics"
HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass
class Desks:
    """Dispatch, which could not handle one event; nobody else answers."""

    dispatch: AnyDesk
    browser: Browser

    async def shown(self, path: str = PAGE, **headers: str) -> str:
        answer = await self.browser.open(path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    @property
    def letter(self) -> str:
        return f"{CONSOLE}/dead-letters/{self.dispatch.ids['letter_id']}"


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    async with AsyncExitStack() as stack:
        dispatch = await stack.enter_async_context(open_any("dispatch", tmp_path))
        await dispatch.prepare(Call("GET", "/dispatch/v1/dead-letters", "operations"))
        app = partial(create_app, transports={"dispatch": ASGITransport(dispatch.app)})
        desk = await stack.enter_async_context(open_desk(AnyDesk, app, {}, tmp_path, AT))
        browser = Browser(desk)
        await desk.say("intake", REGISTERED)
        hostile = msgspec.structs.replace(TRANSFERRED, department=HOSTILE)
        for event in (OFFERED, hostile):
            await desk.say("dispatch", event)
        await browser.submit(f"{CONSOLE}/login", key=browser.new_key("xu-lei", "operations"))
        yield Desks(dispatch, browser)
        await browser.client.aclose()


async def test_who_does_not_answer_is_said_first_with_what_to_do(desks: Desks) -> None:
    told = text_of(await desks.shown())
    assert told.index("intake does not answer") < told.index("dispatch set 1 events aside")
    assert "/health/ready" in told
    assert "It is not us" not in told
    assert "complaints.intake" in told
    assert "unknown" in told


@pytest.mark.parametrize(
    ("waits", "pace", "said"),
    [
        (61.0, 1.0, "topics.unpublished"),
        (59.0, 1.0, "topics.well"),
        (3600.0, 7680.0, "topics.well"),
    ],
)
def test_what_waits_for_its_publication_is_late_by_the_clock_that_runs(
    waits: float, pace: float, said: str
) -> None:
    """A demonstration's hour is half a second."""
    topic = TopicStanding(
        topic="complaints.intake",
        publisher="intake",
        end=2,
        published=1,
        oldest_unpublished_seconds=waits,
        consumers=[],
        partitions=[],
    )
    found = Standing(as_of=AT, services=[], topics=[topic])
    [first, *_] = topic_findings(found, None, texts_in("en"), WallClock("UTC"), pace)
    assert first.key == said


async def test_the_page_and_the_json_say_the_same(desks: Desks) -> None:
    standing = (await desks.browser.open("/reporting/v1/topics")).json()
    topic = next(one for one in standing["topics"] if one["publisher"] == "dispatch")
    reader = next(one for one in topic["consumers"] if one["service"] == "reporting")
    assert (reader["verdict"], reader["reason"], reader["lag"]) == ("OK", "read-to-the-end", 0)
    silent = next(one for one in topic["consumers"] if one["service"] == "sla")
    assert (silent["verdict"], silent["lag"]) == ("UNKNOWN", None)


async def test_what_waits_is_summed_up_with_the_timers_for_who_may_see_them(desks: Desks) -> None:
    told = text_of(await desks.shown())
    assert re.search(r"Outboxes \(not published yet\)\s+unknown", told)
    assert re.search(r"Histories and figures are behind by\s+unknown", told)
    assert "Timers overdue" not in told
    await desks.browser.log_in("operations", "sla:read")
    assert re.search(r"Timers overdue\s+unknown", text_of(await desks.shown()))


async def test_the_last_hour_is_drawn_where_a_topic_is_opened(desks: Desks) -> None:
    await desks.shown(f"{PAGE}?topic=dispatch")
    desks.browser.desk.clock.time += timedelta(seconds=10)
    desks.browser.desk.app.state.service.shared.forget()
    page = await desks.shown(f"{PAGE}?topic=dispatch")
    assert '<polyline class="line reporting" points="718.0,120.0 720.0,120.0"/>' in page
    assert '<polyline class="line sla"' not in page  # what is not known is not drawn
    found = (await desks.browser.open("/reporting/v1/topics/dispatch/history")).json()
    assert [sorted(one["readers"]) for one in found["points"]] == [
        ["intake", "reporting", "revisit", "sla"]
    ] * 2
    told = text_of(page)
    for one in ("The last hour, messages a second", "The last hour, messages behind", "no reset"):
        assert one in told, one


async def test_each_view_is_a_command_and_a_request_that_can_be_copied(desks: Desks) -> None:
    told = html.unescape(await desks.shown(f"{CONSOLE}/messages?type=$(reboot)&header=ce_actor"))
    asked = "/reporting/v1/messages?type=%24%28reboot%29&header=ce_actor"
    assert f'"Authorization: Bearer $HUIYIN_KEY" "$HUIYIN_URL"\'{asked}\'' in told
    assert "huiyin messages --type '$(reboot)' --header ce_actor" in told
    for kind in ("csv", "jsonl"):
        assert f'href="{asked}&format={kind}"' in told
    letter = html.unescape(await desks.shown(f"{desks.letter}?service=dispatch"))
    assert f"'/reporting/v1{desks.letter.removeprefix(CONSOLE)}?service=dispatch'" in letter


async def test_a_topic_is_followed_by_what_is_new_alone(desks: Desks) -> None:
    page = await desks.shown(f"{CONSOLE}/messages?topic=dispatch&live=true")
    assert page.count('<tr id="m-') == 2
    assert "data-waits" in page
    assert "huiyin messages --topic dispatch --follow" in text_of(page)
    since = "since=2026-11-21T09:00:00%2B08:00"
    part = await desks.shown(
        f"{CONSOLE}/messages?topic=dispatch&{since}", **{"Huiyin-Fragment": "1"}
    )
    assert "<main" not in part
    assert part.count('<tr id="m-') == len(
        (await desks.browser.open(f"/reporting/v1/messages?topic=dispatch&{since}")).json()["items"]
    )


async def test_partitions_are_opened_by_the_address(desks: Desks) -> None:
    assert "Partitions of" not in await desks.shown()
    told = text_of(await desks.shown(f"{PAGE}?topic=dispatch"))
    assert "Partitions of complaints.dispatch" in told
    assert "huiyin topics --partitions" in told
    part = await desks.shown(f"{PAGE}?topic=dispatch", **{"Huiyin-Fragment": "1"})
    assert "<main" not in part
    assert "Partitions of" in part


async def test_a_dead_letter_shows_the_event_the_error_and_what_waits(desks: Desks) -> None:
    page = await desks.shown()
    link = html.unescape(re.findall(r'href="([^"]+/dead-letters/[^"]+)"', page)[0])
    told = text_of(await desks.shown(link))
    for one in ("ticket-registered.v1", "UnreadableEventError", "handles these 1 in order", "{"):
        assert one in told, one


async def test_a_sequence_is_redriven_there_and_told_what_came_of_it(desks: Desks) -> None:
    """The page's main task; the event is as unreadable as before."""
    without = await desks.browser.submit(f"{desks.letter}/redrive", service="dispatch", reason="")
    assert without.status_code == 422
    done = await desks.browser.submit(
        f"{desks.letter}/redrive", service="dispatch", reason="release 1.2"
    )
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?redriven=0&left=1")
    told = text_of(await desks.shown(done.headers["location"]))
    assert "0 handled; 1 still wait" in told


async def test_a_letter_is_given_up_with_a_reason_alone(desks: Desks) -> None:
    without = await desks.browser.submit(f"{desks.letter}/discard", service="dispatch", reason=" ")
    assert without.status_code == 422
    done = await desks.browser.submit(
        f"{desks.letter}/discard", service="dispatch", reason="源头有误"
    )
    assert done.status_code == 303
    told = text_of(await desks.shown(done.headers["location"]))
    assert "Given up" in told
    assert "No dead letters." in told
    letters = desks.dispatch.heard.service.core.letters
    kept = await letters.get(desks.dispatch.ids["letter_id"])
    assert (kept.state, kept.reason, kept.closed_by) == ("discarded", "源头有误", "xu-lei")


async def test_no_other_page_redrives_or_discards(desks: Desks) -> None:
    for act in ("redrive", "discard"):
        answer = await desks.browser.submit(
            f"{desks.letter}/{act}", origin="http://elsewhere", service="dispatch", reason="x"
        )
        assert answer.status_code == 403
    unknown = await desks.browser.submit(f"{desks.letter}/redrive", service="crm", reason="x")
    assert unknown.status_code == 422


async def test_messages_are_browsed_decoded_and_escaped(desks: Desks) -> None:
    page = await desks.shown(f"{CONSOLE}/messages?topic=dispatch&ticket=&at=")
    told = text_of(page)
    for one in ("Work order offered", "2 messages were looked through", "huiyin messages --topic"):
        assert one in told, one
    assert HOSTILE not in page
    assert HOSTILE in told
    mine = text_of(await desks.shown(f"{CONSOLE}/messages?ticket={NUMBER}"))
    assert "Ticket registered" in mine
    auditor = desks.browser.desk.key("auditor", "audit:read", departments=("*",))
    looks = await desks.browser.desk.items("/reporting/v1/readings", auditor, ticket_id=str(T))
    assert [(one["reader"], one["what"]) for one in looks] == [("xu-lei", "messages")]


async def test_a_link_from_a_stranger_makes_no_command_of_theirs(desks: Desks) -> None:
    told = text_of(await desks.shown(f"{CONSOLE}/messages?type=$(reboot)"))
    assert "huiyin messages --type '$(reboot)'" in told


async def test_older_messages_are_a_click_away(desks: Desks) -> None:
    page = await desks.shown(f"{CONSOLE}/messages?topic=dispatch&limit=1")
    older = html.unescape(re.findall(r'class="button" href="([^"]+before=[^"]+)"', page)[0])
    assert older.endswith("topic=dispatch&limit=1&before=2")
    assert "Work order offered" in await desks.shown(older)


@pytest.mark.parametrize("path", ["/topics", "/messages", f"/dead-letters/{T}"])
async def test_it_takes_the_scope(desks: Desks, path: str) -> None:
    await desks.browser.log_in("audit:read", "sla:read")
    assert (await desks.browser.open(CONSOLE + path)).status_code == 403


async def test_a_letter_that_is_gone_is_not_found(desks: Desks) -> None:
    answer = await desks.browser.open(f"{CONSOLE}/dead-letters/{T}?service=dispatch")
    assert answer.status_code == 404
    desks.browser.desk.clock.time += timedelta(minutes=5)
    assert "canary" not in text_of(await desks.shown()).lower()
