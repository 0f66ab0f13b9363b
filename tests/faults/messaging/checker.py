"""What must hold after every fault: read from the stores and the topic, when nobody runs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from shared.event_store import Backend
from shared.eventsourcing_store import open_backend
from shared.messaging.envelope import Record, UnreadableRecordError, mark_name
from shared.messaging.headers import read_record
from shared.messaging.letters import LETTERS
from shared.messaging.topics import PARTITIONS, partition_of
from shared.tables import Query
from tests.faults.messaging.worker import TABLES

Heard = dict[UUID, list[int]]
"""Versions by subject, in the order of their effects."""


@contextmanager
def opened(url: str, service: str) -> Iterator[Backend]:
    """The store that a worker left."""
    backend = open_backend(url, service, TABLES)
    try:
        yield backend
    finally:
        backend.close()


def published_in_order(source: str, topic: Sequence[Record]) -> list[str]:
    """I3: the topic holds the whole log; first occurrences in a partition are in its order."""
    with opened(source, "intake") as backend:
        log: dict[int, list[int]] = {number: [] for number in range(PARTITIONS)}
        for logged in backend.read_log(0, 1_000_000):
            log[partition_of(logged.event.stream)].append(logged.position)
    found: dict[int, list[int]] = {number: [] for number in range(PARTITIONS)}
    for record in topic:
        try:
            found[record.partition].append(read_record(record, "intake").position)
        except UnreadableRecordError:
            continue
    return [
        f"I3: partition {number} lacks or disorders events"
        for number, positions in log.items()
        if list(dict.fromkeys(found[number])) != positions
    ]


def heard_once(source: str, target: str, poisoned: Sequence[UUID] = ()) -> list[str]:
    """I4 to I7: each event is an effect or a letter, in order, and the marks are at the last."""
    with opened(source, "intake") as backend:
        log, epoch = backend.read_log(0, 1_000_000), backend.epoch
    with opened(target, "dispatch") as backend:
        effects, letters = effects_in(backend), letters_in(backend)
        marks = backend.read_marks(f"mark/intake/{epoch}/")
    versions: Heard = {}
    ends: dict[str, int] = {}
    for position, event in ((logged.position, logged.event) for logged in log):
        versions.setdefault(event.stream, []).append(event.version)
        ends[mark_name("intake", epoch, partition_of(event.stream))] = position
    found = [] if marks == ends else ["I6: a mark is not at the last event handled"]
    for subject, wanted in versions.items():
        found += _breaches(wanted, effects.get(subject, []), letters.get(str(subject), []))
        if str(subject) in letters and subject not in poisoned:
            found.append("I7: a sound ticket is parked")
    return found


def _breaches(wanted: Sequence[int], done: Sequence[int], parked: Sequence[int]) -> Iterator[str]:
    if sorted([*done, *parked]) != wanted:
        yield f"I4: events {wanted}, effects {done}, letters {parked}"
    if [*done, *parked] != sorted([*done, *parked]):
        yield f"I5: effects {done}, then letters {parked}"


def effects_in(backend: Backend) -> Heard:
    """What the handler did."""
    heard: Heard = {}
    for logged in backend.read_log(0, 1_000_000):
        version = int(logged.event.state.split()[1])
        heard.setdefault(logged.event.stream, []).append(version)
    return heard


def letters_in(backend: Backend) -> dict[str, list[int]]:
    """The versions that are parked, by subject; what does not say its version is not of the log."""
    query = Query(LETTERS, {"state": "parked"}, order=("sequence",), limit=10_000)
    parked: dict[str, list[int]] = {}
    for _, letter in backend.query(query):
        if letter.position is not None:
            version = int(dict(letter.headers)["ce_sequence"])
            parked.setdefault(letter.subject, []).append(version)
    return parked


def check(found: Sequence[str], invariant: str | None) -> None:
    """Nothing may be found; with a seeded bug, the invariant that it breaks must be."""
    if invariant is None:
        assert not found, "\n".join(found)
    else:
        assert invariant in {one.partition(":")[0] for one in found}, "the bug was not noticed"
