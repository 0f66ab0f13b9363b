"""Every record is kept, also of types that nobody here has heard of; a repeat changes nothing."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.reporting.bootstrap import TABLES, assemble
from services.reporting.handlers import on_record
from services.reporting.peers import Peers
from services.reporting.projections import CARDS, RecordRow, TicketCard
from services.reporting.queries import lane_records, records_of
from shared.calendars import Calendars
from shared.clock import SystemClock
from shared.group_commit import EventStore
from shared.keys import KeyFile
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Record
from shared.messaging.letters import DeadLetters
from shared.messaging.topics import PARTITIONS, partition_of
from shared.packs import shipped
from shared.service import COMMON_TABLES, Core
from shared.settings import Settings
from shared.testing.memory_store import Disk, MemoryBackend
from tests.unit.reporting.examples import (
    TICKET,
    minute,
    offered,
    record,
    registered,
    taken_over,
    transferred,
)

PARTITION = partition_of(TICKET)


class Keeper:
    """Reporting's reading, over a store in memory."""

    def __init__(self, disk: Disk) -> None:
        self.store = EventStore(MemoryBackend((*COMMON_TABLES, *TABLES), disk))
        clock = SystemClock()
        letters = DeadLetters("reporting", self.store, clock)
        core = Core(
            name="reporting",
            settings=Settings(),
            store=self.store,
            letters=letters,
            clock=clock,
            keys=KeyFile(Path("none")),
            secret=b"",
            packs=shipped(),
            calendars=Calendars(),
        )
        self.reporting = assemble(core, Peers({}, {}))
        receive = partial(on_record, reporting=self.reporting)
        self.consumer = Consumer("reporting", self.store, clock, letters, receive)

    async def take(self, *records: Record, source: str = "intake") -> None:
        await self.consumer.assign(source, range(PARTITIONS))
        await self.consumer.take(source, PARTITION, records)

    async def kept(self, ticket_id: UUID = TICKET) -> list[RecordRow]:
        return await records_of(self.reporting, ticket_id)

    async def card(self) -> TicketCard | None:
        return await self.store.get(CARDS, str(TICKET))


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
async def keeper(disk: Disk) -> AsyncIterator[Keeper]:
    keeper = Keeper(disk)
    yield keeper
    await keeper.store.close()


async def test_a_record_is_kept_as_it_came(keeper: Keeper) -> None:
    came = record(registered(), recorded=5)
    await keeper.take(came)
    [kept] = await keeper.kept()
    assert bytes(kept.data) == came.value
    assert (kept.source, kept.type, kept.sequence) == ("intake", "ticket-registered.v1", 1)
    assert (kept.occurred_at, kept.recorded_at) == (minute(-30), minute(5))
    assert (kept.partition, kept.ordinal) == (PARTITION, 1)


async def test_unknown_types_and_unknown_versions_are_kept(keeper: Keeper) -> None:
    body = b'{"at":"2026-11-21T09:00:00+01:00","ticket_id":"%s"}' % str(TICKET).encode()
    await keeper.take(
        record(body, name="ticket-sung.v1"),
        record(body, name="ticket-registered.v9", position=2, previous=1),
        record(b"[1]", name="list.v1", position=3, previous=2),
    )
    rows = await keeper.kept()
    assert [row.type for row in rows] == ["ticket-sung.v1", "ticket-registered.v9", "list.v1"]
    assert [row.ticket_id for row in rows] == [TICKET, TICKET, None]
    assert rows[0].occurred_at == minute(0)
    assert rows[2].occurred_at == rows[2].recorded_at


async def test_an_event_of_another_subject_stands_in_the_history_of_its_ticket(
    keeper: Keeper,
) -> None:
    reader = next(one for one in iter(uuid4, None) if partition_of(one) == PARTITION)
    body = b'{"at":"2026-11-21T08:00:00Z","subject_id":"%s"}' % str(TICKET).encode()
    await keeper.take(record(body, name="personal-data-read.v1", subject=reader))
    [kept] = await keeper.kept()
    assert (kept.subject, kept.ticket_id) == (reader, TICKET)


async def test_a_repeat_after_a_crash_changes_nothing(keeper: Keeper, disk: Disk) -> None:
    first, second = record(registered()), record(b"{}", name="x.v1", position=4, previous=1)
    await keeper.take(first, second)
    disk.marks.clear()
    again = Keeper(disk)
    await again.take(first, second)
    await again.store.close()
    assert [row.ordinal for row in await keeper.kept()] == [1, 2]


async def test_a_lost_reply_does_not_keep_a_record_twice(keeper: Keeper) -> None:
    backend = keeper.store.backend
    assert isinstance(backend, MemoryBackend)
    backend.failing = "after"
    await keeper.take(record(registered()), record(b"{}", name="x.v1", position=2, previous=1))
    assert [row.ordinal for row in await keeper.kept()] == [1, 2]


async def test_what_is_no_json_is_parked_with_all_that_follows(keeper: Keeper) -> None:
    await keeper.take(record(b"{", name="x.v1"), record(registered(), position=2, previous=1))
    assert not await keeper.kept()
    letters = await keeper.reporting.core.letters.page(None, 10)
    assert [letter.position for letter in letters] == [1, 2]


async def test_the_department_is_that_of_the_main_work_orders_last_word(keeper: Keeper) -> None:
    await keeper.take(record(offered("network"), source="dispatch"), source="dispatch")
    card = await keeper.card()
    assert card is not None
    assert (card.client, card.department) == ("crm", "network")
    await keeper.take(
        record(offered("billing", "help"), source="dispatch", position=2, previous=1),
        record(transferred("legal", "help"), source="dispatch", position=3, previous=2),
        record(transferred("field"), source="dispatch", position=4, previous=3),
        source="dispatch",
    )
    card = await keeper.card()
    assert card is not None
    assert card.department == "field"
    await keeper.take(
        record(taken_over(None), source="dispatch", position=5, previous=4),
        record(taken_over("province"), source="dispatch", position=6, previous=5),
        source="dispatch",
    )
    card = await keeper.card()
    assert card is not None
    assert card.department == "province"


async def test_records_are_counted_from_any_mark(keeper: Keeper) -> None:
    await keeper.take(
        record(registered(), recorded=1),
        record(b"{}", name="x.v1", position=7, previous=1, recorded=2),
        record(b"{}", name="x.v1", position=9, previous=7, recorded=3),
    )
    lane = f"intake/{PARTITION}"
    known = (await lane_records(keeper.reporting, {lane: {0, 1, 7, 9}}))[lane]
    assert (known.position, known.ordinal) == (9, 3)
    found = {mark: (one.ordinal, one.oldest_at) for mark, one in known.unread.items()}
    assert found == {0: (0, minute(1)), 1: (1, minute(2)), 7: (2, minute(3)), 9: (3, None)}
