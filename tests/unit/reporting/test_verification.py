"""Fault test 45: whatever is done to a store is found, in whose copy, and at which position."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import msgspec
import pytest

from services.reporting import verification
from services.reporting.checkpoints import CHECKPOINTS
from services.reporting.projections import RECORDS
from services.reporting.tiles import TILES, TREES
from shared.event_store import LoggedEvent
from shared.tables import Table
from shared.testing.memory_store import Disk
from tests.unit.reporting.examples import TICKET
from tests.unit.reporting.trail import Trail, other

Do = Callable[[Trail], None]


@pytest.fixture
async def trail(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trail]:
    """Twelve events under checkpoints at 5 and 12, which are events 6 and 13, and one more."""
    monkeypatch.setattr(verification, "SETTLE_TIME", 0.0)
    trail = Trail()
    for count in (5, 6):
        await trail.say(*(other(number) for number in range(count)))
        await trail.sign()
    await trail.say(TICKET)
    await trail.carry()
    yield trail
    await trail.close()


async def faults(trail: Trail) -> list[tuple[str, int, str]]:
    found = await trail.verify()
    assert (found.state == "broken") == bool(found.faults)
    return [(one.copy, one.position, one.wrong) for one in found.faults]


def logged(disk: Disk, position: int) -> LoggedEvent:
    return next(one for one in disk.log if one.position == position)


def rewrite(disk: Disk, position: int, before: bytes, after: bytes) -> None:
    """In a service's own log."""
    for number, one in enumerate(disk.log):
        if one.position == position:
            assert before in one.event.state
            state = one.event.state.replace(before, after, 1)
            event = msgspec.structs.replace(one.event, state=state)
            disk.log[number] = LoggedEvent(position, event)


def swap_in_log(trail: Trail) -> None:
    log = trail.intake.log
    one, two = logged(trail.intake, 3), logged(trail.intake, 5)
    log[log.index(one)] = LoggedEvent(3, two.event)
    log[log.index(two)] = LoggedEvent(5, one.event)


def cut_log(trail: Trail, last: int = 9) -> None:
    trail.intake.log[:] = [one for one in trail.intake.log if one.position <= last]


def remove_from_log(trail: Trail) -> None:
    trail.intake.log.remove(logged(trail.intake, 4))


def insert_into_log(trail: Trail) -> None:
    log = trail.intake.log
    log[7] = LoggedEvent(8, log[2].event)
    trail.intake.log.insert(7, LoggedEvent(8, log[1].event))


def remove_record(*positions: int) -> Do:
    def do(trail: Trail) -> None:
        keys = trail.bodies()
        for position in positions:
            del trail.kept.rows[RECORDS.name][keys[position]]

    return do


def swap_records(trail: Trail) -> None:
    """Each row under the other one's place."""
    rows, keys = trail.kept.rows[RECORDS.name], trail.bodies()
    (_, one), (_, two) = rows[keys[2]], rows[keys[4]]
    one_row, two_row = RECORDS.decode(one), RECORDS.decode(two)
    names = ("position", "previous", "partition", "ordinal")
    for key, row, place in ((keys[2], two_row, one_row), (keys[4], one_row, two_row)):
        moved = msgspec.structs.replace(row, **{name: getattr(place, name) for name in names})
        rows[key] = RECORDS.column_values(moved), RECORDS.encode(moved)


def change_tile(trail: Trail) -> None:
    rows = trail.kept.rows[TILES.name]
    (key, (columns, body)), *_ = rows.items()
    tile = TILES.decode(body)
    hashes = tile.hashes[:70] + b"x" + tile.hashes[71:]
    rows[key] = columns, TILES.encode(msgspec.structs.replace(tile, hashes=hashes))


def spoil(table: Table[Any], number: int, body: bytes = b"{") -> Do:
    """A row that cannot be read any more, counted from the first."""

    def do(trail: Trail) -> None:
        rows = trail.kept.rows[table.name]
        key = list(rows)[number]
        rows[key] = rows[key][0], body

    return do


