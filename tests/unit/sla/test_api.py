"""Sla's routes, over a real store, with intake, dispatch and revisit as logs."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, patch
from uuid import UUID, uuid4

import pytest
from asgi_lifespan import LifespanManager
from httpx import ASGITransport, AsyncClient, Response

from services.sla.bootstrap import Sla
from services.sla.domain.commands import AcknowledgeEscalation
from services.sla.domain.facts import Case
from services.sla.main import create_app
from shared.carrier import EmbeddedLine, Station
from shared.command_handler import stamp
from shared.contracts.terms import Event
from shared.event_store import Append, StoreUnavailableError
from shared.group_commit import EventStore
from shared.keys import KeyFile, Scope
from shared.messaging.envelope import Cause
from shared.messaging.topics import partition_of
from shared.operations import OPERATIONS, Operation
from shared.service import COMMON_TABLES
from shared.settings import Settings
from shared.tables import Put
from shared.testing.memory_store import MemoryBackend
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.versioning import next_version
from tests.unit.support.any_desk import open_any
from tests.unit.support.desk import Desk as SupportDesk
from tests.unit.support.desk import open_desk
from tests.until import PATIENCE, until

LADDER = {"reminder", "warning", "level-1", "level-2", "level-3", "level-4"}


class Desk:
    """A running sla, the other services' logs, and a key for each kind of caller."""

    def __init__(
        self, client: AsyncClient, keys: KeyFile, stores: Mapping[str, EventStore], sla: Sla
    ) -> None:
        self.client = client
        self.sla = sla
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
        async with asyncio.timeout(PATIENCE):
            while True:
                items: list[dict[str, Any]] = (await self.get("/escalations", **query))["items"]
                if len(items) >= count:
                    return items
                await asyncio.sleep(0.01)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Under packs that promise an answer and nothing else: whose name is shipped can't be given."""
    monkeypatch.setattr("shared.service.load_packs", lambda _folder: ex.ANSWER_PACKS)
    settings = Settings(data=tmp_path, checkpoint_seconds=3600)
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
        await stack.enter_async_context(LifespanManager(app, PATIENCE, PATIENCE))
        client = AsyncClient(transport=ASGITransport(app), base_url="http://sla")
        await stack.enter_async_context(client)
        line.depart()
        found = Desk(client, KeyFile(settings.keys_path), stores, app.state.service)

        async def is_ready() -> bool:
            return (await client.get("/health/ready")).status_code == 200

        await until(is_ready, "ready")
        yield found


async def test_it_is_unready_and_answers_nothing_before_it_has_read_everything(
    tmp_path: Path,
) -> None:
    settings = Settings(data=tmp_path, checkpoint_seconds=3600)
    app = create_app(settings, EmbeddedLine())
    key = KeyFile(settings.keys_path).create("a", ("admin",), datetime.now(UTC))
    async with (
        LifespanManager(app, PATIENCE, PATIENCE),
        AsyncClient(transport=ASGITransport(app), base_url="http://sla") as client,
    ):
        ready = await client.get("/health/ready")
        assert ready.status_code == 503
        assert "Catching up" in ready.text
        headers = {"Authorization": f"Bearer {key}"}
        answer = await client.get(f"/sla/v1/tickets/{uuid4()}/clocks", headers=headers)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def hang() -> int:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("asked", [AsyncMock(side_effect=StoreUnavailableError), hang])
async def test_it_is_unready_while_its_store_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, asked: object
) -> None:
    monkeypatch.setattr("shared.http.health.ANSWER_TIME", 0.05)
    with monkeypatch.context() as away:
        away.setattr(desk.sla.core.store, "end", asked)
        ready = await desk.client.get("/health/ready")
        assert (ready.status_code, "The store does not answer" in ready.text) == (503, True)
        assert (await desk.client.get("/health/live")).status_code == 200
    assert (await desk.client.get("/health/ready")).status_code == 200


