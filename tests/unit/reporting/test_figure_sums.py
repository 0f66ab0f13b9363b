"""The sums that figures are read from: the same as their rows, whatever happened in between."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.reporting.bootstrap import Reporting
from services.reporting.figures import stale
from services.reporting.figures.models import FiguresView, Head, Part, SubjectsQuery
from services.reporting.figures.queries import read_under
from services.reporting.figures.rebuilding import Rebuild
from services.reporting.figures.registry import figures
from services.reporting.figures.rows import ROWS
from services.reporting.figures.stale import STALE, Stale
from services.reporting.figures.subjects import read_subjects
from services.reporting.figures.summing import Summing
from services.reporting.figures.sums import SUMS
from shared.erasing import delete_found
from shared.event_store import Append
from shared.group_commit import commit_group
from shared.keys import ApiKey
from shared.tables import Delete, Put, Query
from tests.unit.reporting.histories import DEPARTMENTS, world
from tests.unit.reporting.naive import computed
from tests.unit.reporting.telling import wire
from tests.unit.reporting.test_figures import (
    EVERYTHING,
    NOVEMBER,
    hear,
    listening,
    november,
    pairs,
    rounded,
)

HEADS = (None, "department", "merchant", "status", "branch", "day", "week")


async def as_read(reporting: Reporting, key: ApiKey = EVERYTHING) -> dict[str | None, FiguresView]:
    return await read_under(reporting.core, key, NOVEMBER, HEADS)


async def as_added_up_from_rows(
    reporting: Reporting, key: ApiKey = EVERYTHING
) -> dict[str | None, FiguresView]:
    """What is read where no sums are kept."""
    store = reporting.core.store
    kept = await store.query(Query(STALE))
    await delete_found(store, Query(STALE))
    found = await as_read(reporting, key)
    await store.append(Append(rows=[Put(STALE, view, row) for view, row in kept]))
    return found


async def marks(reporting: Reporting, view: str = "a") -> int:
    found = await reporting.core.store.get(STALE, view)
    assert found is not None
    assert found.holds
    return len(found.marks)


async def test_sums_are_those_of_the_rows_however_much_was_heard_since(tmp_path: Path) -> None:
    """H-22: bit by bit, with all cells added up, with some stale, and after those were, too."""
    told = world(21, 12)
    records = list(wire(told).interleaved(21))
    half = len(records) // 2
    async with listening(tmp_path) as (reporting, consumer):
        sums = Summing(reporting.core.store)
        await hear(consumer, *records[:half])
        await sums.catch_up()
        assert await marks(reporting) == 0
        assert await as_read(reporting) == await as_added_up_from_rows(reporting)
        await hear(consumer, *records[half:])
        assert await marks(reporting) > 0
        some = await as_read(reporting)
        assert some == await as_added_up_from_rows(reporting)
        await sums.catch_up()
        assert await marks(reporting) == 0
        assert await as_read(reporting) == some
    expected = {name: rounded(pair) for name, pair in computed(told).items()}
    assert pairs(some[None]) == expected


async def test_a_department_reads_the_sums_of_its_own_alone(tmp_path: Path) -> None:
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(world(22, 12)).interleaved(22))
        await Summing(reporting.core.store).catch_up()
        mine, other = list(DEPARTMENTS)[:2]
        for departments in ((mine,), (mine, other)):
            key = replace(EVERYTHING, scopes=("reports:read",), departments=departments)
            found = await as_read(reporting, key)
            assert found == await as_added_up_from_rows(reporting, key)
            values = {one.group for one in found["department"].figures[0].groups}
            assert values == set(departments)


async def test_behind_a_number_stand_the_same_with_sums_and_without(tmp_path: Path) -> None:
    """Page by page; with them only the cells are looked through that have any such."""
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(world(28, 12)).interleaved(28))
        store = reporting.core.store
        without = {asked: await _behind(reporting, *asked) for asked in ASKED}
        await Summing(store).catch_up()
        assert {asked: await _behind(reporting, *asked) for asked in ASKED} == without
        assert [len(found) > 0 for found in without.values()] == [True] * len(ASKED)


ASKED: list[tuple[str, Head | None, str | None, Part]] = [
    ("tickets", None, None, "all"),
    ("answer_in_time", None, None, "unmet"),
    ("answer_in_time", "status", "closed", "met"),
    ("satisfaction", None, None, "met"),
    ("tickets", "merchant", "", "all"),
    ("tickets", "week", "2026-W46", "all"),
]


async def _behind(
    reporting: Reporting, figure: str, head: Head | None, value: str | None, part: Part
) -> list[str]:
    found: list[str] = []
    place = None
    while True:
        asked = SubjectsQuery(month="2026-11", group_by=head, value=value, part=part, limit=3)
        items, place = await read_subjects(
            reporting.core, EVERYTHING, reporting.directory, figures()[figure], asked, place
        )
        found += [one.subject for one in items]
        if place is None:
            return found


async def test_figures_are_read_from_the_sums_and_not_from_each_row(tmp_path: Path) -> None:
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(world(23, 6)).interleaved(23))
        await Summing(reporting.core.store).catch_up()
        before = await november(reporting, "status")
        await delete_found(reporting.core.store, Query(ROWS))
        assert (await november(reporting, "status")).figures == before.figures


async def test_what_changes_while_it_is_added_up_stays_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sums may have been read before the change: only its mark says so."""
    records = list(wire(world(24, 6)).interleaved(24))
    async with listening(tmp_path) as (reporting, consumer):
        sums = Summing(reporting.core.store)
        await sums.catch_up()
        await hear(consumer, *records[:-200])
        append = reporting.core.store.append
        begun: list[Append] = []

        async def hear_and_append(change: Append) -> int:
            begun.append(change)
            if len(begun) > 1:  # the sums are read, and not yet stored
                monkeypatch.undo()
                await hear(consumer, *records[-200:])
            return await append(change)

        monkeypatch.setattr(reporting.core.store, "append", hear_and_append)
        await sums.catch_up()
        assert await marks(reporting) > 0
        assert await as_read(reporting) == await as_added_up_from_rows(reporting)


