"""Figures of seeded months against plain loops, in any order of arrival, and after a rebuild."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from services.reporting.bootstrap import TABLES, Reporting, assemble
from services.reporting.figures.document import DOCUMENT, document
from services.reporting.figures.models import FiguresView, SubjectsQuery
from services.reporting.figures.periods import month_of
from services.reporting.figures.queries import read_figures
from services.reporting.figures.rebuilding import Rebuild
from services.reporting.figures.registry import figures
from services.reporting.figures.rows import FACTS, ROWS, FigureRow
from services.reporting.figures.subjects import read_subjects
from services.reporting.figures.sums import WHOLE, Cell, Group, SumsRow
from services.reporting.figures.tally import Tally
from services.reporting.figures.views import VERSION, VIEWS, VIEWS_KEY, Views
from services.reporting.handlers import on_record
from services.reporting.peers import Peers
from shared.canary import canary_id
from shared.erasing import delete_found
from shared.event_store import Append
from shared.instance import INSTANCE
from shared.keys import ApiKey
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Record
from shared.messaging.topics import PARTITIONS, PUBLISHERS
from shared.operations import OPERATIONS, Operation
from shared.tables import Delete, Put, Query, RowChange
from tests.unit.reporting.histories import DEPARTMENTS, TicketStory, World, world
from tests.unit.reporting.naive import Pair, computed
from tests.unit.reporting.telling import wire
from tests.unit.support.ears import core_in_memory
from tests.until import until

NOW = datetime(2026, 12, 20, tzinfo=UTC)
NOVEMBER = month_of("2026-11")
EVERYTHING = ApiKey(key_id=UUID(int=1), sha256="", client="boss", scopes=("admin",), created_at=NOW)


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[tuple[Reporting, Consumer]]:
    async with core_in_memory("reporting", TABLES, folder, NOW) as core:
        reporting = assemble(core, Peers({}, {}))
        receive = partial(on_record, reporting=reporting)
        consumer = Consumer("reporting", core.store, core.clock, core.letters, receive)
        for publisher in PUBLISHERS:
            await consumer.assign(publisher, range(PARTITIONS))
        yield reporting, consumer


async def hear(consumer: Consumer, *records: tuple[str, Record]) -> None:
    for source, record in records:
        await consumer.take(source, record.partition, [record])


ALL = SubjectsQuery.model_validate({"month": "2026-11", "limit": 500})
UNMET = ALL.model_copy(update={"part": "unmet"})


async def november(reporting: Reporting, head: str | None = None) -> FiguresView:
    return await read_figures(reporting.core, EVERYTHING, NOVEMBER, head)


def pairs(view: FiguresView) -> dict[str, Pair]:
    return {one.name: rounded((one.above, one.below)) for one in view.figures}


def rounded(pair: Pair) -> Pair:
    """Sums of hours, whichever was added first."""
    return round(pair[0], 6), pair[1]


@pytest.mark.parametrize("seed", range(2))
async def test_the_figures_of_a_month_are_those_of_plain_loops(seed: int, tmp_path: Path) -> None:
    """H-02, H-22, H-26, M-05, T-09, U-07, U-08, U-15: each by its written definition."""
    told = world(seed)
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(told).interleaved(seed))
        found = await november(reporting)
    expected = computed(told)
    assert pairs(found) == {name: rounded(pair) for name, pair in expected.items()}
    assert expected.keys() == figures().keys()
    assert sum(1 for _, below in expected.values() if below) > 60


HEADS: dict[str, Callable[[TicketStory], str | None]] = {
    "department": lambda one: one.department,
    "category": lambda one: one.case.category,
    "severity": lambda one: one.case.severity,
    "level": lambda one: DEPARTMENTS[one.department],
    "channel": lambda one: one.case.channel,
    "merchant": lambda one: one.merchant,
    "product": lambda one: one.product,
    "tier": lambda one: one.case.tier,
}


async def test_a_branchs_weeks_stand_each_under_its_own(tmp_path: Path) -> None:
    """H-21: the one that goes on into December is whole in November."""
    told = world(7)
    told.tasks.clear()
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(told).interleaved(7))
        by_week = await november(reporting, "week")
        behind = {
            name: await read_subjects(
                reporting.core, EVERYTHING, reporting.directory, figures()[name], asked, None
            )
            for name, asked in (("branch_weeks", UNMET), ("entered_in_week", ALL))
        }
    assert behind["branch_weeks"] == behind["entered_in_week"], "all that its branches entered"
    assert behind["branch_weeks"][0]
    [found] = [one for one in by_week.figures if one.name == "branch_weeks"]
    under = {one.group: (one.above, one.below) for one in found.groups}
    assert set(under) == {f"2026-W{number}" for number in range(45, 50)}
    assert {below for _, below in under.values()} == {3}
    above, below = computed(told)["branch_weeks"]
    assert (sum(one for one, _ in under.values()), below) == (above, 15)
    assert under["2026-W49"][0] > 0


@pytest.mark.parametrize(
    ("days", "kept", "weeks"),
    [(["2026-11-30"], 0, 4), (["2026-11-30", "2026-12-01"], 1, 5)],
)
def test_a_week_that_is_not_over_counts_once_it_has_its_two_days(
    days: list[str], kept: int, weeks: int
) -> None:
    """H-21: on its Tuesday nobody has failed it yet."""
    tally = Tally(None, NOVEMBER, date(2026, 12, 1))
    group = Group(sums={}, entries={"城东": days})
    cell = Cell("2026-11-30", "crm", None)
    tally.add([SumsRow(view="a", cell=cell, head=WHOLE, groups=[group])])
    found = tally.total()["branch_weeks"]
    assert (found.above, found.below) == (kept, weeks)


async def test_figures_under_a_head_are_those_of_its_tickets_alone(tmp_path: Path) -> None:
    """H-22, T-09, U-15: by department, category, severity, level, product, channel, merchant."""
    told = world(7)
    told.contacts.clear()
    told.tasks.clear()
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(told).interleaved(7))
        found = {head: await november(reporting, head) for head in HEADS}
    for head, value_of in HEADS.items():
        satisfaction = next(one for one in found[head].figures if one.name == "satisfaction")
        for group in satisfaction.groups:
            mine = [one for one in told.tickets if value_of(one) == group.group]
            expected = computed(World(mine, [], []))["satisfaction"]
            assert (group.above, group.below) == expected
        assert sum(group.below for group in satisfaction.groups) == satisfaction.below > 0


async def test_they_are_the_same_in_whatever_order_the_topics_are_read(tmp_path: Path) -> None:
    log = wire(world(3))
    seen = []
    for seed in range(2):
        async with listening(tmp_path) as (reporting, consumer):
            await hear(consumer, *log.interleaved(seed))
            seen.append(await november(reporting, "department"))
    assert seen[0] == seen[1]


async def test_dropped_and_rebuilt_they_are_the_same(tmp_path: Path) -> None:
    """H-22: what the statistics are made of can be made anew from the records alone."""
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(world(4)).interleaved(4))
        before = await november(reporting, "day")
        store = reporting.core.store
        for table in (ROWS, FACTS):
            await delete_found(store, Query(table, {"view": "a"}))
        assert not any(one.below for one in (await november(reporting)).figures)
        rebuild = Rebuild(reporting.core)
        await rebuild.begin()
        while await rebuild.go_on():
            pass
        await rebuild.end()
        after = await november(reporting, "day")
        assert after.rebuilt_at == NOW
        assert after.figures == before.figures
        assert await store.query(Query(ROWS, {"view": "a"})) == []


async def test_a_rebuild_says_which_rows_were_not_what_the_records_say(tmp_path: Path) -> None:
    """Changed, taken away and added by hand; as they should be none differs."""
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(world(6)).interleaved(6))
        assert await rebuilt(reporting) == (len(await live_rows(reporting)), 0, [])
        store, rows = reporting.core.store, await live_rows(reporting)
        (changed, one), (gone, other), *_ = rows
        added = replace(one, subject=str(uuid4()))
        bent: list[RowChange] = [
            Put(ROWS, changed, replace(one, measures={})),
            Delete(ROWS, gone),
            Put(ROWS, f"{one.view}/{added.subject}", added),
        ]
        await store.append(Append(rows=bent))
        count, differing, named = await rebuilt(reporting)
        assert (count, differing) == (len(rows) + 1, 3)
        assert set(named) == {one.subject, other.subject, added.subject}
        assert await rebuilt(reporting) == (len(rows), 0, [])


async def live_rows(reporting: Reporting) -> list[tuple[str, FigureRow]]:
    views = await reporting.core.store.get(VIEWS, VIEWS_KEY) or Views()
    return await reporting.core.store.query(Query(ROWS, {"view": views.live}, limit=10_000))


async def rebuilt(reporting: Reporting) -> tuple[int, int, list[str]]:
    """What a whole rebuild says of its comparison."""
    rebuild = Rebuild(reporting.core)
    await rebuild.begin()
    while await rebuild.go_on():
        pass
    found = await rebuild.end()
    return found["compared"], found["differing"], found["differences"]


async def test_what_is_heard_during_a_rebuild_is_in_both(tmp_path: Path) -> None:
    """The old view answers, and nothing is missing when the new one does."""
    records = list(wire(world(5)).interleaved(5))
    first = len(records) // 3
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *records[:first])
        rebuild = Rebuild(reporting.core)
        await rebuild.begin()
        assert await rebuild.go_on()
        await hear(consumer, *records[first : 2 * first])
        while await rebuild.go_on():
            pass
        await hear(consumer, *records[2 * first :])
        assert (await november(reporting)).is_rebuilding
        before = await november(reporting, "level")
        await rebuild.end()
        after = await november(reporting, "level")
    assert after.figures == before.figures
    assert not after.is_rebuilding


async def test_a_rebuild_whose_process_ended_is_done_again_at_the_next_start(
    tmp_path: Path,
) -> None:
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(world(8, 5)).interleaved(8))
        before = await november(reporting)
        store, name = reporting.core.store, UUID(int=1)
        await store.append(Append(rows=[Put(VIEWS, VIEWS_KEY, Views(version=VERSION))]))
        await Rebuild(reporting.core).begin()
        left = Operation(
            operation_id=name,
            kind="rebuild",
            instance=INSTANCE,
            started_at=NOW,
            updated_at=NOW,
            asked={},
        )
        await store.append(Append(rows=[Put(OPERATIONS, str(name), left)]))
        assert (await november(reporting)).is_rebuilding
        await reporting.rebuilds.begin_if_needed()

        async def is_done() -> bool:
            return not (await november(reporting)).is_rebuilding

        await until(is_done, "rebuilt")
        await reporting.rebuilds.close()
        assert (await november(reporting)).figures == before.figures
        told = await reporting.rebuilds.find(name)
        assert told is not None
        assert (told.state, told.error) == ("failed", "Interrupted")


@pytest.mark.parametrize("old", [b'{"live":"a"}', b'{"version":1}'])
async def test_what_an_older_release_counted_is_rebuilt_at_the_start(
    tmp_path: Path, old: bytes
) -> None:
    """Such a release may not have written which version it counted by."""
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(world(8, 5)).interleaved(8))
        before = await november(reporting)
        store = reporting.core.store
        await store.append(Append(rows=[Put(VIEWS, VIEWS_KEY, VIEWS.decode(old))]))
        await reporting.rebuilds.begin_if_needed()

        async def is_done() -> bool:
            views = await store.get(VIEWS, VIEWS_KEY)
            return views is not None and (views.live, views.version) == ("b", VERSION)

        await until(is_done, "rebuilt")
        await reporting.rebuilds.close()
        assert (await november(reporting)).figures == before.figures
        await reporting.rebuilds.begin_if_needed()
        assert await reporting.core.store.get(VIEWS, VIEWS_KEY) == Views(
            live="b", version=VERSION, rebuilt_at=NOW
        )


async def test_the_systems_own_ticket_counts_for_nothing(tmp_path: Path) -> None:
    told = world(6, 1)
    told.tickets[0].ticket_id = canary_id(NOW, timedelta(minutes=5))
    told.contacts.clear()
    told.tasks.clear()
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(told).interleaved(6))
        rows = await reporting.core.store.query(Query(ROWS))
    assert [row.kind for _, row in rows] == ["group"]


def test_the_page_of_the_definitions_is_the_one_that_the_api_quotes() -> None:
    """U-15: python -m services.reporting.figures.document."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()
