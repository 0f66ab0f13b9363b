"""State built anew from the first record, beside the live one, and what sets the two apart.

Both are taken at the same positions, so that what is heard meanwhile changes no comparison; and
each ticket's facts are compared as they are, not as they were packed.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from services.sla.book import Shelf, digest_of
from services.sla.domain.facts import Fact, Facts
from services.sla.handlers import fact_of
from services.sla.packing import FactPacking
from shared.codec import UnreadableEventError
from shared.messaging.envelope import Record, UnreadableRecordError
from shared.messaging.heading import heading_of

AT_ONCE = 256
"""Tickets, or records, between two turns of everybody else."""
Records = dict[str, bytes]


@dataclass
class Side:
    """One partition's shelf as it was, and as it is built anew."""

    shelf: Shelf
    marks: Mapping[str, int]
    """By publisher: the position up to which both have read."""
    packing: FactPacking
    live: Records
    rebuilt: Records = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)

    def hear(self, packing: FactPacking, ticket_id: str, fact: Fact) -> None:
        known = self.rebuilt.get(ticket_id, b"")
        self.rebuilt[ticket_id] = packing.join(known, fact)


@dataclass(frozen=True)
class Difference:
    """A ticket of which the two do not know the same: ids of events."""

    ticket_id: str
    partition: int
    only_live: tuple[str, ...]
    only_rebuilt: tuple[str, ...]
    changed: tuple[str, ...]


class Replay:
    """One run over some shelves; `packing` is the rebuilt state's own."""

    def __init__(self, sides: Iterable[Side]) -> None:
        self.sides = {side.shelf.partition: side for side in sides}
        self.packing = FactPacking()
        self.records = 0
        self.unreadable = 0

    @property
    def progress(self) -> float:
        """The share of what is to be read that was read."""
        to_read = sum(sum(side.marks.values()) for side in self.sides.values())
        read = sum(sum(side.reached.values()) for side in self.sides.values())
        return min(1.0, read / to_read) if to_read else 1.0

    async def take(self, publisher: str, records: Sequence[Record]) -> None:
        """Folds them, those alone that the live side has read; has no other effect."""
        for number, record in enumerate(records, 1):
            side = self.sides.get(record.partition)
            if side is not None:
                self._hear(publisher, side, record)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    def _hear(self, publisher: str, side: Side, record: Record) -> None:
        heading = heading_of(record)
        try:
            position = heading.position
            if position > side.marks.get(publisher, 0):
                return
            self.records += 1
            side.reached[publisher] = max(side.reached.get(publisher, 0), position)
            fact = fact_of(heading, record.value)
            if fact is not None:
                side.hear(self.packing, str(UUID(int=heading.subject)), fact)
        except (UnreadableEventError, UnreadableRecordError):
            self.unreadable += 1  # set aside when it was heard live

    async def compare(self, side: Side) -> tuple[str, str, list[Difference]]:
        """The hash of each, the live one's first, and every ticket that differs."""
        live_hash, rebuilt_hash = sha256(), sha256()
        found = []
        for number, ticket_id in enumerate(sorted(side.live.keys() | side.rebuilt.keys()), 1):
            live = side.packing.facts(side.live.get(ticket_id, b""))
            rebuilt = self.packing.facts(side.rebuilt.get(ticket_id, b""))
            for whole, facts in ((live_hash, live), (rebuilt_hash, rebuilt)):
                if facts:
                    whole.update(digest_of(ticket_id, facts))
            if live != rebuilt:
                found.append(_difference(side.shelf.partition, ticket_id, live, rebuilt))
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        return live_hash.hexdigest(), rebuilt_hash.hexdigest(), found


def _difference(partition: int, ticket_id: str, live: Facts, rebuilt: Facts) -> Difference:
    here, there = _by_event(live), _by_event(rebuilt)
    return Difference(
        ticket_id,
        partition,
        only_live=tuple(sorted(here.keys() - there.keys())),
        only_rebuilt=tuple(sorted(there.keys() - here.keys())),
        changed=tuple(sorted(one for one in here.keys() & there.keys() if here[one] != there[one])),
    )


def _by_event(facts: Facts) -> Mapping[str, Fact]:
    return {fact.event_id: fact for fact in facts}
