"""Sla's routes, over a real store, with intake, dispatch and revisit as logs."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgi_lifespan import LifespanManager
from httpx import ASGITransport, AsyncClient, Response

from services.sla.domain.facts import Case
from services.sla.main import create_app
from shared.carrier import EmbeddedLine, Station
from shared.command_handler import stamp
from shared.contracts.terms import Event
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.keys import KeyFile, Scope
from shared.messaging.envelope import Cause
from shared.service import COMMON_TABLES
from shared.settings import Settings
from shared.testing.memory_store import MemoryBackend
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.until import until

LADDER = {"reminder", "warning", "level-1", "level-2", "level-3", "level-4"}


class Desk:
    """A running sla, the other services' logs, and a key for each kind of caller."""

    def __init__(
        self, client: AsyncClient, keys: KeyFile, stores: Mapping[str, EventStore]
    ) -> None:
        self.client = client
        self._keys = keys
        self._stores = stores
        self.client.headers.update(self.as_key("crm-admin", "admin"))

    def as_key(
        self, client: str, *scopes: Scope, departments: tuple[str, ...] = ()
    ) -> dict[str, str]:
        key = self._keys.create(client, scopes, datetime.now(UTC), departments)
        return {"Authorization": f"Bearer {key}"}

    async def say(self, service: str, event: Event, ticket_id: UUID) -> None:
        cause = Cause(actor="desk", correlation_id=ex.CORRELATION)
        stamped = [stamp(event, cause, datetime.now(UTC))]
        append = Append(stream=ticket_id, expected_version=None, events=stamped)
        await self._stores[service].append(append)

    async def register(self, days_ago: int = 0, case: Case | None = None) -> UUID:
        ticket_id = uuid4()
        when = datetime.now(UTC) - timedelta(days=days_ago)
        await self.say("intake", other.registered(when, case, ticket_id), ticket_id)
        await self.say(
            "dispatch", other.offered(datetime.now(UTC), "billing", ticket_id), ticket_id
        )
        return ticket_id

    async def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.get(
            f"/sla/v1{path}", params={k: str(v) for k, v in query.items()}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: object, **headers: str) -> Response:
        return await self.client.post(f"/sla/v1{path}", json=body, headers=headers)

    async def escalations(self, count: int, **query: object) -> list[dict[str, Any]]:
        async with asyncio.timeout(5):
            while True:
                items: list[dict[str, Any]] = (await self.get("/escalations", **query))["items"]
                if len(items) >= count:
                    return items
                await asyncio.sleep(0.01)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    settings = Settings(data=tmp_path)
    line = EmbeddedLine()
    app = create_app(settings, line)
    stores = {}
    async with AsyncExitStack() as stack:
        for service in other.OTHERS:
            stores[service] = EventStore(MemoryBackend(COMMON_TABLES))
            stack.push_async_callback(stores[service].close)
            station = Station(
                service, stores[service], publishes=True, subscriber=other.Deaf(), hears=()
            )
            await stack.enter_async_context(line.attach(station))
        await stack.enter_async_context(LifespanManager(app))
        client = AsyncClient(transport=ASGITransport(app), base_url="http://sla")
        await stack.enter_async_context(client)
        line.depart()
        found = Desk(client, KeyFile(settings.keys_path), stores)

        async def is_ready() -> bool:
            return (await client.get("/health/ready")).status_code == 200

        await until(is_ready, "ready", 5)
        yield found


