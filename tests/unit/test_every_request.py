"""What the contract says of every request, asked of every route of every service."""

from collections.abc import Sequence
from pathlib import Path

import jsonschema_rs
import pytest

from tests.unit.support.any_desk import SERVICES, desk_for, open_any
from tests.unit.support.calls import (
    CALLS,
    COMMANDS,
    CREATIONS,
    DISCARDS,
    REDRIVES,
    REGISTRATION,
    Call,
)
from tests.unit.support.desk import code_of

DESCRIBED = [
    call
    for call in CALLS
    if "dead-letters" not in call.path
    and call.path
    not in {
        "/sla/v1/replays",  # takes a whole log
        "/reporting/v1/tickets/{ticket}/proof",
        "/reporting/v1/audit/export",
        "/reporting/v1/audit/keys",
        "/reporting/v1/audit/search",
        "/reporting/v1/audit/signing",
        "/reporting/v1/audit/verification",  # 202 while it runs
        "/reporting/v1/figures/monthly.xlsx",
        "/reporting/v1/figures/{figure}/causes",
        "/reporting/v1/inspections",
        "/reporting/v1/notices",
        "/reporting/v1/reports/{report_id}/file",
    }
]
NARROWED_TO = {"department": "billing", "pack": "travel-platform"}
"""What a list takes, and one that there is."""


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
async def test_whoever_takes_no_such_method_names_those_that_it_takes(
    service: str, tmp_path: Path
) -> None:
    async with open_any(service, tmp_path) as desk:
        for path, operations in desk.app.openapi()["paths"].items():
            answer = await desk.client.request("TRACE", path)
            assert code_of(answer) == (405, "method-not-allowed")
            named = set(answer.headers["allow"].lower().split(", "))
            assert set(operations) <= named, path


@each(DESCRIBED)
async def test_the_document_describes_what_is_answered(call: Call, tmp_path: Path) -> None:
    async with desk_for(call, tmp_path) as desk:
        document = desk.app.openapi()
        answer = await desk.send(call, {"Idempotency-Key": "a"})
    assert answer.is_success, answer.text
    responses = document["paths"][call.path][call.method.lower()]["responses"]
    [written] = [responses[status] for status in responses if status.startswith("2")]
    schema = written["content"]["application/json"]["schema"]
    assert schema
    whole = {**schema, "components": document["components"]}
    assert list(jsonschema_rs.Draft202012Validator(whole).iter_errors(answer.json())) == []


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


@pytest.mark.parametrize("service", ["intake", "dispatch", "sla", "reporting"])
async def test_a_list_narrowed_to_what_is_not_there_says_what_is(
    service: str, tmp_path: Path
) -> None:
    """Reporting's timers are sla's to tell, and there is none here: test_timers_page asks both."""
    async with open_any(service, tmp_path) as desk:
        asked = [
            (path, parameter["name"])
            for path, operations in desk.app.openapi()["paths"].items()
            for parameter in operations.get("get", {}).get("parameters", ())
            if parameter["name"] in NARROWED_TO and path != "/reporting/v1/timers"
        ]
        assert asked
        for path, name in asked:
            answer = await desk.client.get(path, params={name: "nope"})
            assert code_of(answer) == (422, "malformed"), (path, name)
            [error] = answer.json()["errors"]
            assert error["pointer"] == f"/query/{name}"
            assert NARROWED_TO[name] in error["detail"]


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
        name, departments = ("crm", ()) if call.is_no_departments else ("clerk", ("billing",))
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
