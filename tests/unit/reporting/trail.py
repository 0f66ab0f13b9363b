"""Intake's log, signed, and what reporting keeps of it: both in memory, both open to tampering."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import msgspec

from services.reporting.bootstrap import TABLES, Reporting, assemble
from services.reporting.growing import Grower
from services.reporting.handlers import on_record
from services.reporting.peers import Peers
from services.reporting.projections import RECORDS
from services.reporting.proofs import Asked, Proof, Subject, prove
from services.reporting.queries import records_of
from services.reporting.verdicts import ServiceVerdict
from services.reporting.verification import Verifier
from shared.calendars import Calendars
from shared.command_handler import stamp
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Append, Backend
from shared.evidence.keys import Signer, public_keys
from shared.evidence.sealing import Sealer
from shared.evidence.statement import Statement
from shared.group_commit import EventStore
from shared.http.leaves import leaves_of
from shared.keys import KeyFile
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Cause, Record
from shared.messaging.letters import DeadLetters
from shared.messaging.topics import PARTITIONS, partition_of
from shared.packs import shipped
from shared.service import COMMON_TABLES, Core
from shared.settings import SERVICES, Settings
from shared.tables import Table
from shared.testing.memory_store import Disk, MemoryBackend
from tests.unit.reporting.examples import TICKET, minute, registered
from tests.unit.shared.messaging.records import to_record
from tests.unit.support.ears import StillClock

SECRET = b"s" * 32
KEYS = public_keys(SECRET)
SIGNER = Signer("reporting", SECRET)
ASKED = Asked(query={"ticket": str(TICKET)}, made_at=minute(60), made_for="auditor")


def other(number: int) -> UUID:
    return uuid5(TICKET, f"other {number}")


@dataclass
class Trail:
    """`intake` is its store's disk, `kept` reporting's."""

    intake: Disk = field(default_factory=Disk)
    kept: Disk = field(default_factory=Disk)

    def __post_init__(self) -> None:
        self.clock = StillClock(minute(0))
        self.log = EventStore(self.open("intake", COMMON_TABLES))
        self.store = EventStore(self.open("reporting", (*COMMON_TABLES, *TABLES)))
        self.sealer = Sealer(self.log, Signer("intake", SECRET), self.clock)
        transport = httpx.MockTransport(self._answer)
        self.peers = Peers({}, dict.fromkeys(SERVICES, transport))
        letters = DeadLetters("reporting", self.store, self.clock)
        core = Core(
            name="reporting",
            settings=Settings(),
            store=self.store,
            letters=letters,
            clock=self.clock,
            keys=KeyFile(Path("none")),
            secret=SECRET,
            packs=shipped(),
            calendars=Calendars(),
        )
        self.reporting: Reporting = assemble(core, self.peers)
        receive = partial(on_record, reporting=self.reporting)
        self.consumer = Consumer("reporting", self.store, self.clock, letters, receive)
        self.grower = Grower(self.store)
        self._carried = 0
        self._previous = dict.fromkeys(range(PARTITIONS), 0)

    def open(self, service: str, tables: Sequence[Table[Any]]) -> Backend:
        """The service's store."""
        return MemoryBackend(tables, self.intake if service == "intake" else self.kept)

    async def close(self) -> None:
        await self.log.close()
        await self.store.close()

    async def say(self, *tickets: UUID) -> None:
        """An event in each ticket's stream."""
        for ticket in tickets:
            self.clock.time = minute(await self.log.end())
            event = registered(ticket_id=ticket)
            stamped = stamp(event, Cause(actor="crm", correlation_id=TICKET), self.clock.time)
            await self.log.append(Append(stream=ticket, expected_version=None, events=[stamped]))

    async def carry(self) -> Sequence[Record]:
        """What was stored since, to reporting; returns the records."""
        logged = await self.log.read_log(self._carried)
        records = []
        await self.consumer.assign("intake", range(PARTITIONS))
        for one in logged:
            partition = partition_of(one.event.stream)
            record = to_record("intake", self.log.epoch, one, self._previous[partition])
            self._previous[partition] = self._carried = one.position
            records.append(record)
            await self.consumer.take("intake", partition, [record])
        return records

    async def sign(self) -> CheckpointSigned | None:
        """A checkpoint, carried to reporting, and the tree grown as far as it goes."""
        signed = await self.sealer.seal()
        await self.carry()
        while await self.grower.grow("intake"):
            pass
        return signed

    async def prove(self, ticket: UUID = TICKET) -> Proof:
        rows = await records_of(self.reporting, ticket)
        subject = Subject(ticket, await self.statements(ticket))
        return await self.store.run(lambda backend: prove(backend, subject, rows, ASKED, SIGNER))

    async def statements(self, ticket: UUID) -> dict[str, Statement]:
        """Of intake alone: nobody else has heard of the ticket."""
        stated = Statement(
            service="intake",
            epoch=self.log.epoch,
            stream=ticket,
            length=len(await self.log.read(ticket)),
            at=self.clock.time,
        )
        return {"intake": stated.signed(Signer("intake", SECRET))}

    async def verify(self) -> ServiceVerdict:
        verifier = Verifier(self.store, "intake", KEYS["intake"], self.peers, {})
        return await verifier.verify()

    def bodies(self) -> dict[int, str]:
        """Reporting's records by position, as keys of its rows."""
        rows = self.kept.rows[RECORDS.name]
        found = {RECORDS.decode(body).position: key for key, (_, body) in rows.items()}
        return dict(sorted(found.items()))

    def change_record(self, position: int, before: bytes, after: bytes) -> None:
        """Changes bytes of reporting's row."""
        rows, key = self.kept.rows[RECORDS.name], self.bodies()[position]
        columns, body = rows[key]
        assert before in body
        rows[key] = columns, body.replace(before, after, 1)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        after, limit = (int(request.url.params[name]) for name in ("after", "limit"))
        leaves = leaves_of(self.log.backend, service="intake", after=after, limit=limit)
        return httpx.Response(200, content=msgspec.json.encode(leaves))