async def test_who_waits_for_a_ticket_gets_its_clocks_as_soon_as_it_is_heard_of(desk: Desk) -> None:
    ticket_id = uuid4()
    asking = asyncio.create_task(desk.get(f"/tickets/{ticket_id}/clocks", wait=10))
    await asyncio.sleep(0.05)
    assert not asking.done()
    started = datetime.now(UTC)
    await desk.say("intake", other.registered(started, None, ticket_id), ticket_id)
    (clock,) = (await asyncio.wait_for(asking, 8))["items"]
    assert (clock["clock"], clock["round"], clock["state"]) == ("answer", 1, "running")
    assert datetime.fromisoformat(clock["started_at"]) == started
    assert clock["stopped_at"] is None
    assert {rung["step"] for rung in clock["rungs"]} == LADDER
    assert {rung["state"] for rung in clock["rungs"]} == {"waiting"}


async def test_a_ticket_nobody_registered_is_not_found_after_the_wait(desk: Desk) -> None:
    answer = await desk.client.get(f"/sla/v1/tickets/{uuid4()}/clocks", params={"wait": "0.05"})
    assert (answer.status_code, answer.json()["code"]) == (404, "ticket-not-found")


async def test_what_another_instance_watches_is_not_here_and_that_is_said(desk: Desk) -> None:
    here, elsewhere = [await desk.register(30) for _ in range(2)]
    while partition_of(elsewhere) == partition_of(here):
        elsewhere = await desk.register(30)
    for ticket_id in (here, elsewhere):
        await desk.get(f"/tickets/{ticket_id}/clocks", wait=10)
    desk.sla.book.close([partition_of(elsewhere)])
    assert (await desk.get(f"/tickets/{here}/clocks"))["items"]
    for path in ("clocks?wait=10", "clocks/answer/explanation"):
        with patch.object(desk.sla.book, "wait_for") as waiting:  # it is never heard of here
            answer = await desk.client.get(f"/sla/v1/tickets/{elsewhere}/{path}")
        assert waiting.call_count == 0
        assert (answer.status_code, answer.json()["code"]) == (503, "watched-elsewhere")
        assert answer.json()["partition"] == str(partition_of(elsewhere))
    due = await desk.get("/due")
    assert str(elsewhere) not in {one["ticket_id"] for one in due["items"]}
    assert due["partitions"] == [one for one in range(12) if one != partition_of(elsewhere)]
    desk.sla.book.close(range(12))  # as before Kafka has given it any
    answer = await desk.client.get(f"/sla/v1/tickets/{here}/clocks")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


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


