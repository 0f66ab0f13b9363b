"""From a signed checkpoint to a file that is checked alone, and what is found in it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest

from services.reporting.checkpoints import checkpoints_of
from services.reporting.period import as_jsonl, manifest_of
from services.reporting.projections import RECORDS
from services.reporting.tiles import tree_of
from shared.contracts.terms import CheckpointSigned
from shared.evidence import sealing
from shared.evidence.checking import BrokenError, check
from shared.evidence.checkpoint import is_signed
from shared.evidence.document import EventLine
from shared.evidence.keys import Signer, public_keys
from shared.evidence.sealing import CHECKPOINT, Sealer
from tests.unit.reporting.examples import TICKET, minute
from tests.unit.reporting.tampering import FILES, Tampering
from tests.unit.reporting.trail import ASKED, KEYS, SIGNER, Trail, other
from tests.until import until

TICKETS = (TICKET, other(1), TICKET, TICKET, other(2), TICKET, TICKET)


@pytest.fixture
async def trail() -> AsyncIterator[Trail]:
    trail = Trail()
    yield trail
    await trail.close()


def checked(content: bytes) -> tuple[int, int]:
    found = check(iter(content.splitlines(keepends=True)), KEYS)
    return found.events, found.uncovered


def broken(content: bytes) -> tuple[str, int | None]:
    with pytest.raises(BrokenError) as caught:
        check(iter(content.splitlines(keepends=True)), KEYS)
    assert caught.value.wrong in str(caught.value)
    return caught.value.wrong, caught.value.position


async def period(trail: Trail, since: int = -1, until: int = 99) -> bytes:
    manifest = await manifest_of(trail.store, minute(since), minute(until), ASKED, SIGNER)
    parts = as_jsonl(trail.store, manifest)
    return b"".join([part async for part in parts])


async def file_of(trail: Trail, scope: str) -> bytes:
    """Five events of a ticket, or of two tickets with others' between."""
    await trail.say(*TICKETS)
    await trail.sign()
    return (await trail.prove()).lines() if scope == "ticket" else await period(trail)


def positions(content: bytes) -> list[int]:
    lines = content.splitlines()[1:]
    return [msgspec.json.decode(line, type=EventLine).position for line in lines]


async def test_a_ticket_is_proven_by_the_signed_checkpoint(trail: Trail) -> None:
    await trail.say(TICKET, other(1), TICKET, other(2), TICKET)
    signed = await trail.sign()
    assert signed is not None
    assert is_signed(signed, KEYS["intake"])
    assert (signed.size, signed.position) == (5, 5)
    proof = await trail.prove()
    assert checked(proof.lines()) == (3, 0)
    assert [item.index for item in proof.items] == [0, 2, 4]


async def test_events_written_before_anybody_signed_are_covered_from_the_first(
    trail: Trail,
) -> None:
    await trail.say(*TICKETS)
    await trail.carry()
    assert checked((await trail.prove()).lines()) == (5, 5)
    await trail.sign()
    assert checked((await trail.prove()).lines()) == (5, 0)


async def test_what_came_after_the_checkpoint_is_vouched_for_by_reporting_alone(
    trail: Trail,
) -> None:
    await trail.say(TICKET, TICKET)
    await trail.sign()
    await trail.say(TICKET)
    await trail.carry()
    content = (await trail.prove()).lines()
    assert checked(content) == (3, 1)
    *lines, last = content.splitlines(keepends=True)
    assert broken(b"".join(lines) + last.replace(b"crm", b"crn")) == ("changed", 4)


async def test_nothing_is_signed_while_nothing_but_checkpoints_is_new(trail: Trail) -> None:
    assert await trail.sealer.seal() is None
    await trail.say(TICKET)
    first = await trail.sealer.seal()
    assert await trail.sealer.seal() is None
    await trail.say(TICKET)
    second = await trail.sealer.seal()
    assert isinstance(first, CheckpointSigned)
    assert isinstance(second, CheckpointSigned)
    assert (first.size, second.size) == (1, 3)


