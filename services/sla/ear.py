"""How far one publisher's partition was heard, so that a later start can go on there."""

from dataclasses import dataclass

from shared.messaging.heading import Heading, WireHeaders
from shared.messaging.lane import Lane

NOTHING_HEARD = WireHeaders({})


@dataclass
class Ear(Lane):
    """A lane that knows its last record: by that one a topic is recognised."""

    last: Heading = NOTHING_HEARD
    last_position: int = 0
    is_doubted: bool = False
    """Whether it goes on where a snapshot ended, in a topic that was not recognised."""
    is_waiting: bool = False
    """Whether the record that tells is still to come; those before it may come again, too."""

    @property
    def last_id(self) -> bytes:
        return self.last.last_seen[0]

    @property
    def epoch(self) -> bytes:
        return self.last.last_seen[1]

    @property
    def begins(self) -> int:
        """The offset to read from."""
        return max(0, (self.place or 0) - 1) if self.is_doubted else 0

    def forget(self) -> None:
        """All is read from the first record on; until that is done it stays in doubt."""
        self.mark, self.place, self.read = 0, None, 0
        self.last, self.last_position = NOTHING_HEARD, 0
        self.is_waiting = False

    def pass_on(self, offset: int | None, position: int, heading: Heading) -> None:
        """The record had its effect; its position is 0 where it says none."""
        if self.is_waiting and position >= self.last_position:
            self.is_doubted, self.is_waiting = not self._is_last(position, heading), False
        is_newest = position >= self.mark
        if is_newest:
            self.mark = position
        if is_newest or offset is not None:
            self.last, self.last_position = heading, position
        if offset is None:
            self.read += 1
        else:
            self.place = self.read = offset + 1

    def _is_last(self, position: int, heading: Heading) -> bool:
        known = self.last_position, self.last.last_seen
        return known == (position, heading.last_seen)