async def test_with_too_many_marks_all_is_added_up_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stale, "MOST_CELLS", 5)
    async with listening(tmp_path) as (reporting, consumer):
        sums = Summing(reporting.core.store)
        await sums.catch_up()
        await hear(consumer, *wire(world(25, 6)).interleaved(25))
        lost = await reporting.core.store.get(STALE, "a")
        assert lost is not None
        assert lost.is_lost
        before = await as_read(reporting)
        await sums.catch_up()
        assert await marks(reporting) == 0
        assert await as_read(reporting) == before


async def test_who_reads_while_the_sums_are_emptied_reads_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *wire(world(26, 6)).interleaved(26))
        before = await november(reporting)
        await Summing(reporting.core.store).catch_up()
        backend = reporting.core.store.backend
        query = backend.query

        def empty_first(asked: Query[Any]) -> list[tuple[str, Any]]:
            monkeypatch.undo()
            gone = [Delete(SUMS, key) for key, _ in query(Query(SUMS, limit=5000))]
            anew = Put(STALE, "a", Stale(begun=UUID(int=7)))
            commit_group(backend, [Append(rows=[*gone, anew])])
            return query(asked)

        monkeypatch.setattr(backend, "query", empty_first)
        assert (await november(reporting)).figures == before.figures
        assert await reporting.core.store.query(Query(SUMS)) == []


async def test_a_rebuilt_view_answers_from_sums_of_its_own(tmp_path: Path) -> None:
    """H-22: what is heard between its rows and its sums is in, too."""
    records = list(wire(world(27, 8)).interleaved(27))
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *records[:-100])
        await Summing(reporting.core.store).catch_up()
        rebuild = Rebuild(reporting.core)
        await rebuild.begin()
        while await rebuild.go_on():
            pass
        await Summing(reporting.core.store).add_all(rebuild.view)
        await hear(consumer, *records[-100:])
        before = await as_read(reporting)
        assert await marks(reporting, "b") > 0
        await rebuild.end()
        after = await as_read(reporting)
        assert {head: view.figures for head, view in after.items()} == {
            head: view.figures for head, view in before.items()
        }
        assert await marks(reporting, "b") == 0
        assert await reporting.core.store.query(Query(SUMS, {"view": "a"})) == []
        assert await reporting.core.store.get(STALE, "a") is None
