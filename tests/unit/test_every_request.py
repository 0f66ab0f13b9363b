"""What the contract says of every request, asked of every route of intake, dispatch and revisit."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import Response

from services.dispatch.handlers import HANDLERS as DISPATCH
from services.dispatch.main import create_app as create_dispatch
from services.intake.handlers import HANDLERS as INTAKE
from services.intake.main import create_app as create_intake
from services.revisit.domain.call_back import revisit_id_of
from services.revisit.handlers import HANDLERS as REVISIT
from services.revisit.main import create_app as create_revisit
from shared.http.requests import MAX_BATCH_BODY, MAX_BODY
from shared.keys import SCOPES, Scope
from shared.service import Handlers
from tests.unit.support.desk import CreateApp, Desk, Headers, code_of, open_desk
from tests.unit.support.examples import AT, CLOCK_STARTED, HOUR, NOTIFIED, OFFERED, REGISTERED, T, W

Json = dict[str, Any]
SERVICES: dict[str, tuple[CreateApp, Handlers[Any]]] = {
    "intake": (create_intake, INTAKE),
    "dispatch": (create_dispatch, DISPATCH),
    "revisit": (create_revisit, REVISIT),
}
COMPLAINT: Json = {
    "kind": "complaint",
    "content": "宽带断网三天。",
    "customer": {"name": "张晓明", "phone": "13812345678"},
}
PASS_ON: Json = {"department": "key-accounts", "reason": "归大客户部"}
CALLED: Json = {"channel": "phone", "outcome": "no_answer"}
TOLD: Json = {"about": "progress", "channel": "phone", "outcome": "reached"}


@dataclass(frozen=True)
class Call:
    """A route; `before` is what must have been done for it to succeed."""

    method: str
    path: str
    scope: Scope
    body: Json | None = None
    before: tuple[tuple[str, Json], ...] = ()
    needs_version: bool = False
    limit: int = MAX_BODY

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def service(self) -> str:
        return self.path.split("/")[1]

    @property
    def is_about_one(self) -> bool:
        """Whether a ticket, or something of one, is in the path."""
        return "{" in self.path


TICKETS = "/intake/v1/tickets"
TICKET = "/intake/v1/tickets/{ticket_id}"
ORDERS = "/dispatch/v1/work-orders"
ORDER = "/dispatch/v1/work-orders/{work_order_id}"
REVISITS = "/revisit/v1/revisits"
CALL_BACK = "/revisit/v1/revisits/{revisit_id}"
ACCEPTED: tuple[tuple[str, Json], ...] = (("acceptance", {}),)
REFUSED: tuple[tuple[str, Json], ...] = (("refusal", {"reason": "不属于本部门"}),)

READS = [
    Call("GET", TICKETS, "tickets:read"),
    Call("GET", TICKET, "tickets:read"),
    Call("GET", ORDERS, "tickets:read"),
    Call("GET", ORDER, "tickets:read"),
    Call("GET", REVISITS, "tickets:read"),
    Call("GET", CALL_BACK, "tickets:read"),
]
BATCH = Call(
    "POST",
    f"{TICKETS}:batch",
    "tickets:write",
    {"items": [{**COMPLAINT, "external_id": "CRM-1"}]},
    limit=MAX_BATCH_BODY,
)
REGISTRATION = Call("POST", TICKETS, "tickets:write", COMPLAINT)
COMMANDS = [
    Call("POST", f"{TICKET}/withdrawal", "tickets:write", {"reason": "已自行解决"}),
    Call("POST", f"{TICKET}/answer", "tickets:write", {"text": "已当场答复"}),
    Call("POST", f"{ORDER}/acceptance", "work:write", {}),
    Call("POST", f"{ORDER}/refusal", "work:write", {"reason": "不属于本部门"}),
    Call("POST", f"{ORDER}/arbitration", "work:write", PASS_ON, REFUSED, needs_version=True),
    Call("POST", f"{ORDER}/transfer", "work:write", PASS_ON, needs_version=True),
    Call("POST", f"{ORDER}/contact-attempts", "work:write", CALLED, ACCEPTED),
    Call("POST", f"{ORDER}/verification", "work:write", {"finding": "substantiated"}, ACCEPTED),
    Call("POST", f"{ORDER}/progress", "work:write", {"done": False}, ACCEPTED),
    Call("POST", f"{ORDER}/completion", "work:write", {"solution": "更换光猫"}, ACCEPTED),
    Call("POST", f"{ORDER}/customer-notice", "work:write", TOLD),
    Call("POST", f"{CALL_BACK}/attempts", "revisits:write", CALLED),
    Call("POST", f"{CALL_BACK}/result", "revisits:write", {"solved": True, "score": 5}),
]
WRITES = [REGISTRATION, BATCH, *COMMANDS]
CALLS = [*READS, *WRITES]


def each(calls: Sequence[Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=str)


class AnyDesk(Desk[Any]):
    """A service that knows of one ticket of the client `crm`, now with the department `billing`."""

    ids: dict[str, str]

    async def prepare(self, call: Call) -> None:
        """Brings the ticket to where the call succeeds."""
        ids = {"work_order_id": W, "revisit_id": revisit_id_of(T, 1)}
        self.ids = {name: str(value) for name, value in ids.items()}
        if call.service == "intake":
            headers = {**self.key("crm", "tickets:write"), "Idempotency-Key": "first"}
            registered = await self.client.post(TICKETS, json=COMPLAINT, headers=headers)
            self.ids["ticket_id"] = registered.json()["ticket_id"]
        await self.heard.hear(*self._heard(call.service))
        for path, body in call.before:
            done = await self.client.post(self.url(f"{ORDER}/{path}"), json=body)
            assert done.status_code == 200, done.text

    def _heard(self, service: str) -> list[Any]:
        if service == "dispatch":
            return [REGISTERED]
        if service == "revisit":
            return [NOTIFIED]
        return [msgspec.structs.replace(OFFERED, ticket_id=self.ids["ticket_id"])]

    def url(self, path: str) -> str:
        return path.format(**self.ids)

    async def send(self, call: Call, headers: Headers | None = None, **changes: object) -> Response:
        """The call; with the version as it is now where one is needed, unless another is given."""
        all_headers = dict(headers or {})
        if call.needs_version and "If-Match" not in all_headers:
            all_headers["If-Match"] = await self.version(call)
        body = None if call.body is None else {**call.body, **changes}
        url = self.url(call.path)
        return await self.client.request(call.method, url, json=body, headers=all_headers)

    async def version(self, call: Call) -> str:
        """The ETag of what the call is about."""
        one = self.url(call.path[: call.path.index("}") + 1])
        reader = self.key("reader", "tickets:read", departments=("*",))
        etag: str = (await self.client.get(one, headers=reader)).headers["etag"]
        return etag


@asynccontextmanager
async def desk_for(call: Call, folder: Path) -> AsyncIterator[AnyDesk]:
    create_app, handlers = SERVICES[call.service]
    async with open_desk(AnyDesk, create_app, handlers, folder, AT) as desk:
        await desk.prepare(call)
        yield desk


@pytest.mark.parametrize("service", SERVICES)
async def test_no_route_is_missing_here(service: str, tmp_path: Path) -> None:
    create_app, handlers = SERVICES[service]
    async with open_desk(AnyDesk, create_app, handlers, tmp_path, AT) as desk:
        found = {
            (method.upper(), path)
            for path, operations in desk.app.openapi()["paths"].items()
            for method, operation in operations.items()
            if service in operation["tags"]
        }
    assert found == {(call.method, call.path) for call in CALLS if call.service == service}


@each(CALLS)
async def test_who_may_not_call(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        before = await desk.heard.log()
        for nobody in ({"Authorization": ""}, {"Authorization": "Bearer hy_wrong"}):
            assert code_of(await desk.send(call, nobody)) == (401, "unauthenticated")
        others: list[Scope] = [one for one in SCOPES if one not in {call.scope, "admin"}]
        answer = await desk.send(call, desk.key("crm", *others))
        assert code_of(answer) == (403, "forbidden")
        assert answer.json()["required_scope"] == call.scope
        assert await desk.heard.log() == before


@each([call for call in CALLS if call.is_about_one])
async def test_what_is_another_clients_or_departments_is_not_there(
    call: Call, tmp_path: Path
) -> None:
    async with desk_for(call, tmp_path) as desk:
        before = await desk.heard.log()
        for foreign in (
            desk.key("shop", call.scope, "pii:read"),
            desk.key("clerk", call.scope, departments=("field-service",)),
        ):
            answer = await desk.send(call, {**foreign, "Idempotency-Key": "a"})
            assert answer.status_code == 404
            unknown = {name: str(revisit_id_of(T, 9)) for name in desk.ids}
            nothing = await desk.client.request(
                call.method,
                call.path.format(**unknown),
                json=call.body,
                headers={"If-Match": '"1"'},
            )
            assert code_of(answer) == code_of(nothing)
        assert await desk.heard.log() == before


@each(WRITES)
async def test_what_a_body_may_not_be(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        before = await desk.heard.log()
        url = desk.url(call.path)

        async def send(content: bytes, media_type: str = "application/json") -> tuple[int, str]:
            headers = {"Content-Type": media_type, "Idempotency-Key": "a", "If-Match": '"1"'}
            return code_of(await desk.client.post(url, content=content, headers=headers))

        body = msgspec.json.encode(call.body)
        assert await send(body, "text/plain") == (415, "unsupported-media-type")
        assert await send(b" " * (call.limit + 1)) == (413, "too-large")
        assert await send(b"{") == (400, "not-json")
        unknown = await desk.send(call, {"Idempotency-Key": "a"}, surprise=1)
        assert code_of(unknown) == (422, "malformed")
        assert [one["pointer"] for one in unknown.json()["errors"]] == ["/surprise"]
        assert await desk.heard.log() == before


@each([REGISTRATION, *COMMANDS])
async def test_nothing_happened_in_the_future_or_before_all_calendars(
    call: Call, tmp_path: Path
) -> None:
    async with desk_for(call, tmp_path) as desk:
        before = await desk.heard.log()
        for at in ("2026-11-23T02:00:00.000001Z", "0001-01-01T00:00:00+14:00", "2026-11-23"):
            answer = await desk.send(call, {"Idempotency-Key": "a"}, at=at)
            assert code_of(answer) == (422, "malformed")
            assert [one["pointer"] for one in answer.json()["errors"]] == ["/at"]
        assert await desk.heard.log() == before
        past = await desk.send(call, {"Idempotency-Key": "a"}, at="2026-11-23T09:59:59+08:00")
        assert past.is_success, past.text


@each([REGISTRATION, *COMMANDS])
async def test_a_repeat_gets_the_first_answer_whatever_happened_since(
    call: Call, tmp_path: Path
) -> None:
    """Sla spoke, time passed, and the key no longer sees the ticket."""
    async with desk_for(call, tmp_path) as desk:
        clerk = desk.key("clerk", call.scope, departments=("billing",))
        once = {"Idempotency-Key": "a"}
        if call.needs_version:
            once["If-Match"] = await desk.version(call)
        first = await desk.send(call, {**clerk, **once})
        assert first.is_success, first.text
        assert "idempotent-replay" not in first.headers
        log = await desk.heard.log()
        for clock in ("answer", "revisit"):
            await desk.heard.hear(msgspec.structs.replace(CLOCK_STARTED, clock=clock))
        desk.clock.time += HOUR
        moved = desk.key("clerk", call.scope, departments=("field-service",))
        again = await desk.send(call, {**moved, **once})
        assert again.headers.pop("idempotent-replay") == "true"
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers == first.headers
        other = await desk.send(call, {**moved, **once}, at="2026-11-23T01:00:00Z")
        assert code_of(other) == (422, "idempotency-key-reused")
        another = await desk.send(call, {**moved, **once, "Idempotency-Key": "b"})
        assert another.status_code == (404 if call.is_about_one else 201)
        assert (await desk.heard.log())[: len(log)] == log


@each([REGISTRATION, *COMMANDS])
async def test_a_key_that_is_none_is_refused(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        for key in ("", "x" * 256, "a\tb"):
            answer = await desk.send(call, {"Idempotency-Key": key})
            assert code_of(answer) == (422, "malformed")


@each(COMMANDS)
async def test_who_read_another_version_is_told_the_one_now(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        version = await desk.version(call)
        for stale in ('"99"', '"0"', "99", "none", "*"):
            answer = await desk.send(call, {"If-Match": stale})
            assert code_of(answer) == (412, "stale-version")
            assert answer.json()["current_version"] == int(version.strip('"'))
        fresh = await desk.send(call, {"If-Match": version})
        assert fresh.status_code == 200, fresh.text


@each([call for call in READS if not call.is_about_one])
async def test_a_list_refuses_what_it_cannot_look_for(call: Call, tmp_path: Path) -> None:
    """Cursors of another list's form, or that no store could hold; days that no calendar has."""
    strange: list[object] = [[], ["", 1], ["\0", "k"], [2**70, "", ""], [0, "\0", ""], {}]
    encoded = [urlsafe_b64encode(msgspec.json.encode(one)).decode() for one in strange]
    times = "received_from", "received_until", "due_before"
    async with desk_for(call, tmp_path) as desk:
        url = desk.url(call.path)
        for cursor in ("x", "é", *encoded):
            answer = await desk.client.get(url, params={"cursor": cursor})
            assert code_of(answer) == (422, "malformed"), cursor
        for name in times:
            answer = await desk.client.get(url, params={name: "9999-12-31T23:59:59-14:00"})
            assert code_of(answer) == (422, "malformed")
            assert [one["pointer"] for one in answer.json()["errors"]] == [f"/query/{name}"]


@each([call for call in COMMANDS if call.needs_version])
async def test_some_commands_say_which_version_was_read(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        answer = await desk.client.post(desk.url(call.path), json=call.body)
        assert code_of(answer) == (428, "version-required")
