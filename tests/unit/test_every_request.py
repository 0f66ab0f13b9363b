"""What the contract says of every request, asked of every route of every service."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import msgspec
import pytest

from services.revisit.domain.stages import revisit_id_of
from shared.keys import SCOPES, Scope
from tests.unit.support.any_desk import SERVICES, desk_for, open_any
from tests.unit.support.calls import (
    CALLS,
    COMMANDS,
    CREATIONS,
    DISCARDS,
    ERASURE,
    LISTS,
    REDRIVES,
    REGISTRATION,
    WRITES,
    Call,
)
from tests.unit.support.desk import code_of
from tests.unit.support.examples import T


def each(calls: Sequence[Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=str)


@pytest.mark.parametrize("service", SERVICES)
async def test_no_route_is_missing_here(service: str, tmp_path: Path) -> None:
    async with open_any(service, tmp_path) as desk:
        found = {
            (method.upper(), path)
            for path, operations in desk.app.openapi()["paths"].items()
            for method in operations
            if path.startswith(f"/{service}/")
        }
    assert found == {(call.method, call.path) for call in CALLS if call.service == service}


@pytest.mark.parametrize("service", SERVICES)
async def test_the_document_asks_for_a_key_where_one_is_needed(
    service: str, tmp_path: Path
) -> None:
    async with open_any(service, tmp_path) as desk:
        locked = {
            path: bool(operation["security"])
            for path, operations in desk.app.openapi()["paths"].items()
            for operation in operations.values()
        }
    assert locked == {path: path.startswith(f"/{service}/") for path in locked}
    assert {path for path, needs in locked.items() if not needs} >= {"/health/live", "/metrics"}


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


@each([call for call in CALLS if call.is_about_one and not call.is_operators and call != ERASURE])
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


@each([call for call in CALLS if call.is_about_one and call.is_operators])
async def test_a_letter_that_nobody_keeps_is_not_there(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        desk.ids = dict.fromkeys(desk.ids, str(T))
        assert code_of(await desk.send(call))[0] == 404


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


@each([*CREATIONS, *COMMANDS])
async def test_the_document_says_whether_a_body_is_needed(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        written = desk.app.openapi()["paths"][call.path]["post"]["requestBody"]
        headers = {"Idempotency-Key": "a"}
        if call.needs_version:
            headers["If-Match"] = await desk.version(call)
        silent = await desk.client.post(desk.url(call.path), headers=headers)
        is_refused_for_it = silent.status_code in {400, 415, 422}
        assert written["required"] is is_refused_for_it, silent.text


@each([*CREATIONS, *COMMANDS])
async def test_the_document_says_which_header_a_command_needs(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        parameters = desk.app.openapi()["paths"][call.path]["post"]["parameters"]
        needed = {one["name"] for one in parameters if one["in"] == "header" and one["required"]}
        without = await desk.client.post(desk.url(call.path), json=call.body)
        if needed == {"If-Match"}:
            assert code_of(without) == (428, "version-required")
        elif needed == {"Idempotency-Key"} or call == REGISTRATION:  # or an external_id
            assert code_of(without) == (400, "idempotency-key-required")
        else:
            assert without.is_success, without.text


@each([*CREATIONS, *COMMANDS])
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


@each([*CREATIONS, *COMMANDS])
async def test_a_repeat_gets_the_first_answer_whatever_happened_since(
    call: Call, tmp_path: Path
) -> None:
    """Others spoke, time passed, and the key no longer sees the ticket."""
    async with desk_for(call, tmp_path) as desk:
        name, departments = ("crm", ()) if call.is_clients_alone else ("clerk", ("billing",))
        clerk = desk.key(name, call.scope, *call.also, departments=departments)
        once = {"Idempotency-Key": "a"}
        if call.needs_version:
            once["If-Match"] = await desk.version(call)
        first = await desk.send(call, {**clerk, **once})
        assert first.is_success, first.text
        assert "idempotent-replay" not in first.headers
        log = await desk.heard.log()
        await desk.go_on(call)
        moved = desk.key(name, call.scope, *call.also, departments=("field-service",))
        again = await desk.send(call, {**moved, **once})
        assert again.headers.pop("idempotent-replay") == "true"
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers == first.headers
        other = await desk.send(call, {**moved, **once}, at="2026-11-23T01:00:00Z")
        assert code_of(other) == (422, "idempotency-key-reused")
        another = await desk.send(call, {**moved, **once, "Idempotency-Key": "b"})
        assert another.status_code == (404 if call.is_about_one else 201)
        assert (await desk.heard.log())[: len(log)] == log


@each([*DISCARDS, *REDRIVES])
async def test_what_was_done_about_a_letter_is_answered_again(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        once = {"Idempotency-Key": "a"}
        first = await desk.send(call, once)
        assert first.is_success, first.text
        again = await desk.send(call, once)
        assert again.headers.pop("idempotent-replay") == "true"
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers == first.headers
        if call.body:
            other = await desk.send(call, once, reason="另一个理由")
            assert code_of(other) == (422, "idempotency-key-reused")


@each([*CREATIONS, *COMMANDS])
async def test_a_key_that_is_none_is_refused(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        for key in ("", "x" * 256, "a\tb"):
            answer = await desk.send(call, {"Idempotency-Key": key})
            assert code_of(answer) == (422, "malformed")


@each(COMMANDS)
async def test_who_read_another_version_is_told_the_one_now(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        version = await desk.version(call)
        for stale in ('"99"', '"0"', "99", "none", '"98", "99"', '"*"', ""):
            answer = await desk.send(call, {"If-Match": stale})
            assert code_of(answer) == (412, "stale-version")
            assert answer.json()["current_version"] == int(version.strip('"'))
        fresh = await desk.send(call, {"If-Match": f'"99", {version}'})
        assert fresh.status_code == 200, fresh.text


@each(COMMANDS)
async def test_who_takes_any_version_says_so_with_a_star(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        await desk.version(call)
        answer = await desk.send(call, {"If-Match": "*"})
        assert answer.status_code == 200, answer.text


@each(LISTS)
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
        for limit in ("0", "501", "many"):
            answer = await desk.client.get(url, params={"limit": limit})
            assert code_of(answer) == (422, "malformed")
        no_times = "9999-12-31T23:59:59-14:00", "2026", "1764547200", "2026-11-23T10:00:00"
        for name, moment in product(times, no_times):
            answer = await desk.client.get(url, params={name: moment})
            assert code_of(answer) == (422, "malformed")
            assert [one["pointer"] for one in answer.json()["errors"]] == [f"/query/{name}"]


@each([call for call in CALLS if "{" in call.path])
async def test_who_gives_no_key_is_not_told_what_an_id_looks_like(
    call: Call, tmp_path: Path
) -> None:
    async with desk_for(call, tmp_path) as desk:
        url = call.path.format(**dict.fromkeys(desk.ids, "no-id"))
        answer = await desk.client.request(call.method, url, headers={"Authorization": ""})
        assert code_of(answer) == (401, "unauthenticated")


@each([call for call in COMMANDS if call.needs_version])
async def test_some_commands_say_which_version_was_read(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        answer = await desk.client.post(desk.url(call.path), json=call.body)
        assert code_of(answer) == (428, "version-required")
