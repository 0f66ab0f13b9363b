"""Crash points and known bugs, patched into a worker before it starts: the product has no switch.

A crash point ends the process at its nth passing, or freezes it there. A bug is one that somebody
could write: the test of a fault must fail with it.
"""

import itertools
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any
from unittest.mock import patch

import structlog
from msgspec.structs import replace

from shared.event_store import Append, StoreUnavailableError
from shared.eventsourcing_store import sqlite_files
from shared.group_commit import EventStore
from shared.messaging import attempts
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Arrival, Cause, Record
from shared.messaging.kafka import KafkaPublisher
from shared.messaging.lane import Lane
from shared.messaging.letters import DeadLetters
from shared.messaging.receiving import Receive
from shared.messaging.relay import PLACE_KEY, PLACES, PublishError, Relay
from shared.tables import Put

CRASHED = 66
WOKEN = "woken, and the effect tried"
"""In the log of one that was frozen before it."""
Method = Callable[..., Awaitable[Any]]

log = structlog.get_logger(__name__)


def crash(kind: type, method: str, *, nth: int, after: bool, when: Callable[..., bool]) -> None:
    """End the process before or after the nth call of the method that fits."""
    original: Method = getattr(kind, method)
    calls = itertools.count(1)

    async def crashing(*arguments: Any) -> Any:  # noqa: ANN401 - whatever the method takes
        last = when(*arguments) and next(calls) == nth
        if last and not after:
            os._exit(CRASHED)
        answer = await original(*arguments)
        if last and after:
            os._exit(CRASHED)
        return answer

    patch.object(kind, method, crashing).start()


def freeze_before_effect(nth: int) -> None:
    """The process goes on with its nth effect when somebody wakes it."""
    original, calls = EventStore.append, itertools.count(1)

    async def append(self: EventStore, one: Append) -> int:
        frozen = bool(one.events) and next(calls) == nth
        if frozen:
            os.kill(os.getpid(), signal.SIGSTOP)
        try:
            return await original(self, one)
        finally:
            if frozen:
                log.warning(WOKEN)

    patch.object(EventStore, "append", append).start()


def _always(*_: object) -> bool:
    return True


def _has_events(_: EventStore, append: Append) -> bool:
    return bool(append.events)


def place_first() -> None:
    """The relay stores its place, and only then publishes."""
    original = Relay._publish_batch  # noqa: SLF001 - the bug sits inside

    class Collector:
        def __init__(self) -> None:
            self.records: list[Record] = []

        async def publish(self, service: str, records: Sequence[Record]) -> None:
            del service
            self.records += records

    async def publish_batch(self: Any) -> bool:  # noqa: ANN401 - its private parts
        real, collector = self._publisher, Collector()
        self._publisher = collector
        more = await original(self)
        self._publisher = real
        if more:
            await self._store.append(Append(rows=[Put(PLACES, PLACE_KEY, self._place)]))
            await real.publish(self._service, collector.records)
        return more

    patch.object(Relay, "_publish_batch", publish_batch).start()


def failure_passes_for_success() -> None:
    """What Kafka did not take counts as published."""
    original = KafkaPublisher.publish

    async def publish(self: KafkaPublisher, service: str, records: Sequence[Record]) -> None:
        try:
            await original(self, service, records)
        except PublishError:
            return

    patch.object(KafkaPublisher, "publish", publish).start()


def mark_apart(*, first: bool) -> None:
    """The mark is stored in a transaction of its own, before or after the effect."""
    original = EventStore.append

    async def append(self: EventStore, one: Append) -> int:
        if not one.marks or not one.events:
            return await original(self, one)
        if first:
            await original(self, Append(marks=one.marks))
        version = await original(self, replace(one, marks=()))
        if not first:
            await original(self, Append(marks=one.marks))
        return version

    patch.object(EventStore, "append", append).start()