async def test_a_log_older_than_its_first_checkpoint_is_signed_for_in_parts(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SPAN", 3)
    monkeypatch.setattr(sealing, "BATCH", 3)
    await trail.say(*TICKETS)
    await trail.sign()
    kept = await trail.store.run(lambda backend: list(checkpoints_of(backend, "intake")))
    assert [one.size for one in kept] == [3, 6, 9]
    assert checked((await trail.prove()).lines()) == (5, 0)
    assert (await trail.verify()).checkpoints == 3


async def test_of_two_instances_over_one_store_one_signs(trail: Trail) -> None:
    await trail.say(TICKET)
    second = Trail(intake=trail.intake)
    signed = await asyncio.gather(trail.sealer.seal(), second.sealer.seal())
    assert [one.size for one in signed if one is not None] == [1]
    await second.close()


async def test_who_comes_just_after_another_one_signed_waits(trail: Trail) -> None:
    async def runs(sealer: Sealer, checkpoints: int) -> None:
        task = asyncio.create_task(sealer.run(0.01))
        looked = len(seen) + 3
        await until(lambda: len(seen) >= looked, "three looks")
        task.cancel()
        await asyncio.wait([task])
        assert [one.event.name for one in trail.intake.log].count(CHECKPOINT) == checkpoints

    seen: list[bool] = []

    class Watched(Sealer):
        async def _is_due(self, every: timedelta) -> bool:
            seen.append(await super()._is_due(every))
            return seen[-1]

    watched = Watched(trail.log, Signer("intake", b"s" * 32), trail.clock)
    await trail.say(TICKET)
    await runs(watched, 1)
    clock = trail.clock.time
    await trail.say(TICKET)
    trail.clock.time = clock
    await runs(watched, 1)
    trail.clock.time += timedelta(seconds=1)
    await runs(watched, 2)


async def test_gaps_in_the_log_are_no_gaps_in_the_tree(trail: Trail) -> None:
    trail.log.backend.skipped = 40  # type: ignore[attr-defined]
    await trail.say(*TICKETS)
    await trail.sign()
    assert checked((await trail.prove()).lines()) == (5, 0)
    assert checked(await period(trail)) == (7, 0)


async def test_a_tree_grows_from_checkpoint_to_checkpoint_over_the_edges_of_its_tiles(
    trail: Trail,
) -> None:
    for number in range(3):
        await trail.say(*(other(number) for _ in range(100)), TICKET)
        await trail.sign()
    tree = await trail.store.run(lambda backend: tree_of(backend, "intake"))
    assert tree.size == 3 * 102 - 1
    assert checked((await trail.prove()).lines()) == (3, 0)
    assert checked(await period(trail, until=9999)) == (tree.size, 0)


async def test_a_tree_does_not_grow_before_all_records_of_a_checkpoint_came(trail: Trail) -> None:
    await trail.say(*TICKETS)
    await trail.sealer.seal()
    *before, checkpoint = await trail.log.read_log(0)
    assert checkpoint.event.name == "checkpoint-signed.v1"
    assert not await trail.grower.grow("intake")
    await trail.carry()
    assert await trail.grower.grow("intake")
    assert len(before) == 7


async def test_a_checkpoint_that_its_service_did_not_sign_is_not_kept(trail: Trail) -> None:
    await trail.say(TICKET)
    forger = Trail(intake=trail.intake)
    forger.sealer = type(trail.sealer)(forger.log, Signer("intake", b"f" * 32), forger.clock)
    await forger.sealer.seal()
    await forger.log.close()
    await forger.store.close()
    assert await trail.sign() is None
    assert checked((await trail.prove()).lines()) == (1, 1)


@pytest.mark.parametrize("scope", ["ticket", "period"])
@pytest.mark.parametrize("tampering", FILES, ids=str)
async def test_whatever_is_done_to_a_file_is_found_at_its_first_bad_position(
    trail: Trail, scope: str, tampering: Tampering
) -> None:
    """Fault test 45, in an export."""
    content = await file_of(trail, scope)
    due = None if tampering.number is None else positions(content)[tampering.number]
    done = b"".join(tampering.do(content.splitlines(keepends=True)))
    assert broken(done) == (tampering.wrong, due)


@pytest.mark.parametrize("scope", ["ticket", "period"])
async def test_no_byte_of_a_file_can_be_another_one(trail: Trail, scope: str) -> None:
    content = await file_of(trail, scope)
    for place in range(0, len(content), 97):
        bent = bytes([content[place] ^ 1])
        with pytest.raises(BrokenError):
            check(
                iter((content[:place] + bent + content[place + 1 :]).splitlines(keepends=True)),
                KEYS,
            )


@pytest.mark.parametrize(("taken", "found"), [(7, ("cut", None)), (4, ("removed", 6))])
async def test_a_record_that_reporting_lost_lacks_in_its_tickets_proof(
    trail: Trail, taken: int, found: tuple[str, int | None]
) -> None:
    await trail.say(*TICKETS)
    await trail.sign()
    del trail.kept.rows[RECORDS.name][trail.bodies()[taken]]
    assert broken((await trail.prove()).lines()) == found


async def test_a_ticket_of_which_reporting_lost_everything_is_not_proven(trail: Trail) -> None:
    await trail.say(TICKET, TICKET)
    assert broken((await trail.prove()).lines()) == ("cut", None)


async def test_a_statement_that_its_service_did_not_sign_is_none(trail: Trail) -> None:
    await trail.say(*TICKETS)
    await trail.sign()
    proof = await trail.prove()
    [chain] = proof.manifest.chains
    assert chain.stated is not None
    assert chain.stated.length == 5
    forged = msgspec.structs.replace(chain, stated=msgspec.structs.replace(chain.stated, length=4))
    manifest = msgspec.structs.replace(proof.manifest, chains=(forged,)).signed(SIGNER)
    lines = msgspec.structs.replace(proof, manifest=manifest).lines()
    assert broken(lines) == ("unsigned", None)


async def test_keys_that_are_somebody_elses_open_nothing(trail: Trail) -> None:
    content = await file_of(trail, "ticket")
    lines = content.splitlines(keepends=True)
    for keys in ({}, public_keys(b"o" * 32), {**KEYS, "intake": KEYS["dispatch"]}):
        with pytest.raises(BrokenError, match="unsigned"):
            check(iter(lines), keys)


async def test_a_period_goes_from_checkpoint_to_checkpoint(trail: Trail) -> None:
    for _ in range(4):
        await trail.say(TICKET, other(1))
        trail.clock.time = minute(trail.intake.log[-1].position + 1)
        await trail.sign()
    whole = await period(trail)
    part = await period(trail, 4, 7)
    assert checked(whole) == (11, 0)
    assert positions(part) == [3, 4, 5, 6, 7, 8]
    assert checked(part) == (6, 0)
