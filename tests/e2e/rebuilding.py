"""What a stopped system's stores come to when sla is built from them anew, in another process.

The live one tells the hash of its facts, partition by partition, and at which positions it took
it; what it said of clocks lies in its own log.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.sla.book import Book, Shelf
from services.sla.domain.facts import Facts, registration
from services.sla.domain.occurrences import ClockKey
from services.sla.domain.publication import CLOCKS
from services.sla.domain.published import NOTHING, Published
from services.sla.domain.reading import clocks
from services.sla.handlers import HEARS, fact_of
from services.sla.regulations import Regulations
from shared.calendars import Calendars
from shared.codec import decode, unpack
from shared.contracts.sla import ClockEvent
from shared.event_store import LoggedEvent
from shared.eventsourcing_store import open_backend
from shared.messaging.heading import heading_of
from shared.messaging.topics import PARTITIONS, partition_of
from shared.packs import shipped
from tests.e2e.system import Client, System
from tests.eventually import eventually
from tests.unit.shared.messaging.records import to_record

PAGE = 1000
REGULATIONS = Regulations(shipped(), Calendars())
JUST_NOW = 5
"""Seconds before the end in which time alone may have changed what was not said any more."""
End = tuple[float, float]
"""Since when it may have said nothing any more, and until when it may have said something."""
Replayed = Mapping[str, Any]
Logs = Mapping[str, Sequence[LoggedEvent]]
"""By service."""


def replayed(client: Client) -> Replayed:
    """What the product's own replay finds, which only compares."""
    begun = client.post("/sla/v1/replays", {"dry_run": True}, 202, Idempotency_Key=str(uuid4()))

    def done() -> Any:  # noqa: ANN401 - JSON
        found = client.get(f"/sla/v1/operations/{begun['operation_id']}")
        return None if found["state"] == "running" else found

    ended = eventually(done, "the replay's end", 60)
    assert ended["state"] == "done", ended
    result: Replayed = ended["result"]
    assert result["differing"] == 0, result["differences"]
    return result


def at_rest(client: Client) -> Replayed:
    """The same once every service has read all, and nobody said more while it ran."""

    def look() -> Replayed | None:
        before = _standing(client)
        found = replayed(client)
        states = {one["state"] for topic in before for one in topic["consumers"]}
        has_read = states == {"current"} and _ends(before) == _published(before)
        return found if has_read and _ends(before) == _ends(_standing(client)) else None

    return eventually(look, "sla at rest", 90)


def _standing(client: Client) -> list[dict[str, Any]]:
    topics: list[dict[str, Any]] = client.get("/reporting/v1/topics")["topics"]
    return topics


def _ends(topics: Sequence[Mapping[str, Any]]) -> list[int]:
    return [topic["end"] for topic in topics]


def _published(topics: Sequence[Mapping[str, Any]]) -> list[int]:
    """Nobody lags behind what is not published yet."""
    return [topic["published"] for topic in topics]


def stopped(system: System) -> End:
    """Ends it as Ctrl-C does; until its last process is gone, what falls due may be said."""
    before = time.time() - JUST_NOW
    system.stop()
    return before, time.time()


def logs_of(system: System) -> Logs:
    """Of a system that has stopped."""
    data = system.programs["run"].environment["HUIYIN_DATA"]
    found = {}
    for service in (*HEARS, "sla"):
        backend = open_backend(f"sqlite:{data}/{service}.db", service, [])
        log: list[LoggedEvent] = []
        try:
            while page := backend.read_log(log[-1].position if log else 0, PAGE):
                log += page
        finally:
            backend.close()
        found[service] = log
    return found


def unlike(live: Replayed, logs: Logs, end: End) -> list[str]:
    """Whatever sla would know or say otherwise."""
    book, found = Book(), []
    book.open(range(PARTITIONS))
    for one in live["partitions"]:
        shelf = book.shelf(one["partition"])
        assert shelf is not None
        _read(book, shelf, logs, one["positions"])
        if shelf.state_hash() != one["live_hash"]:
            found.append(f"partition {shelf.partition} holds other facts")
    return [*found, *_said_otherwise(book, logs["sla"], end)]


def _read(book: Book, shelf: Shelf, logs: Logs, positions: Mapping[str, int]) -> None:
    for service in HEARS:
        for logged in logs[service]:
            stream = logged.event.stream
            is_read = logged.position <= positions.get(service, 0)
            if partition_of(stream) != shelf.partition or not is_read:
                continue
            record = to_record(service, uuid4(), logged, 0)
            fact = fact_of(heading_of(record), record.value)
            if fact is not None:
                book.hear(shelf.ticket(str(stream)), fact)


def _said_otherwise(book: Book, log: Sequence[LoggedEvent], end: End) -> Iterator[str]:
    said = _said(log)
    tickets = [one for shelf in book.shelves for one in shelf.tickets.items()]
    for ticket_id, watched in tickets:
        was_said = said.get(ticket_id, NOTHING)
        states = {key: one.state for key, one in was_said.items()}
        found = [_states(watched.facts, was_said, int(moment)) for moment in end]
        if states not in found:
            yield f"{ticket_id} was said to be {states}, and is {found[-1]}"


def _states(facts: Facts, was_said: Published, now: int) -> Mapping[ClockKey, str]:
    begun = registration(facts)
    if begun is None or begun.case is None:
        return {}
    moment = datetime.fromtimestamp(now, UTC)
    found = clocks(facts, REGULATIONS.of(begun.case), moment, was_said)
    restated = {key: one.state for key, one in was_said.items() if one.state == "cancelled"}
    return restated | {one.key: one.state for one in found}  # a start may have been taken back


def _said(log: Sequence[LoggedEvent]) -> Mapping[str, Published]:
    found: dict[str, Published] = {}
    for logged in log:
        event = decode("sla", logged.event.name, unpack(logged.event.state)[1])
        if isinstance(event, ClockEvent):
            ticket_id = str(logged.event.stream)
            found[ticket_id] = CLOCKS.evolve(found.get(ticket_id, NOTHING), event)  # type: ignore[arg-type]
    return found