async def _handle(self: Any, lane: Lane, arrival: Arrival) -> None:  # noqa: ANN401 - private parts
    self._epochs.setdefault(lane.publisher, arrival.epoch)
    await attempts.patiently(lane, partial(self._effect, arrival))
    lane.handled(arrival, self._clock.now())


def repeats_are_handled() -> None:
    """Nobody asks whether a record had its effect before."""
    bare = Cause

    def cause(self: Arrival) -> Cause:
        return bare(self.actor, self.correlation_id, self.event_id, rows=self.redriven or ())

    patch.object(Arrival, "cause", property(cause)).start()
    patch.object(Consumer, "_sort_in", _handle).start()


def gaps_are_jumped() -> None:
    """A high-water mark alone: whatever is above it is the next."""

    async def sort_in(self: Consumer, lane: Lane, arrival: Arrival) -> None:
        if arrival.position > lane.mark:
            await _handle(self, lane, arrival)

    patch.object(Consumer, "_sort_in", sort_in).start()


def unreadable_is_dropped() -> None:
    """What cannot be read is logged and forgotten."""
    original = attempts.attempt

    async def set_aside(*_: object) -> None:
        return None

    async def attempt(receive: Receive, arrival: Arrival) -> tuple[str, int] | None:
        failure = await original(receive, arrival)
        return None if failure and failure[0].startswith("Un") else failure

    patch.object(Consumer, "_set_aside", set_aside).start()
    patch("shared.messaging.consumer.attempt", attempt).start()


def parked_tickets_go_on() -> None:
    """Later events of a parked ticket are handled at once."""

    async def is_parked(*_: object) -> bool:
        return False

    patch.object(DeadLetters, "is_parked", is_parked).start()


def outage_passes_for_poison() -> None:
    """A store that is away is taken for a fault of the event, whose letter waits for the store."""
    original = EventStore.append

    async def append(self: EventStore, one: Append) -> int:
        while True:
            try:
                return await original(self, one)
            except StoreUnavailableError as error:
                if one.events:
                    raise RuntimeError from error

    patch.object(EventStore, "append", append).start()


def everybody_leads() -> None:
    """No bug: a leader that froze may publish on for a moment beside the next one."""

    async def leads(_self: EventStore) -> bool:
        return True

    patch.object(EventStore, "leads", leads).start()


def never_settles() -> None:
    """No bug: whoever takes over from a relay that did not store its place publishes all again."""

    async def settle(_self: Relay) -> None:
        return

    patch.object(Relay, "_settle", settle).start()


def impatient() -> None:
    """No bug: a lock on the store's file is waited for less long than in the product."""
    sqlite_files.BUSY_SECONDS = 0.5


CRASH_POINTS: dict[str, Callable[[int], None]] = {
    "before-publish": lambda nth: crash(
        KafkaPublisher, "publish", nth=nth, after=False, when=_always
    ),
    "after-publish": lambda nth: crash(
        KafkaPublisher, "publish", nth=nth, after=True, when=_always
    ),
    "before-effect": lambda nth: crash(
        EventStore, "append", nth=nth, after=False, when=_has_events
    ),
    "after-effect": lambda nth: crash(EventStore, "append", nth=nth, after=True, when=_has_events),
    "frozen-effect": freeze_before_effect,
}
BUGS: dict[str, Callable[[], None]] = {
    "place-first": place_first,
    "failure-passes-for-success": failure_passes_for_success,
    "mark-before-effect": partial(mark_apart, first=True),
    "mark-after-effect": partial(mark_apart, first=False),
    "repeats-are-handled": repeats_are_handled,
    "gaps-are-jumped": gaps_are_jumped,
    "unreadable-is-dropped": unreadable_is_dropped,
    "parked-tickets-go-on": parked_tickets_go_on,
    "outage-passes-for-poison": outage_passes_for_poison,
    "everybody-leads": everybody_leads,
    "never-settles": never_settles,
    "impatient": impatient,
}
