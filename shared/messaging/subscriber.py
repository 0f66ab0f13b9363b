"""A consumer, as a carrier sees it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.messaging.envelope import Record


class EpochChangedError(Exception):
    """The publisher's store is another one than before: positions mean nothing any more."""


class PartitionFullError(Exception):
    """A record is missing, and more wait for it than may be kept aside."""


class Subscriber(Protocol):
    """Whoever takes records; the carrier calls it from one event loop."""

    async def assign(self, publisher: str, partitions: Sequence[int]) -> Mapping[int, int]:
        """Takes partitions over; says for each the Kafka offset to read from (0: the beginning).

        Raises EpochChangedError, and StoreUnavailableError to be asked again.
        """

    def mark(self, publisher: str, partition: int) -> int:
        """Position of the last record read of an assigned partition; 0 where none is kept."""

    def lost(self, publisher: str, partition: int) -> bool:
        """Told that the place to read from is not there; whether the first record will do instead.

        Else the partition stops: what was not read yet is gone.
        """

    def revoke(self, publisher: str, partitions: Sequence[int]) -> None:
        """Gives partitions up: another instance takes them over."""

    async def take(self, publisher: str, partition: int, records: Sequence[Record]) -> None:
        """Handles one partition's records in their order; returns when each had its effect.

        Raises EpochChangedError and PartitionFullError: then nothing more of it is handed over.
        """

    async def flush(self) -> None:
        """Stores how far it read. Raises StoreUnavailableError."""
