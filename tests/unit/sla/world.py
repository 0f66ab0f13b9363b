"""The other services as logs that can be written to, a clock that can jump, and sla among them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from services.sla.book import Watched
from services.sla.bootstrap import TABLES, Sla, SlaLine, assemble, running
from services.sla.domain import facts
from services.sla.keeping import Keeper
from services.sla.projections import ESCALATIONS, Escalation
from services.sla.snapshots import Snapshots
from shared.calendars import Calendars
from shared.carrier import EmbeddedLine, Station
from shared.codec import decode, unpack
from shared.command_handler import stamp
from shared.contracts import dispatch, intake, revisit
from shared.contracts.sla import EscalationRaised
from shared.contracts.terms import Case, Event, Text
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.keys import KeyFile
from shared.messaging.envelope import Cause, Record
from shared.messaging.letters import DeadLetters
from shared.messaging.topics import partition_of
from shared.packs import Packs
from shared.service import COMMON_TABLES, Core
from shared.settings import Settings
from shared.tables import Query
from shared.testing.memory_store import Disk, MemoryBackend
from shared.versions import Versions
from tests.unit.sla import examples as ex
from tests.until import until

OTHERS = ("intake", "dispatch", "revisit")
TEXT = Text(text_id=ex.IDS, digest="0" * 64)
Stored = dict[UUID, tuple[Event, UUID | None, UUID]]


class JumpingClock:
    """Says what it is told, and lets nobody sleep long."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def seconds_until(self, moment: datetime) -> float:
        del moment
        return 0.005


class Deaf:
    """Hears nobody."""

    async def assign(self, publisher: str, partitions: Sequence[int]) -> Mapping[int, int]:
        del publisher, partitions
        return {}

    def mark(self, publisher: str, partition: int) -> int:
        del publisher, partition
        return 0

    def lost(self, publisher: str, partition: int) -> bool:
        del publisher, partition
        return False

    def revoke(self, publisher: str, partitions: Sequence[int]) -> None: ...

    async def take(self, publisher: str, partition: int, records: Sequence[Record]) -> None: ...

    async def flush(self) -> None: ...


@dataclass
class World:
    """Its disks outlive every run of sla."""

    folder: Path
    clock: JumpingClock
    disks: dict[str, Disk] = field(default_factory=dict)
    stores: dict[str, EventStore] = field(default_factory=dict)
    backends: dict[str, MemoryBackend] = field(default_factory=dict)
    packs: Packs = ex.ANSWER_PACKS

    @asynccontextmanager
    async def running(self, *, absent: Sequence[str] = ()) -> AsyncIterator[Sla]:
        """Sla on the line with the others; `absent` ones never say where their log ends."""
        async with AsyncExitStack() as stack:
            line = EmbeddedLine()
            for service in OTHERS:
                store = self._open(service)
                stack.push_async_callback(store.close)
                if service not in absent:
                    station = Station(service, store, publishes=True, subscriber=Deaf(), hears=())
                    await stack.enter_async_context(line.attach(station))
            sla = assemble(self._core())
            stack.push_async_callback(sla.core.store.close)
            await Versions(sla.core.store, sla.core.packs, sla.core.calendars).read()
            self.line: SlaLine = await stack.enter_async_context(running(sla, line))
            line.depart()
            yield sla

    def _open(self, service: str) -> EventStore:
        disk = self.disks.setdefault(service, Disk())
        self.backends[service] = MemoryBackend((*COMMON_TABLES, *TABLES), disk)
        self.stores[service] = EventStore(self.backends[service])
        return self.stores[service]

    def _core(self) -> Core:
        store = self._open("sla")
        settings = Settings(data=self.folder, checkpoint_seconds=3600)
        letters = DeadLetters("sla", store, self.clock)
        keys = KeyFile(settings.keys_path)
        packs, calendars = self.packs.copy(), Calendars()
        return Core("sla", settings, store, letters, self.clock, keys, b"secret", packs, calendars)

    async def say(self, service: str, event: Event, ticket_id: UUID = ex.TICKET) -> None:
        """Another service stores an event; its relay does the rest."""
        cause = Cause(actor="desk", correlation_id=ex.CORRELATION)
        stamped = [stamp(event, cause, self.clock.now())]
        append = Append(stream=ticket_id, expected_version=None, events=stamped)
        await self.stores[service].append(append)

    async def say_bytes(self, service: str, name: str, value: bytes) -> None:
        """The same of an event that nobody can read."""
        cause = Cause(actor="desk", correlation_id=ex.CORRELATION)
        _, good = stamp(withdrawn(self.clock.now()), cause, self.clock.now())
        state = good.partition(b"\n")[0] + b"\n" + value
        append = Append(stream=ex.TICKET, expected_version=None, events=[(name, state)])
        await self.stores[service].append(append)

    async def said(self, ticket_id: UUID = ex.TICKET) -> list[Event]:
        """What sla said of the ticket."""
        return [event for event, _, _ in (await self.stored(ticket_id)).values()]

    async def stored(self, ticket_id: UUID = ex.TICKET) -> Stored:
        """The same by event id, with cause and correlation."""
        found: Stored = {}
        for stored in await self.stores["sla"].read(ticket_id):
            metadata, value = unpack(stored.state)
            event = decode("sla", stored.name, value)
            assert event is not None
            found[metadata.event_id] = (event, metadata.causation_id, metadata.correlation_id)
        return found

    async def steps(self, ticket_id: UUID = ex.TICKET) -> list[str]:
        """The rungs that were raised."""
        said = await self.said(ticket_id)
        return [event.step for event in said if isinstance(event, EscalationRaised)]

    async def until_said(self, count: int, ticket_id: UUID = ex.TICKET) -> list[str]:
        """The names of what was said, once it is so much and nothing is left to be said now."""

        async def is_said() -> bool:
            return len(await self.said(ticket_id)) >= count

        await until(is_said, f"{count} events said")
        await self.settled()
        return [type(event).__name__ for event in await self.said(ticket_id)]

    async def settled(self) -> None:
        """Returns when sla knows what the others stored, and has said what follows by now."""
        await until(lambda: self._has_heard_all() and self.line.sla.watch.quiet, "settled")

    def _has_heard_all(self) -> bool:
        marks = {(lane.publisher, lane.partition): lane.mark for lane in self.line.lanes}
        ends = {
            (service, partition_of(logged.event.stream)): logged.position
            for service in OTHERS
            for logged in self.disks[service].log
        }
        read = all(marks.get(lane, 0) >= end for lane, end in ends.items())
        return read and all(shelf.caught_up for shelf in self.line.sla.book.shelves)

    async def rows(self) -> list[Escalation]:
        found = await self.stores["sla"].query(Query(ESCALATIONS, order=("raised_at",)))
        return [row for _, row in found]

    async def keep(self) -> None:
        """Takes snapshots now; whoever can sleeps from then on."""
        sla, listener = self.line.sla, self.line.listener
        kept = Snapshots(sla.core.store, sla.core.settings)
        await Keeper(sla.core, sla.book, sla.watch, kept, lambda: listener.lanes).keep()

    def pass_time(self, **time: float) -> None:
        self.clock.time += timedelta(**time)