async def test_what_another_instance_acknowledged_is_seen_here(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    first = (await desk.escalations(6, ticket_id=ticket_id))[0]
    command = AcknowledgeEscalation(
        ticket_id=ticket_id,
        escalation_id=UUID(first["escalation_id"]),
        acknowledged_by="wang-qiang",
        at=datetime.now(UTC),
    )
    cause = Cause(actor="wang-qiang", correlation_id=ex.CORRELATION)
    await desk.sla.acknowledgements.handle(ticket_id, command, cause)
    [clock] = (await desk.get(f"/tickets/{ticket_id}/clocks"))["items"]
    states = {one["escalation_id"]: one["state"] for one in clock["rungs"]}
    assert states[first["escalation_id"]] == "acknowledged"
    with patch.object(desk.sla.core.store, "read", side_effect=StoreUnavailableError):
        assert (await desk.get(f"/tickets/{ticket_id}/clocks"))["items"] == [clock]


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


async def test_nobody_saw_an_escalation_before_it_was_raised(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    first, *_ = await desk.escalations(6, ticket_id=ticket_id)
    path = f"/escalations/{first['escalation_id']}/acknowledgement"
    raised_at = datetime.fromisoformat(first["raised_at"])
    before = await desk.post(path, {"at": (raised_at - timedelta(seconds=1)).isoformat()})
    assert (before.status_code, before.json()["errors"][0]["pointer"]) == (422, "/at")
    at_once = raised_at.replace(microsecond=0)
    assert (await desk.post(path, {"at": at_once.isoformat()})).status_code == 200


async def test_what_is_due_soon_comes_first_and_names_its_department(desk: Desk) -> None:
    soon = await desk.register(case=ex.case(severity="simple"))
    await desk.register()
    over = await desk.register(days_ago=1, case=ex.case(severity="simple"))
    await desk.escalations(5, ticket_id=over)

    async def are_there() -> bool:
        return len((await desk.get("/due", within="30d"))["items"]) == 3

    await until(are_there, "three limits")
    items = (await desk.get("/due", within="2h"))["items"]
    assert [item["ticket_id"] for item in items] == [str(over), str(soon)]
    assert [item["state"] for item in items] == ["missed", "running"]
    assert {item["department"] for item in items} == {"billing"}
    assert {item["pack"] for item in items} == {"hotline-400"}
    assert (await desk.get("/due", within="2h", department="key-accounts"))["items"] == []
    assert (await desk.get("/due", within="2h", pack="hotline-400"))["items"] == items
    assert (await desk.get("/due", within="2h", pack="telecom-carrier"))["items"] == []
    first = await desk.get("/due", within="2h", limit=1)
    second = await desk.get("/due", within="2h", limit=1, cursor=first["next_cursor"])
    assert first["items"] + second["items"] == items
    last = await desk.get("/due", within="2h", limit=1, cursor=second["next_cursor"])
    assert (last["items"], last["next_cursor"]) == ([], None)
    answer = await desk.client.get("/sla/v1/due", params={"within": "soon"})
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/due", "/escalations"])
async def test_a_department_that_nobody_knows_is_refused_with_those_there_are(
    desk: Desk, path: str
) -> None:
    """An empty list would be read as: nothing is overdue there."""
    answer = await desk.client.get(f"/sla/v1{path}", params={"department": "billling"})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/query/department"
    assert error["detail"].startswith("the directory has no such department; it has ")
    assert "billing" in error["detail"].split(", ")
    assert (await desk.get(path, department="key-accounts"))["items"] == []


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


async def test_escalations_are_narrowed_to_a_department_that_the_key_may_see(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    items = await desk.escalations(6, ticket_id=ticket_id)
    assert {item["pack"] for item in items} == {"hotline-400"}
    assert await desk.escalations(6, department="billing") == items
    assert (await desk.get("/escalations", department="network-maintenance"))["items"] == []
    other_one = desk.as_key("zhao-gang", "sla:read", departments=("network-maintenance",))
    path = "/sla/v1/escalations?department=billing"
    assert (await desk.client.get(path, headers=other_one)).json()["items"] == []
    timers = (await desk.client.get("/sla/v1/timers", headers=other_one)).json()
    assert (timers["groups"], timers["totals"]["unacknowledged"]) == ([], 0)
    assert (await desk.get("/timers"))["totals"]["unacknowledged"] == 6
    receipt = f"/escalations/{items[0]['escalation_id']}/acknowledgement"
    assert (await desk.post(receipt, {})).status_code == 200
    assert (await desk.get("/timers"))["totals"]["unacknowledged"] == 5


async def test_a_clock_is_explained_and_one_that_is_not_there_is_not(desk: Desk) -> None:
    ticket_id = await desk.register()
    await desk.get(f"/tickets/{ticket_id}/clocks", wait=5)
    clocks = f"/tickets/{ticket_id}/clocks"
    found = await desk.get(f"{clocks}/answer/explanation", round=1)
    assert (found["clock"], found["rule"]["clause"]) == ("answer", "H-12")
    occurrence = found["occurrence"]
    again = await desk.get(f"{clocks}/answer/explanation", occurrence=occurrence)
    assert again["limit"] == found["limit"]
    for path, status, code in (
        (f"{clocks}/teatime/explanation", 404, "clock-not-found"),
        (f"{clocks}/answer/explanation?round=2", 404, "clock-not-found"),
        (f"{clocks}/%00/explanation", 404, "clock-not-found"),
        (f"/tickets/{uuid4()}/clocks/answer/explanation", 404, "ticket-not-found"),
        (f"{clocks}/answer/explanation?round=0", 422, "malformed"),
        (f"{clocks}/answer/explanation?occurrence=first", 422, "malformed"),
        (f"{clocks}/answer/explanation?turn=1", 422, "malformed"),
    ):
        answer = await desk.client.get(f"/sla/v1{path}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), path


async def test_where_a_tickets_pack_does_not_run_that_is_said(desk: Desk) -> None:
    ticket_id = await desk.register(case=ex.case()._replace(pack="acme"))
    clocks = f"/tickets/{ticket_id}/clocks"
    assert await desk.get(clocks, wait=5) == {"items": []}
    answer = await desk.client.get(f"/sla/v1{clocks}/answer/explanation")
    assert (answer.status_code, answer.json()["code"]) == (409, "pack-not-here")
    assert "HUIYIN_PACKS" in answer.json()["title"]


async def test_a_replay_is_an_operation_that_can_be_asked_after(desk: Desk) -> None:
    ticket_id = await desk.register()
    await desk.get(f"/tickets/{ticket_id}/clocks", wait=5)
    begun = await desk.post("/replays", {"dry_run": True}, **{"Idempotency-Key": "a"})
    assert begun.status_code == 202
    place = begun.headers["location"]

    async def is_done() -> bool:
        state: str = (await desk.client.get(place)).json()["state"]
        return state == "done"

    await until(is_done, "replayed")
    again = await desk.post("/replays", {"dry_run": True}, **{"Idempotency-Key": "a"})
    assert (again.status_code, again.headers["idempotent-replay"]) == (202, "true")
    assert again.json()["result"]["differing"] == 0
    other_body = await desk.post("/replays", {"dry_run": False}, **{"Idempotency-Key": "a"})
    assert other_body.json()["code"] == "idempotency-key-reused"
    assert (await desk.client.post("/sla/v1/replays")).status_code == 202
    unknown = await desk.client.get(f"/sla/v1/operations/{uuid4()}")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")


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


async def test_an_operators_own_pack_is_listed_and_previewed(tmp_path: Path) -> None:
    own = """
    extends: hotline-400
    name: brewery
    version: 1
    clocks:
      - name: answer
        from: [ticket-registered]
        until: [ticket-answered]
        calendar: office
        rules: [{ clause: B-1, limit: 45m }]
    """
    async with open_desk(
        SupportDesk, create_app, {}, tmp_path, ex.at("2026-11-23 10:00"), brewery=own
    ) as desk:
        names = [pack["name"] for pack in await desk.items("/sla/v1/packs")]
        assert names == sorted({*names, "brewery", "hotline-400"})
        body = {"start": "2026-11-23T10:00:00+08:00", "kind": "complaint", "pack": "brewery"}
        previewed = await desk.client.post("/sla/v1/deadlines:preview", json=body)
        [clock] = (one for one in previewed.json()["clocks"] if one["clock"] == "answer")
        assert (clock["clause"], clock["due_at"]) == ("B-1", "2026-11-23T02:45:00Z")


async def test_the_lag_of_escalations_is_measured(desk: Desk) -> None:
    ticket_id = await desk.register(days_ago=30)
    await desk.escalations(6, ticket_id=ticket_id)
    text = (await desk.client.get("/metrics")).text
    assert "huiyin_escalation_lag_seconds_bucket" in text
    assert 'huiyin_escalations_raised_total{clock="answer",step="level-4"}' in text


async def both_are_read(desk: Desk) -> None:
    """Returns when what a registration says is heard, the work order's part too."""

    async def is_shown() -> bool:
        items = (await desk.get("/consumers"))["items"]
        read = {item["publisher"] for item in items if item["mark"] == 1}
        return len(items) == 36 and read == {"intake", "dispatch"}

    await until(is_shown, "both records read")


async def test_how_far_it_read_is_shown(desk: Desk) -> None:
    """By this instance alone: what another one has read stands in no store."""
    await desk.register()
    await both_are_read(desk)
    assert (await desk.get("/consumers"))["whole"] is False


SHORTER = next_version("1m", "short")
WINDOW = {"from": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
ASKED = {"draft": SHORTER, **WINDOW}


async def test_a_simulation_is_an_operation_and_the_same_request_begins_one(desk: Desk) -> None:
    ticket_id = await desk.register(1)
    await both_are_read(desk)
    own = desk.as_key("pack-owner", "sla:admin", departments=("*",))
    begun = await desk.post("/simulations", ASKED, **own, **{"Idempotency-Key": "a"})
    assert begun.status_code == 202, begun.text
    place = begun.headers["location"]

    async def is_done() -> bool:
        state: str = (await desk.client.get(place, headers=own)).json()["state"]
        return state != "running"

    await until(is_done, "simulated")
    again = await desk.post("/simulations", ASKED, **own, **{"Idempotency-Key": "a"})
    assert (again.status_code, again.headers["idempotent-replay"]) == (202, "true")
    found = again.json()
    assert (found["kind"], found["state"], found["error"]) == ("what-if", "done", None)
    assert found["asked"]["pack"] == "hotline-400"
    (change,) = found["result"]["changes"]
    assert change["ticket_id"] == str(ticket_id)
    assert change["clocks"][0]["after"]["escalations"] == ["warning", "level-2"]
    other_body = {**ASKED, "draft": SHORTER.replace("1m", "2m")}
    reused = await desk.post("/simulations", other_body, **own, **{"Idempotency-Key": "a"})
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    stranger = desk.as_key("somebody", "sla:admin", departments=("*",))
    assert (await desk.client.get(place, headers=stranger)).status_code == 403
    assert (await desk.client.get(place)).status_code == 200
    clocks = (await desk.get(f"/tickets/{ticket_id}/clocks"))["items"]
    assert clocks[0]["state"] == "running"


async def test_an_operation_whose_process_ended_has_failed_and_does_not_run_for_ever(
    tmp_path: Path,
) -> None:
    async with open_any("sla", tmp_path) as desk:
        now = desk.clock.time
        left = Operation(
            operation_id=uuid4(),
            kind="what-if",
            instance="other:1",
            started_at=now,
            updated_at=now,
            asked={"client": "pack-owner"},
        )
        row = Put(OPERATIONS, str(left.operation_id), left)
        await desk.heard.service.core.store.append(Append(rows=[row]))
        place = f"/sla/v1/operations/{left.operation_id}"
        assert (await desk.client.get(place)).json()["state"] == "running"
        desk.clock.time += timedelta(minutes=2)
        found = (await desk.client.get(place)).json()
        assert (found["state"], found["error"]) == ("failed", "Interrupted")


async def test_a_simulation_takes_the_scope_of_who_keeps_the_packs(desk: Desk) -> None:
    reader = desk.as_key("reader", "sla:read", "operations")
    refused = await desk.post("/simulations", ASKED, **reader)
    assert (refused.status_code, refused.json()["required_scope"]) == (403, "sla:admin")


@pytest.mark.parametrize(
    ("changed", "pointer", "expected"),
    [
        ({"draft": SHORTER.replace("1m", "soon")}, "/draft", "draft, line 10: "),
        ({"draft": SHORTER.replace("calendar: office", "calendar: x")}, "/draft", "there are offi"),
        ({"draft": SHORTER.replace("name: hotline-400", "name: y")}, "/draft", "a pack that runs"),
        ({"draft": {"name": 5}}, "/draft", "name: Expected `str`"),
        ({"draft": 5}, "/draft", "a text is expected, or an object"),
        ({"draft": SHORTER, "until": WINDOW["from"]}, "/until", "not after from"),
        ({"calendar_of": "y"}, "/calendar_of", "a pack that runs here: cable-field-service"),
        ({"calendar_of": "hotline-400"}, "/draft", "unknown field"),
        (
            {"calendar_of": "hotline-400", "draft": {"name": "x", "version": 2, "weekly": {}}},
            "/draft",
            "Calendar 'x'",
        ),
    ],
)
async def test_a_draft_that_cannot_be_read_is_told_where_and_what_is_expected(
    desk: Desk, changed: dict[str, object], pointer: str, expected: str
) -> None:
    answer = await desk.post("/simulations", {**ASKED, **changed})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    error = answer.json()["errors"][0]
    assert error["pointer"] == pointer
    assert expected in error["detail"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"draft": SHORTER.replace("1m", "soon")},
            "草稿第 10 行：clocks[0].rules[0].limit: 'soon' 不是时长，请写成 30m、2h",
        ),
        ({"draft": {"name": 5}}, "name: 应为 str，而不是 int。"),
        ({"draft": SHORTER, "until": WINDOW["from"]}, "须晚于 from。"),
        ({"calendar_of": "y"}, "应为在本系统运行的规章包的名称：cable-field-service, "),
        (
            {"calendar_of": "hotline-400", "draft": {"name": "x", "version": 2, "weekly": {}}},
            "日历 'x' 不可用：没有一天有工作时间。",
        ),
    ],
)
async def test_what_is_wrong_in_a_draft_is_said_in_chinese_too(
    desk: Desk, changed: dict[str, object], told: str
) -> None:
    desk.client.headers["Accept-Language"] = "zh-CN"
    answer = await desk.post("/simulations", {**ASKED, **changed})
    assert answer.json()["errors"][0]["detail"].startswith(told)
