"""Reporting signs for its own log too; intake keeps what it signed, and what is bent is found."""

import base64
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from httpx import ASGITransport

from services.reporting import verification
from services.reporting.bootstrap import Reporting
from services.reporting.growing import Grower
from services.reporting.main import create_app
from services.reporting.tiles import TILES
from services.reporting.verdicts import ServiceVerdict
from services.reporting.verification import Verifier
from services.reporting.witnessing import witness_new
from shared.codec import name_of_kind
from shared.contracts.reporting import ReportArchived
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Append
from shared.evidence.checking import BrokenError, check
from shared.evidence.checkpoint import stream_of
from shared.evidence.keys import Signer
from shared.evidence.sealing import Sealer
from shared.messaging.topics import partition_of
from shared.tables import Delete, Query
from tests.unit.shared.messaging.records import to_record
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.desk import code_of, open_desk
from tests.unit.support.examples import AT

CHECKPOINT = name_of_kind(CheckpointSigned)
KEPT = "/intake/v1/log/checkpoints"


@dataclass
class Two:
    """Reporting, and intake as its witness; both over files, their tasks by hand."""

    intake: AnyDesk
    desk: AnyDesk
    carried: int = 0
    before: dict[int, int] = field(default_factory=dict)

    @property
    def reporting(self) -> Reporting:
        service: Reporting = self.desk.heard.service
        return service

    async def report(self, day: str) -> None:
        """One more event of reporting's own, a minute later."""
        self.desk.clock.time += timedelta(minutes=1)
        made = await self.desk.client.post("/reporting/v1/reports/day", json={"period": day})
        assert made.status_code == 201, made.text

    async def sign(self) -> CheckpointSigned | None:
        """A checkpoint, kept by intake, heard again, and the tree grown."""
        core = self.reporting.core
        sealer = Sealer(core.store, Signer("reporting", core.secret), core.clock)
        signed = await sealer.seal()
        await witness_new(core, self.reporting.peers)
        await self.carry()
        while await Grower(core.store).grow("reporting"):
            pass
        return signed

    async def carry(self) -> None:
        """What intake said since, to reporting."""
        store = self.intake.heard.service.core.store
        consumer = self.desk.app.state.line.consumer
        for one in await store.read_log(self.carried):
            partition = partition_of(one.event.stream)
            record = to_record("intake", store.epoch, one, self.before.get(partition, 0))
            await consumer.take("intake", partition, [record])
            self.carried = self.before[partition] = one.position

    async def verify(self) -> ServiceVerdict:
        reporting = self.reporting
        keys, peers = reporting.keys, reporting.peers
        store = reporting.core.store
        auditor = self.desk.key("auditor", "audit:read")
        return await Verifier(store, "reporting", keys["reporting"], peers, auditor).verify()

    async def faults(self) -> list[tuple[str, int, str]]:
        return [(one.copy, one.position, one.wrong) for one in (await self.verify()).faults]

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """In reporting's file, beside it."""
        path = self.reporting.core.settings.data / "reporting.db"
        with sqlite3.connect(path, timeout=10) as file:
            return file.execute(statement, values).fetchall()


@pytest.fixture
async def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Two]:
    """Two reports under a checkpoint, two more under another."""
    monkeypatch.setattr(verification, "SETTLE_TIME", 0.0)
    async with AsyncExitStack() as stack:
        intake = await stack.enter_async_context(open_any("intake", tmp_path))
        app = partial(create_app, transports={"intake": ASGITransport(intake.app)})
        desk = await stack.enter_async_context(open_desk(AnyDesk, app, {}, tmp_path, AT))
        two = Two(intake, desk)
        for day in (1, 2):
            await two.report(f"2026-11-0{day}")
        await two.sign()
        for day in (3, 4):
            await two.report(f"2026-11-0{day}")
        await two.sign()
        yield two