async def test_it_is_unready_and_answers_nothing_before_it_has_read_everything(
    tmp_path: Path,
) -> None:
    settings = Settings(data=tmp_path)
    app = create_app(settings, EmbeddedLine())
    key = KeyFile(settings.keys_path).create("a", ("admin",), datetime.now(UTC))
    async with (
        LifespanManager(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://sla") as client,
    ):
        ready = await client.get("/health/ready")
        assert ready.status_code == 503
        assert "Catching up" in ready.text
        headers = {"Authorization": f"Bearer {key}"}
        answer = await client.get(f"/sla/v1/tickets/{uuid4()}/clocks", headers=headers)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_who_waits_for_a_ticket_gets_its_clocks_as_soon_as_it_is_heard_of(desk: Desk) -> None:
    ticket_id = uuid4()
    asking = asyncio.create_task(desk.get(f"/tickets/{ticket_id}/clocks", wait=5))
    await asyncio.sleep(0.05)
    assert not asking.done()
    started = datetime.now(UTC)
    await desk.say("intake", other.registered(started, None, ticket_id), ticket_id)
    (clock,) = (await asyncio.wait_for(asking, 2))["items"]
    assert (clock["clock"], clock["round"], clock["state"]) == ("answer", 1, "running")
    assert datetime.fromisoformat(clock["started_at"]) == started
    assert clock["stopped_at"] is None
    assert {rung["step"] for rung in clock["rungs"]} == LADDER
    assert {rung["state"] for rung in clock["rungs"]} == {"waiting"}


async def test_a_ticket_nobody_registered_is_not_found_after_the_wait(desk: Desk) -> None:
    answer = await desk.client.get(f"/sla/v1/tickets/{uuid4()}/clocks", params={"wait": "0.05"})
    assert (answer.status_code, answer.json()["code"]) == (404, "ticket-not-found")


@pytest.mark.parametrize("wait", ["11", "-1", "nan", "soon"])
async def test_an_absurd_wait_is_refused(desk: Desk, wait: str) -> None:
    answer = await desk.client.get(f"/sla/v1/tickets/{uuid4()}/clocks", params={"wait": wait})
    assert answer.status_code == 422


async def test_praise_has_no_clock(desk: Desk) -> None:
    ticket_id = await desk.register(case=ex.case("praise"))
    assert await desk.get(f"/tickets/{ticket_id}/clocks", wait=5) == {"items": []}


async def test_the_escalations_of_a_ticket_of_thirty_days_ago(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    items = await desk.escalations(6, ticket_id=ticket_id)
    assert {item["step"] for item in items} == LADDER
    assert len({item["due_at"] for item in items}) == 6
    assert {item["state"] for item in items} == {"open"}
    assert {(item["clock"], item["round"]) for item in items} == {("answer", 1)}
    assert all(item["addressee"] and item["raised_at"] > item["due_at"] for item in items)
    (clock,) = (await desk.get(f"/tickets/{ticket_id}/clocks"))["items"]
    assert clock["state"] == "missed"

    async def shows_the_same() -> bool:
        """The list is the store's word; the clock's is the watch's, which hears it a turn later."""
        (clock,) = (await desk.get(f"/tickets/{ticket_id}/clocks"))["items"]
        shown = {rung["escalation_id"] for rung in clock["rungs"]}
        return shown == {item["escalation_id"] for item in items}

    await until(shows_the_same, "the rungs name their escalations")


async def test_lists_come_in_pages_without_a_gap_or_a_repeat(desk: Desk) -> None:
    for _ in range(3):
        await desk.register(days_ago=30)
    everything = await desk.escalations(18)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await desk.get("/escalations", limit=5, **cursor)
        seen += [item["escalation_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [item["escalation_id"] for item in everything]
    assert len(set(seen)) == 18
    answer = await desk.client.get("/sla/v1/escalations", params={"cursor": "nonsense"})
    assert answer.status_code == 422


async def test_an_acknowledgement_is_a_receipt_that_stands_once(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    items = await desk.escalations(6, ticket_id=ticket_id)
    path = f"/escalations/{items[0]['escalation_id']}/acknowledgement"
    first = await desk.post(path, {}, **{"Idempotency-Key": "a"})
    assert first.status_code == 200, first.text
    assert first.json()["state"] == "acknowledged"
    assert first.json()["acknowledged_by"] == "crm-admin"
    again = await desk.post(path, {}, **{"Idempotency-Key": "a"})
    assert again.headers["idempotent-replay"] == "true"
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    (acknowledged,) = await desk.escalations(1, ticket_id=ticket_id, state="acknowledged")
    assert acknowledged["escalation_id"] == items[0]["escalation_id"]
    assert len(await desk.escalations(5, ticket_id=ticket_id, state="open")) == 5
    (clock,) = (await desk.get(f"/tickets/{ticket_id}/clocks"))["items"]
    assert sorted(rung["state"] for rung in clock["rungs"]) == ["acknowledged", *["raised"] * 5]


async def test_an_acknowledgement_needs_no_body_and_names_who_was_first(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    items = await desk.escalations(6, ticket_id=ticket_id)
    path = f"/sla/v1/escalations/{items[0]['escalation_id']}/acknowledgement"
    first = await desk.client.post(path)
    assert (first.status_code, first.json()["acknowledged_by"]) == (200, "crm-admin")
    other_person = desk.as_key("gao-feng", "sla:read", departments=("billing",))
    second = await desk.client.post(path, headers=other_person)
    assert (second.status_code, second.json()["acknowledged_by"]) == (200, "crm-admin")


async def test_an_acknowledgement_of_nothing_or_in_the_future_is_refused(desk: Desk) -> None:
    path = f"/escalations/{uuid4()}/acknowledgement"
    answer = await desk.post(path, {})
    assert (answer.status_code, answer.json()["code"]) == (404, "escalation-not-found")
    ticket_id = await desk.register(days_ago=30)
    items = await desk.escalations(6, ticket_id=ticket_id)
    path = f"/escalations/{items[0]['escalation_id']}/acknowledgement"
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert (await desk.post(path, {"at": later})).status_code == 422


async def test_what_is_due_soon_comes_first_and_names_its_department(desk: Desk) -> None:
    soon = await desk.register(case=ex.case(severity="simple"))
    await desk.register()
    over = await desk.register(days_ago=1, case=ex.case(severity="simple"))
    await desk.escalations(5, ticket_id=over)

    async def are_there() -> bool:
        return len((await desk.get("/due", within="30d"))["items"]) == 3

    await until(are_there, "three limits", 5)
    items = (await desk.get("/due", within="2h"))["items"]
    assert [item["ticket_id"] for item in items] == [str(over), str(soon)]
    assert [item["state"] for item in items] == ["missed", "running"]
    assert {item["department"] for item in items} == {"billing"}
    assert (await desk.get("/due", within="2h", department="nobody"))["items"] == []
    first = await desk.get("/due", within="2h", limit=1)
    second = await desk.get("/due", within="2h", limit=1, cursor=first["next_cursor"])
    assert first["items"] + second["items"] == items
    last = await desk.get("/due", within="2h", limit=1, cursor=second["next_cursor"])
    assert (last["items"], last["next_cursor"]) == ([], None)
    answer = await desk.client.get("/sla/v1/due", params={"within": "soon"})
    assert answer.status_code == 422


async def test_a_key_sees_its_own_clients_or_departments_tickets_and_no_others(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    items = await desk.escalations(6, ticket_id=ticket_id)
    clocks = f"/sla/v1/tickets/{ticket_id}/clocks"
    receipt = f"/sla/v1/escalations/{items[0]['escalation_id']}/acknowledgement"
    for headers, sees in (
        (desk.as_key("crm", "sla:read"), True),
        (desk.as_key("shop", "sla:read"), False),
        (desk.as_key("gao-feng", "sla:read", departments=("billing",)), True),
        (desk.as_key("zhao-gang", "sla:read", departments=("network-maintenance",)), False),
        (desk.as_key("boss", "sla:read", departments=("*",)), True),
    ):
        answer = await desk.client.get(clocks, headers=headers)
        assert answer.status_code == (200 if sees else 404)
        listed = (await desk.client.get("/sla/v1/escalations", headers=headers)).json()["items"]
        assert len(listed) == (6 if sees else 0)
        due = (await desk.client.get("/sla/v1/due", headers=headers)).json()["items"]
        assert len(due) == (1 if sees else 0)
        answer = await desk.client.post(receipt, json={}, headers=headers)
        assert answer.status_code == (200 if sees else 404)


async def test_a_preview_needs_no_ticket(desk: Desk) -> None:
    """SLA-ENGINE, the ladder's example."""
    body = {"start": "2026-11-23T10:00:00+08:00", "kind": "complaint"}
    (clock,) = (await desk.post("/deadlines:preview", body)).json()["clocks"]
    assert clock["clock"] == "answer"
    assert clock["target_at"] == "2026-11-24T09:30:00Z"
    assert clock["due_at"] == "2026-11-26T09:30:00Z"
    assert clock["provisional"] is False
    assert {rung["step"]: rung["due_at"] for rung in clock["rungs"]} == {
        "level-1": "2026-11-24T09:30:00Z",
        "reminder": "2026-11-25T01:30:00Z",
        "warning": "2026-11-26T02:42:00Z",
        "level-2": "2026-11-26T09:30:00Z",
        "level-3": "2026-11-30T09:00:00Z",
        "level-4": "2026-12-02T08:30:00Z",
    }


async def test_a_preview_of_a_kind_without_a_limit_has_no_due_time(desk: Desk) -> None:
    body = {"start": "2026-11-23T10:00:00+08:00", "kind": "praise", "pack": "hotline-400"}
    (clock,) = (await desk.post("/deadlines:preview", body)).json()["clocks"]
    assert (clock["clock"], clock["due_at"], clock["rungs"]) == ("answer", None, [])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"pack": "no-such-pack"}, "/pack"),
        ({"start": "9999-12-31T10:00:00Z"}, "/start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "/start"),
        ({"start": "1900-01-01T10:00:00Z"}, "/start"),
        ({"start": "2026-11-23T10:00:00"}, "/start"),
        ({"kind": "lament"}, "/kind"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_preview_that_makes_no_sense_says_where(
    desk: Desk, changes: dict[str, str], pointer: str
) -> None:
    body = {"start": "2026-11-23T10:00:00+08:00", "kind": "complaint", **changes}
    answer = await desk.post("/deadlines:preview", body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_the_packs_in_force_are_listed_in_their_own_notation(desk: Desk) -> None:
    items = {pack["name"]: pack for pack in (await desk.get("/packs"))["items"]}
    pack = items["hotline-400"]
    (answer,) = [clock for clock in pack["clocks"] if clock["name"] == "answer"]
    general = next(rule for rule in answer["rules"] if rule.get("severity") == ["general"])
    assert (pack["version"], general["clause"]) == (1, "H-12")
    assert (general["target"], general["limit"]) == ("1wd", "3wd")


async def test_the_lag_of_escalations_is_measured(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    await desk.escalations(6, ticket_id=ticket_id)
    text = (await desk.client.get("/metrics")).text
    assert "huiyin_escalation_lag_seconds_bucket" in text
    assert 'huiyin_escalations_raised_total{clock="answer",step="level-4"}' in text


async def test_how_far_it_read_is_shown(desk: Desk) -> None:
    await desk.register()

    async def is_shown() -> bool:
        items = (await desk.get("/consumers"))["items"]
        read = {item["publisher"] for item in items if item["mark"] == 1}
        return len(items) == 36 and read == {"intake", "dispatch"}

    await until(is_shown, "both records read", 5)
