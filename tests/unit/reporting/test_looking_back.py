"""State and difference as JSON, and that every look at a ticket is kept."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.calls import CALLS
from tests.unit.support.desk import Headers, code_of
from tests.unit.support.examples import AT, CLOCK_STARTED, DUE_AT, NUMBER, REGISTERED, T

TICKET = f"/reporting/v1/tickets/{T}"
READINGS = "/reporting/v1/readings"
HISTORY = next(call for call in CALLS if call.path.endswith("/history"))
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def desk(tmp_path: Path) -> Any:  # noqa: ANN401 - a generator of the desk
    """Registered and offered at ten, its clock started a minute later."""
    async with open_any("reporting", tmp_path) as desk:
        await desk.prepare(HISTORY)
        desk.clock.time += MINUTE
        await desk.say("sla", CLOCK_STARTED)
        desk.clock.time += MINUTE
        yield desk


async def get(desk: AnyDesk, path: str, headers: Headers | None = None, **query: str) -> Any:  # noqa: ANN401 - JSON
    answer = await desk.client.get(path, params=query or None, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def looks(desk: AnyDesk, headers: Headers | None = None, **query: str) -> list[list[Any]]:
    items = (await get(desk, READINGS, headers, **query))["items"]
    return [[one["reader"], one["what"], one["times"]] for one in items]


async def test_a_state_is_the_ticket_its_orders_clocks_and_regulation(desk: AnyDesk) -> None:
    state = await get(desk, f"{TICKET}/state")
    assert (state["number"], state["events"], state["unread"]) == (NUMBER, 3, 0)
    assert state["ticket"]["status"] == "dispatched"
    assert state["ticket"]["customer_name"] == "张**"
    assert [one["department"] for one in state["work_orders"]] == ["billing"]
    assert [one["due_at"] for one in state["clocks"]] == [DUE_AT.isoformat().replace("+00:00", "Z")]
    assert state["policy"] == {
        "pack": "hotline-400",
        "pack_version": 1,
        "calendars": ["office/1"],
    }


async def test_a_state_is_what_was_known_then_or_what_had_happened(desk: AnyDesk) -> None:
    ten = AT.isoformat()
    assert (await get(desk, f"{TICKET}/state", at=ten))["clocks"] == []
    happened = await get(desk, f"{TICKET}/state", at=ten, by="event")
    assert [one["clock"] for one in happened["clocks"]] == ["answer"]
    before = await get(desk, f"{TICKET}/state", at=(AT - MINUTE).isoformat())
    assert (before["ticket"], before["policy"], before["events"]) == (None, None, 0)


async def test_a_state_of_the_future_is_todays(desk: AnyDesk) -> None:
    state = await get(desk, f"{TICKET}/state", at="2099-01-01T00:00:00Z")
    assert state["as_of"] == desk.clock.time.isoformat().replace("+00:00", "Z")


async def test_a_difference_names_fields_and_events(desk: AnyDesk) -> None:
    diff = await get(desk, f"{TICKET}/diff?from={quote(AT.isoformat())}")
    assert [one["type"] for one in diff["events"]] == ["clock-started.v1"]
    changes = {one["path"]: one for one in diff["changes"]}
    due = changes["/clocks/answer:1:x/due_at"]
    assert (due["before"], due["after"]) == (None, DUE_AT.isoformat().replace("+00:00", "Z"))
    assert due["event_id"] == diff["events"][0]["event_id"]
    assert changes["/policy/calendars"]["after"] == ["office/1"]
    everything = await get(desk, f"{TICKET}/diff")
    assert len(everything["events"]) == 3


async def test_a_difference_runs_forward(desk: AnyDesk) -> None:
    query = {"from": "2026-11-24T00:00:00Z", "to": "2026-11-23T00:00:00Z"}
    refused = await desk.client.get(f"{TICKET}/diff", params=query)
    assert code_of(refused) == (422, "malformed")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/to"]


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/history", "history"),
        ("/history?format=csv", "export"),
        ("/history?format=jsonl", "export"),
        ("/state", "state"),
        ("/diff", "diff"),
    ],
)
async def test_every_look_is_kept(desk: AnyDesk, path: str, what: str) -> None:
    auditor = desk.key("auditor", "audit:read", departments=("*",))
    assert (await desk.client.get(TICKET + path, headers=auditor)).status_code == 200
    assert await looks(desk, ticket_id=str(T)) == [["auditor", what, 1]]


async def test_the_same_look_within_a_minute_is_counted(desk: AnyDesk) -> None:
    for _ in range(3):
        await get(desk, f"{TICKET}/state")
    desk.clock.time += MINUTE
    await get(desk, f"{TICKET}/state")
    assert await looks(desk) == [["desk", "state", 1], ["desk", "state", 3]]


async def test_who_does_not_find_the_ticket_leaves_no_look(desk: AnyDesk) -> None:
    stranger = desk.key("shop", "audit:read")
    assert (await desk.client.get(f"{TICKET}/state", headers=stranger)).status_code == 404
    assert await looks(desk) == []


async def test_to_the_person_complained_about_the_ticket_is_not_there(tmp_path: Path) -> None:
    """C-10."""
    async with open_any("reporting", tmp_path) as desk:
        about = msgspec.structs.replace(REGISTERED, against_person="li.na")
        await desk.say("intake", about)
        for name, status in (("Li.Na", 404), ("auditor", 200)):
            reader = desk.key(name, "audit:read", departments=("*",))
            for path in ("history", "state", "diff"):
                answer = await desk.client.get(f"{TICKET}/{path}", headers=reader)
                assert answer.status_code == status


async def test_looks_are_found_by_reader_page_by_page(desk: AnyDesk) -> None:
    for name in ("wang", "li"):
        reader = desk.key(name, "audit:read", departments=("*",))
        await get(desk, f"{TICKET}/state", reader)
        await get(desk, f"{TICKET}/diff", reader)
    assert {one[0] for one in await looks(desk, reader="li")} == {"li"}
    assert len(await desk.pages(f"{READINGS}?limit=1")) == 4


async def test_looks_at_tickets_of_others_are_not_shown(desk: AnyDesk) -> None:
    await get(desk, f"{TICKET}/state")
    for headers, seen in (
        (desk.key("crm", "audit:read"), 1),
        (desk.key("clerk", "audit:read", departments=("billing",)), 1),
        (desk.key("shop", "audit:read"), 0),
        (desk.key("clerk", "audit:read", departments=("network",)), 0),
    ):
        assert len(await looks(desk, headers)) == seen
        one = await desk.client.get(READINGS, params={"ticket_id": str(T)}, headers=headers)
        assert one.status_code == (200 if seen else 404)
