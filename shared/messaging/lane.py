"""One publisher's partition, as far as a consumer read it: what is next, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.event_store import Mark
from shared.messaging.envelope import Arrival, Record, mark_name, place_name
from shared.messaging.subscriber import PartitionFullError

MAX_HELD = 1000
"""Records kept aside in one partition for one that is missing; then the partition stops."""
MISSING = "record missing"


@dataclass
class Lane:
    """`mark` is the position of the last record handled, `place` the Kafka offset to seek to."""

    publisher: str
    partition: int
    mark: int = 0
    place: int | None = None
    read: int = 0
    """Records read since it was assigned, of a reader that begins at the first one."""
    dirty: bool = False
    """Whether mark or place moved since they were last stored."""
    held: dict[int, Arrival] = field(default_factory=dict)
    """What waits for a missing record, by the position of the record before it."""
    in_hand: Record | None = None
    """What was taken from the carrier and has not had its effect yet: the oldest such record."""
    last_handled_at: datetime | None = None
    alarm: str | None = None

    def hold(self, arrival: Arrival) -> None:
        """Keeps the record aside until the one before it comes. Raises PartitionFullError."""
        if len(self.held) >= MAX_HELD and arrival.previous not in self.held:
            raise PartitionFullError(f"{self.publisher}/{self.partition}")
        self.held[arrival.previous] = arrival
        self.alarm = MISSING

    def handled(self, arrival: Arrival, at: datetime) -> Arrival | None:
        """Moves on; returns the record kept aside that is next now."""
        self.mark = arrival.position
        self.last_handled_at = at
        self.pass_by(arrival.record)  # before the next one is taken out: it must be read again
        following = self.held.pop(self.mark, None)
        if following is None and not self.held:
            self.alarm = None
        return following

    def pass_by(self, record: Record) -> None:
        """Need not read the record again."""
        self.place = self.place_after(record)
        self.dirty = True

    def place_after(self, record: Record) -> int | None:
        """Where to read on once the record is done with: never behind one that is kept aside."""
        if record.offset is None:
            return self.place
        offsets = [arrival.record.offset or 0 for arrival in self.held.values()]
        return min([record.offset + 1, *offsets])

    def marks(self, epoch: UUID) -> Sequence[Mark]:
        """Mark and place, as the store keeps them."""
        marks = [Mark(mark_name(self.publisher, epoch, self.partition), self.mark)]
        if self.place is not None:
            marks.append(Mark(place_name(self.publisher, epoch, self.partition), self.place))
        return marks