@pytest.mark.parametrize(
    ("do", "copy", "position", "wrong"),
    [
        (lambda it: rewrite(it.intake, 3, b"crm", b"crn"), "service", 3, "changed"),
        (lambda it: rewrite(it.intake, 3, b'"general"', b'"simple"'), "service", 3, "changed"),
        (lambda it: rewrite(it.intake, 8, b"{", b"["), "service", 8, "changed"),
        (swap_in_log, "service", 3, "swapped"),
        (remove_from_log, "service", 4, "removed"),
        (cut_log, "service", 10, "cut"),
        (insert_into_log, "service", 8, "changed"),
        (lambda it: it.change_record(3, b"crm", b"crn"), "records", 3, "changed"),
        (
            lambda it: it.change_record(9, b'"actor":"crm"', b'"actor":"cr"'),
            "records",
            9,
            "changed",
        ),
        (lambda it: it.change_record(9, b'"sequence":2', b'"sequence":3'), "records", 9, "changed"),
        (lambda it: it.change_record(9, b"{", b"["), "records", 9, "changed"),
        (swap_records, "records", 2, "swapped"),
        (remove_record(4), "records", 4, "removed"),
        (remove_record(10, 11, 12, 13, 14), "records", 10, "cut"),
        (change_tile, "tree", 3, "changed"),
        (spoil(TILES, 0), "tree", 1, "cut"),
        (spoil(TREES, 0), "tree", 1, "changed"),
        (spoil(CHECKPOINTS, 0), "checkpoints", 1, "changed"),
        (spoil(CHECKPOINTS, 0, b'{"service":"\xff"}'), "checkpoints", 1, "changed"),
        (spoil(CHECKPOINTS, -1), "checkpoints", 12, "cut"),
    ],
)
async def test_what_was_done_to_one_copy_is_found_in_it_alone(
    trail: Trail, do: Do, copy: str, position: int, wrong: str
) -> None:
    assert await faults(trail) == []
    do(trail)
    assert await faults(trail) == [(copy, position, wrong)]


async def test_all_is_well_up_to_the_newest_checkpoint(trail: Trail) -> None:
    found = await trail.verify()
    assert (found.state, found.checkpoints, found.events, found.position) == ("ok", 2, 12, 12)


async def test_two_copies_that_were_bent_alike_do_not_vouch_for_each_other(trail: Trail) -> None:
    rewrite(trail.intake, 8, b"crm", b"crn")
    trail.change_record(8, b"crm", b"crn")
    assert await faults(trail) == [("records", 8, "changed"), ("service", 8, "changed")]


async def test_without_any_true_copy_the_checkpoint_alone_says_that_something_is_wrong(
    trail: Trail,
) -> None:
    trail.kept.rows[TILES.name].clear()
    rewrite(trail.intake, 8, b"crm", b"crn")
    trail.change_record(8, b"crm", b"crn")
    found = await faults(trail)
    assert ("service", 6, "unknown") in found
    assert ("records", 6, "unknown") in found


async def test_a_log_that_ends_before_its_checkpoint_gets_no_new_one(trail: Trail) -> None:
    cut_log(trail)
    trail.intake.streams.clear()
    assert await trail.sealer.seal() is None
    assert await faults(trail) == [("service", 10, "cut")]


async def test_what_was_written_in_place_of_a_cut_end_does_not_hide_it(trail: Trail) -> None:
    cut_log(trail)
    await trail.say(*(other(number) for number in range(9)))
    assert await faults(trail) == [("service", 10, "changed")]


async def test_a_forged_checkpoint_is_named(trail: Trail) -> None:
    rows = trail.kept.rows[CHECKPOINTS.name]
    key, (columns, body) = next(iter(rows.items()))
    forged = msgspec.structs.replace(CHECKPOINTS.decode(body), root="0" * 64)
    rows[key] = columns, CHECKPOINTS.encode(forged)
    assert await faults(trail) == [("checkpoints", 5, "unsigned")]


async def test_a_checkpoint_that_was_taken_away_is_missed(trail: Trail) -> None:
    rows = trail.kept.rows[CHECKPOINTS.name]
    del rows[max(rows, key=lambda key: int(key.rpartition("/")[2]))]
    assert await faults(trail) == [("checkpoints", 12, "cut")]
    rows.clear()
    assert await faults(trail) == [("checkpoints", 12, "cut")]


async def test_records_bent_before_the_tree_grew_over_them_are_named_by_the_services_log() -> None:
    trail = Trail()
    await trail.say(TICKET, TICKET, TICKET)
    await trail.sealer.seal()
    await trail.carry()
    trail.change_record(2, b"crm", b"crn")
    assert not await trail.grower.grow("intake")
    assert await faults(trail) == [("records", 2, "changed")]
    await trail.close()


async def test_a_service_that_does_not_answer_leaves_its_own_log_unseen(trail: Trail) -> None:
    away = httpx.MockTransport(lambda _: httpx.Response(503))
    client = httpx.AsyncClient(base_url="http://intake", transport=away)
    trail.peers._clients["intake"] = client  # noqa: SLF001 - as if it had gone
    found = await trail.verify()
    assert (found.state, found.silent, found.faults) == ("incomplete", "unreachable", ())
    trail.change_record(3, b"crm", b"crn")
    assert await faults(trail) == [("records", 3, "changed")]


async def test_without_checkpoints_there_is_nothing_to_compare() -> None:
    trail = Trail()
    await trail.say(TICKET)
    await trail.carry()
    found = await trail.verify()
    assert (found.state, found.events) == ("ok", 0)
    await trail.close()