async def test_what_reporting_signs_is_an_event_of_intakes_log(two: Two) -> None:
    said = await two.intake.heard.service.core.store.read(stream_of("reporting"))
    assert [one.name for one in said] == [CHECKPOINT, CHECKPOINT]
    found = await two.verify()
    assert (found.state, found.checkpoints, found.events) == ("ok", 2, 5)
    assert await two.sign() is None
    assert await witness_new(two.reporting.core, two.reporting.peers) == 0
    assert len(await two.intake.heard.service.core.store.read(stream_of("reporting"))) == 2


async def test_a_checkpoint_is_no_event_of_the_witness_before_it_is_signed_by_reporting(
    two: Two,
) -> None:
    signed = two.reporting.core.store
    known = next(one for one in await signed.read_log(0) if one.event.name == CHECKPOINT)
    body = msgspec.json.decode(known.event.state.partition(b"\n")[2])
    before = await two.intake.heard.log()
    again = await two.intake.client.post(KEPT, json=body)
    assert (again.status_code, await two.intake.heard.log()) == (204, before)
    nobody = {"Authorization": ""}
    for change in (
        {"size": body["size"] + 5},
        {"signature": base64.b64encode(b"x" * 64).decode()},
    ):
        answer = await two.intake.client.post(KEPT, json={**body, **change}, headers=nobody)
        assert code_of(answer) == (401, "unauthenticated")
    for change in ({"service": "intake"}, {"size": 0}, {"root": "x"}):
        answer = await two.intake.client.post(KEPT, json={**body, **change}, headers=nobody)
        assert code_of(answer) == (422, "malformed")
    assert await two.intake.heard.log() == before


async def test_whatever_is_done_to_reportings_own_log_is_named(two: Two) -> None:
    [(state,)] = two.sql("SELECT state FROM stored_events WHERE rowid = 4")
    two.sql("UPDATE stored_events SET state = ? WHERE rowid = 4", state.replace(b"desk", b"dosk"))
    assert await two.faults() == [("service", 4, "changed")]
    two.sql("UPDATE stored_events SET state = ? WHERE rowid = 4", state)
    assert await two.faults() == []
    two.sql("DELETE FROM stored_events WHERE rowid >= 5")
    assert await two.faults() == [("service", 5, "cut")]


async def test_the_tree_over_it_is_a_copy_that_is_compared_too(two: Two) -> None:
    store = two.reporting.core.store
    rows = await store.query(Query(TILES, {"lowest": "reporting"}))
    await store.append(Append(rows=[Delete(TILES, key) for key, _ in rows]))
    assert await two.faults() == [("tree", 1, "cut")]


async def test_a_witness_that_does_not_answer_is_asked_again(two: Two) -> None:
    await two.report("2026-11-05")
    peers = two.reporting.peers
    there = peers._clients["intake"]  # noqa: SLF001 - as if it had gone
    away = httpx.MockTransport(lambda _: httpx.Response(503))
    peers._clients["intake"] = httpx.AsyncClient(base_url="http://intake", transport=away)  # noqa: SLF001
    await two.sign()
    assert (await two.verify()).events == 5
    peers._clients["intake"] = there  # noqa: SLF001
    assert await witness_new(two.reporting.core, peers) == 1
    await two.carry()
    assert (await two.verify()).events == 7


async def test_the_export_of_a_period_holds_it_with_its_proof(two: Two) -> None:
    file = await two.desk.client.get("/reporting/v1/audit/export")
    lines = file.content.splitlines(keepends=True)
    checked = check(iter(lines), two.reporting.keys)
    counts = {one.service: one.count for one in checked.manifest.sources}
    assert (counts["reporting"], checked.uncovered) == (5, 0)
    kinds = [msgspec.json.decode(line)["type"] for line in lines[1:]]
    assert kinds.count(name_of_kind(ReportArchived)) == 4
    bent = [line.replace(b'"built_by":"desk"', b'"built_by":"dosk"') for line in lines]
    with pytest.raises(BrokenError, match="reporting, position 1: changed"):
        check(iter(bent), two.reporting.keys)
