"""A ticket's events as a page lists them: numbered, with what each says, its cause and effects."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from services.reporting.console.times import moment_of
from services.reporting.history import Time, time_of
from services.reporting.message_models import Message
from services.reporting.projections import RecordRow
from shared.evidence.document import EventLine

LATE = timedelta(minutes=1)
"""Entered later than this, an event shows when it was recorded beside when it happened."""
HIDDEN = frozenset({"at", "ticket_id", "number", "digest", "role", "occurrence"})
SHOWN_OF_CASE = ("kind", "severity", "category", "tier", "channel", "pack", "pack_version")
WITH_CASE = frozenset({"ticket-registered", "ticket-reclassified"})
Kind = Literal["word", "time", "sealed"]


class Fact(NamedTuple):
    """One thing that an event says; `sealed` lies in a vault, the event has its digest alone."""

    name: str
    value: object
    kind: Kind = "word"


class Entry(NamedTuple):
    """One event of the timeline."""

    number: int
    row: RecordRow
    name: str
    """Without its version: `ticket-registered`."""
    facts: list[Fact]
    step: int
    """Which of the slider's stops it comes with."""
    cause: int | None
    effects: list[int]

    @property
    def is_late(self) -> bool:
        """Whether it was recorded noticeably after it had happened."""
        return self.row.recorded_at - self.row.occurred_at > LATE


def timeline(rows: Sequence[RecordRow], moments: Sequence[datetime], by: Time) -> list[Entry]:
    """The rows in their order; causes and effects by number, where they are in this history."""
    numbers = {row.event_id: number for number, row in enumerate(rows, 1)}
    steps = {moment: step for step, moment in enumerate(moments)}
    effects = defaultdict[object, list[int]](list)
    for row in rows:
        if row.causation_id is not None:
            effects[row.causation_id].append(numbers[row.event_id])
    return [
        Entry(
            number=number,
            row=row,
            name=row.type.rpartition(".")[0] or row.type,
            facts=list(facts_of(row)),
            step=steps[time_of(row, by)],
            cause=numbers.get(row.causation_id) if row.causation_id else None,
            effects=effects.get(row.event_id, []),
        )
        for number, row in enumerate(rows, 1)
    ]


def facts_of(row: RecordRow | Message | EventLine) -> Iterator[Fact]:
    """What the event says to people, whether or not its type is known here."""
    data = msgspec.json.decode(row.data)
    if not isinstance(data, dict):
        yield Fact("value", data)
        return
    stem = row.type.rpartition(".")[0]
    for name, value in data.items():
        if name == "case":
            if stem in WITH_CASE and isinstance(value, dict):
                yield from (Fact(one, value[one]) for one in SHOWN_OF_CASE if one in value)
        elif name not in HIDDEN and not name.endswith(("_id", "_ref", "_ids")):
            yield _fact(name, value)


def _fact(name: str, value: object) -> Fact:
    if isinstance(value, Mapping) and "digest" in value:
        return Fact(name, None, "sealed")
    if isinstance(value, str) and (moment := moment_of(value)) is not None:
        return Fact(name, moment, "time")
    if isinstance(value, list):
        return Fact(name, ", ".join(map(str, value)))
    return Fact(name, value)