async def until_heard(sla: Sla, count: int, ticket_id: UUID = ex.TICKET) -> Watched:
    """The ticket, once so many facts of it are known."""

    def is_heard() -> bool:
        watched = sla.book.find(ticket_id)
        return watched is not None and len(watched.facts) >= count

    await until(is_heard, f"{count} facts heard")
    watched = sla.book.find(ticket_id)
    assert watched is not None
    return watched


def contract_case(case: facts.Case) -> Case:
    return Case(
        client=case.client,
        customer_ref=ex.IDS,
        pack=case.pack,
        pack_version=case.pack_version,
        kind=case.kind,
        severity=case.severity,
        channel=case.channel,
        tier=case.tier,
    )


def registered(
    when: datetime, case: facts.Case | None = None, ticket_id: UUID = ex.TICKET
) -> intake.TicketRegistered:
    return intake.TicketRegistered(
        ticket_id=ticket_id,
        number="T20261123-00000000",
        case=contract_case(case or ex.case()),
        content=TEXT,
        customer_name="张**",
        at=when,
    )


def merged(when: datetime) -> intake.TicketMerged:
    return intake.TicketMerged(ticket_id=ex.TICKET, into=ex.ORDER, at=when)


def unmerged(when: datetime) -> intake.TicketUnmerged:
    return intake.TicketUnmerged(
        ticket_id=ex.TICKET, merged_into=ex.ORDER, case=contract_case(ex.case()), at=when
    )


def reopened(when: datetime) -> intake.TicketReopened:
    return intake.TicketReopened(
        ticket_id=ex.TICKET, round=2, case=contract_case(ex.case()), reason=TEXT, at=when
    )


def withdrawn(when: datetime) -> intake.TicketWithdrawn:
    return intake.TicketWithdrawn(ticket_id=ex.TICKET, reason=TEXT, at=when)


def offered(
    when: datetime, department: str = "billing", ticket_id: UUID = ex.TICKET
) -> dispatch.WorkOrderOffered:
    return dispatch.WorkOrderOffered(
        work_order_id=uuid5(ex.ORDER, "1"),
        ticket_id=ticket_id,
        round=1,
        case=contract_case(ex.case()),
        number="T20261123-00000000",
        department=department,
        rule="otherwise",
        first_owner="desk",
        at=when,
    )


def transferred(when: datetime, department: str) -> dispatch.WorkOrderTransferred:
    return dispatch.WorkOrderTransferred(
        work_order_id=uuid5(ex.ORDER, "1"),
        ticket_id=ex.TICKET,
        round=1,
        from_department="billing",
        department=department,
        reason=TEXT,
        at=when,
    )


def accepted(when: datetime) -> dispatch.WorkOrderAccepted:
    return dispatch.WorkOrderAccepted(
        work_order_id=uuid5(ex.ORDER, "1"),
        ticket_id=ex.TICKET,
        round=1,
        handler="xu-lei",
        at=when,
    )


def notified(
    when: datetime,
    about: dispatch.NoticeAbout = "result",
    outcome: dispatch.NoticeOutcome = "reached",
) -> dispatch.CustomerNotified:
    return dispatch.CustomerNotified(
        work_order_id=uuid5(ex.ORDER, "1"),
        ticket_id=ex.TICKET,
        round=1,
        case=contract_case(ex.case()),
        number="T20261123-00000000",
        department="billing",
        about=about,
        channel="phone",
        outcome=outcome,
        at=when,
    )


def rectified(when: datetime) -> revisit.RectificationOrdered:
    return revisit.RectificationOrdered(
        revisit_id=ex.IDS,
        ticket_id=ex.TICKET,
        round=2,
        case=contract_case(ex.case()),
        number="T20261123-00000000",
        department="billing",
        at=when,
    )
