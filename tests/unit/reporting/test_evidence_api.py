"""The routes of proofs, exports, keys and the verification; taking something away is recorded."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.reporting import verifications
from services.reporting.verification import Verifier
from shared.evidence.checking import check
from shared.evidence.keys import keys_in
from shared.ids import new_id
from tests.unit.support.any_desk import AnyDesk, desk_for
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
    assert await looks(desk) == [(str(T), "proof", "auditor")]


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
    assert len(ended.json()["services"]) == 4
    unknown = {"verification_id": str(new_id())}
    assert code_of(await desk.client.get(f"{AUDIT}/verification", params=unknown))[0] == 404


async def test_a_verification_that_fails_says_so(
    desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Verifier) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Verifier, "verify", fail)
    answer = await desk.client.get(f"{AUDIT}/verification")
    assert (answer.status_code, answer.json()["state"]) == (200, "failed")
