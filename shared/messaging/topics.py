"""Names and partitions: which record goes where, by rules of our own that never change."""

from uuid import UUID
from zlib import crc32

PARTITIONS = 12
"""Fixed for the life of an epoch: another number would move tickets to marks they never had."""

PUBLISHERS = ("intake", "dispatch", "sla", "revisit")

SETTINGS = {"cleanup.policy": "delete", "retention.ms": "-1"}
"""Topics keep everything: replay from the first event is part of the design."""


def topic_of(service: str) -> str:
    """The topic of a service."""
    return f"complaints.{service}"


def partition_of(subject: UUID) -> int:
    """The partition of a subject, the same in every topic: CRC-32 of the id's 16 bytes."""
    return crc32(subject.int.to_bytes(16)) % PARTITIONS
