"""The routes of proofs, exports, keys and the verification; taking something away is recorded."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.reporting import verifications
from services.reporting.verification import Told, Verifier
from shared.event_store import Append
from shared.evidence.checking import check
from shared.evidence.keys import keys_in
from shared.ids import new_id
from shared.instance import INSTANCE
from shared.messaging.topics import PUBLISHERS
from shared.operations import OPERATIONS, Operation
from shared.tables import Put
from tests.unit.support.any_desk import AnyDesk, desk_for, open_any
from tests.unit.support.calls import READS
from tests.unit.support.desk import code_of
from tests.unit.support.examples import T

AUDIT = "/reporting/v1/audit"
PROOF = f"/reporting/v1/tickets/{T}/proof"
[CALL] = [call for call in READS if call.path.endswith("/proof")]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    async with desk_for(CALL, tmp_path) as desk:
        yield desk


async def looks(desk: AnyDesk) -> list[tuple[str | None, str, str]]:
    items = await desk.items("/reporting/v1/readings")
    return [(one["ticket_id"], one["what"], one["reader"]) for one in items]


async def test_a_proof_is_a_file_that_the_public_keys_open(desk: AnyDesk) -> None:
    auditor = desk.key("auditor", "audit:read", departments=("*",))
    keys = keys_in((await desk.client.get(f"{AUDIT}/keys", headers=auditor)).json()["file"])
    file = await desk.client.get(PROOF, params={"format": "jsonl"}, headers=auditor)
    assert file.headers["content-type"] == "application/jsonl"
    assert "proof.jsonl" in file.headers["content-disposition"]
    checked = check(iter(file.content.splitlines(keepends=True)), keys)
    assert (checked.events, checked.uncovered, checked.unstated) == (2, 2, 2)
    assert checked.manifest.made_for == "auditor"
    shown = (await desk.client.get(PROOF, headers=auditor)).json()
    assert [one["source"] for one in shown["items"]] == ["intake", "dispatch"]
    assert await looks(desk) == [(str(T), "proof", "auditor")] * 2, "one of each form"


async def test_a_period_is_for_who_sees_every_ticket(desk: AnyDesk) -> None:
    clerk = desk.key("clerk", "audit:read", departments=("billing",))
    assert code_of(await desk.client.get(f"{AUDIT}/export", headers=clerk)) == (403, "forbidden")
    auditor = desk.key("auditor", "audit:read", departments=("*",))
    file = await desk.client.get(f"{AUDIT}/export", headers=auditor)
    keys = keys_in((await desk.client.get(f"{AUDIT}/keys")).json()["file"])
    assert check(iter(file.content.splitlines(keepends=True)), keys).events == 0
    assert await looks(desk) == [(None, "period", "auditor")]


async def test_a_period_ends_behind_its_beginning(desk: AnyDesk) -> None:
    times = {"from": "2026-11-23T10:00:00Z", "to": "2026-11-23T10:00:00Z"}
    answer = await desk.client.get(f"{AUDIT}/export", params=times)
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == "/to"


async def test_a_verification_that_takes_long_says_where_to_ask(
    desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifications, "PATIENCE", 0)
    begun = await desk.client.get(f"{AUDIT}/verification")
    assert (begun.status_code, begun.json()["state"]) == (202, "running"), begun.text
    joined = await desk.client.get(f"{AUDIT}/verification")
    assert joined.json()["verification_id"] == begun.json()["verification_id"]
    running = desk.heard.service.verifications._task  # noqa: SLF001 - it ends by itself
    await running
    ended = await desk.client.get(begun.headers["location"])
    assert (ended.status_code, ended.json()["state"]) == (200, "incomplete")
    assert [one["service"] for one in ended.json()["services"]] == [*PUBLISHERS, "reporting"]
    unknown = {"verification_id": str(new_id())}
    assert code_of(await desk.client.get(f"{AUDIT}/verification", params=unknown))[0] == 404


async def test_what_was_found_is_kept_with_who_asked_and_survives_a_restart(tmp_path: Path) -> None:
    async with desk_for(CALL, tmp_path) as desk:
        auditor = desk.key("auditor", "audit:read")
        found = (await desk.client.get(f"{AUDIT}/verification", headers=auditor)).json()
        desk.clock.time += timedelta(seconds=1)
        newer = (await desk.client.get(f"{AUDIT}/verification", headers=auditor)).json()
    async with open_any("reporting", tmp_path) as desk:
        past = await desk.pages(f"{AUDIT}/verifications?limit=1")
        assert past == [newer, found]
        assert (past[0]["asked_by"], past[0]["state"]) == ("auditor", "incomplete")
        query = {"verification_id": found["verification_id"]}
        assert (await desk.client.get(f"{AUDIT}/verification", params=query)).json() == found


async def test_one_whose_process_ended_is_gone_and_not_under_way_for_ever(tmp_path: Path) -> None:
    async with open_any("reporting", tmp_path) as desk:
        store, now = desk.heard.service.core.store, desk.clock.time
        for number, (instance, silent) in enumerate(
            ((INSTANCE, 0), ("other:1", 0), ("other:1", 61))
        ):
            told = now - timedelta(seconds=silent)
            one = Operation(
                operation_id=UUID(int=number),
                kind="verification",
                instance=instance,
                started_at=told,
                updated_at=told,
                asked={"by": "auditor"},
            )
            await store.append(Append(rows=[Put(OPERATIONS, str(one.operation_id), one)]))
        states = [one["state"] for one in await desk.pages(f"{AUDIT}/verifications?limit=2")]
        assert states == ["running", "gone", "gone"]
        rebuild = (await desk.client.post("/reporting/v1/rebuilds")).json()["operation_id"]
        query = {"verification_id": rebuild}
        assert code_of(await desk.client.get(f"{AUDIT}/verification", params=query))[0] == 404


async def test_a_verification_that_fails_says_so(
    desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Verifier, __: Told) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Verifier, "verify", fail)
    monkeypatch.setattr(verifications, "PATIENCE", 30)
    answer = await desk.client.get(f"{AUDIT}/verification")
    assert (answer.status_code, answer.json()["state"]) == (200, "failed")
