"""How far one publisher's partition was heard, so that a later start can go on there."""

from dataclasses import dataclass

from shared.messaging.heading import Heading
from shared.messaging.lane import Lane


@dataclass
class Ear(Lane):
    """A lane that knows its last record: by that one a topic is recognised."""

    last_id: bytes = b""
    last_position: int = 0
    epoch: bytes = b""
    is_doubted: bool = False
    """Whether it goes on where a snapshot ended, in a topic that was not recognised."""
    is_waiting: bool = False
    """Whether the record that tells is still to come; those before it may come again, too."""

    @property
    def begins(self) -> int:
        """The offset to read from."""
        return max(0, (self.place or 0) - 1) if self.is_doubted else 0

    def forget(self) -> None:
        """All is read from the first record on; until that is done it stays in doubt."""
        self.mark, self.place, self.read = 0, None, 0
        self.last_id, self.last_position = b"", 0
        self.is_waiting = False

    def pass_on(self, offset: int | None, position: int, heading: Heading) -> None:
        """The record had its effect; its position is 0 where it says none."""
        told = heading.last_seen
        if self.is_waiting and position >= self.last_position:
            self.is_doubted, self.is_waiting = not self._is_last(position, told), False
        if offset is not None or position >= self.mark:
            (self.last_id, self.epoch), self.last_position = told, position
        self.mark = max(self.mark, position)
        if offset is not None:
            self.place = offset + 1
        self.read = self.place or self.read + 1

    def _is_last(self, position: int, told: tuple[bytes, bytes]) -> bool:
        return (self.last_position, self.last_id, self.epoch) == (position, *told)
