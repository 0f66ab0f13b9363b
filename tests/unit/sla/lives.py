"""Sla at work on random histories: live, and anew from the first event."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from services.sla.book import Book
from services.sla.bootstrap import Sla
from shared.codec import Metadata, encode, name_of, pack
from shared.contracts.sla import EscalationRaised, EscalationWithdrawn
from shared.event_store import Append
from shared.messaging.topics import partition_of
from tests.unit.sla import examples as ex
from tests.unit.sla.naive.clocks import Clock, clocks
from tests.unit.sla.naive.endings import Key
from tests.unit.sla.naive.table import ROWS
from tests.unit.sla.naive.told import Told
from tests.unit.sla.side_by_side import facts_of, publisher_of
from tests.unit.sla.world import World
from tests.until import until

KNOWN = {row.name for row in ROWS}
"""The clocks that the clerk knows."""
Stories = Mapping[UUID, Sequence[Told]]
"""By ticket."""


def stories_of(*histories: Sequence[Told]) -> Stories:
    """A ticket each; their events' ids are their own."""
    found: dict[UUID, Sequence[Told]] = {}
    for number, one in enumerate(histories):
        ticket_id = uuid5(ex.TICKET, str(number))
        found[ticket_id] = [
            replace(told, event_id=str(uuid5(ticket_id, told.event_id))) for told in one
        ]
    return found


def state_hash(arrivals: Sequence[tuple[UUID, Told]]) -> str:
    """Of all that is known once these were heard, in this order."""
    book = Book()
    book.open(range(12))
    for ticket_id, told in arrivals:
        shelf = book.shelf(partition_of(ticket_id))
        assert shelf is not None
        for fact in facts_of([told]):
            book.hear(shelf.ticket(str(ticket_id)), fact)
    return " ".join(shelf.state_hash() for shelf in book.shelves)


def arrivals(stories: Stories, random: Random) -> Iterator[tuple[UUID, Told]]:
    """Three topics, each in its own order, none with the others'."""
    topics: dict[str, list[tuple[UUID, Told]]] = {}
    everything = [(ticket_id, told) for ticket_id, one in stories.items() for told in one]
    for ticket_id, told in sorted(everything, key=lambda one: one[1].recorded_at):
        topics.setdefault(publisher_of(told), []).append((ticket_id, told))
    while waiting := [topic for topic in topics.values() if topic]:
        yield random.choice(waiting).pop(0)


async def tell(world: World, ticket_id: UUID, told: Told) -> None:
    """The other service stores it, as it stands in the history."""
    metadata = Metadata(
        event_id=UUID(told.event_id),
        recorded_at=told.recorded_at,
        actor="desk",
        correlation_id=ex.CORRELATION,
    )
    stamped = name_of(told.event), pack(metadata, encode(told.event))
    store = world.stores[publisher_of(told)]
    await store.append(Append(stream=ticket_id, expected_version=None, events=[stamped]))


async def live(world: World, stories: Stories, random: Random, jump: timedelta) -> None:
    """Hears everything while time passes, and now and then jumps there and back."""
    for ticket_id, told in arrivals(stories, random):
        world.clock.time = max(world.clock.time, told.recorded_at)
        await tell(world, ticket_id, told)
        if random.randrange(3):
            await world.settled()
        if jump and not random.randrange(3):
            for there in (jump, -jump):
                world.clock.time += there
                await world.settled()
    world.clock.time = end_of(stories)
    await world.settled()


def end_of(stories: Stories) -> datetime:
    """When nothing is to be expected any more, but the ladders of clocks that nobody stopped."""
    return max(told.recorded_at for one in stories.values() for told in one) + timedelta(days=30)


@dataclass(frozen=True)
class Standing:
    """What sla holds and has said."""

    hashes: tuple[str, ...]
    states: Mapping[UUID, Mapping[Key, str]]
    rungs: Mapping[UUID, Mapping[Key, frozenset[str]]]


async def silent(world: World, stories: Stories, absent: str) -> bool:
    """Whether nothing is said after all topics but one were heard."""
    async with world.running(absent=[absent]) as sla:
        ends = {
            (publisher, partition_of(logged.event.stream)): logged.position
            for publisher in world.disks.keys() - {absent, "sla"}
            for logged in world.disks[publisher].log
        }

        def is_read() -> bool:
            marks = {(lane.publisher, lane.partition): lane.mark for lane in world.line.lanes}
            return all(marks.get(lane, 0) >= end for lane, end in ends.items())

        await until(is_read, "the other topics read")
        assert sla.watch.quiet
        return not any([await world.said(ticket_id) for ticket_id in stories])


async def standing(world: World, sla: Sla, stories: Stories) -> Standing:
    states: dict[UUID, dict[Key, str]] = {}
    rungs: dict[UUID, dict[Key, frozenset[str]]] = {}
    for ticket_id in stories:
        watched = sla.book.find(ticket_id)
        assert watched is not None
        said = {(key.name, key.round, key.occurrence): one
                for key, one in watched.published.items()}  # fmt: skip
        states[ticket_id] = {key: one.state for key, one in said.items() if key[0] in KNOWN}
        found = await _standing_rungs(world, ticket_id)
        rungs[ticket_id] = {key: steps for key, steps in found.items() if key[0] in KNOWN}
    hashes = tuple(shelf.state_hash() for shelf in sla.book.shelves)
    return Standing(hashes, states, rungs)


async def _standing_rungs(world: World, ticket_id: UUID) -> dict[Key, frozenset[str]]:
    """By the stream itself; a rung stands once, under an id that no other one ever had."""
    found: dict[Key, frozenset[str]] = {}
    ids: set[UUID] = set()
    for event in await world.said(ticket_id):
        if isinstance(event, EscalationRaised | EscalationWithdrawn):
            key = event.clock, event.round, event.occurrence
            before = found.get(key, frozenset())
            is_raised = isinstance(event, EscalationRaised)
            assert (event.step in before) != is_raised, "raised while it stands"
            assert (event.escalation_id in ids) != is_raised, "an id is used again"
            ids.add(event.escalation_id)
            found[key] = before ^ {event.step}
    return {key: steps for key, steps in found.items() if steps}


def expected_states(stories: Stories, now: datetime) -> Mapping[UUID, Mapping[Key, str]]:
    """What the clerk finds who walks over minutes."""
    return {
        ticket_id: {clock.key: clock.state for clock in clocks(one, int(now.timestamp()))}
        for ticket_id, one in stories.items()
    }


def never_taken_back(
    states: Mapping[UUID, Mapping[Key, str]], expected: Mapping[UUID, Mapping[Key, str]]
) -> Mapping[UUID, Mapping[Key, str]]:
    """Without clocks that were said to begin and never did, as was heard later."""
    return {
        ticket_id: {
            key: state
            for key, state in found.items()
            if key in expected[ticket_id] or state != "cancelled"
        }
        for ticket_id, found in states.items()
    }


def expected_rungs(
    stories: Stories, now: datetime, *verdicts: str
) -> Mapping[UUID, Mapping[Key, frozenset[str]]]:
    """The rungs of which the clerk says one of these."""
    return {
        ticket_id: {
            clock.key: steps
            for clock in clocks(one, int(now.timestamp()))
            if (steps := _steps(clock, verdicts))
        }
        for ticket_id, one in stories.items()
    }


def _steps(clock: Clock, verdicts: Sequence[str]) -> frozenset[str]:
    return frozenset(step for step, (_, verdict) in clock.rungs.items() if verdict in verdicts)
