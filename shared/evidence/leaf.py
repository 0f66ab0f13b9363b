"""What of an event is hashed: all that never changes, so that a changed header is found as well.

The digest is SHA-256 over a line of JSON (FORMAT, then the fields of Facts up to `traceparent` in
their order, times in UTC) and, after a line feed, the published bytes. The tree's entry is the
position as eight bytes, then the digest: two events that changed places are told from a changed
one by their digests.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.codec import unpack, utc
from shared.event_store import LoggedEvent
from shared.evidence.tree import HASH_SIZE, leaf_hash

FORMAT = "huiyin-event/1"
NO_LINK = bytes(HASH_SIZE)
"""What the first event of a stream is chained to."""

_encode = msgspec.json.Encoder().encode


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """One published event with all that is known of it."""

    source: str
    epoch: UUID
    stream: UUID
    sequence: int
    type: str
    event_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    data: bytes


class Leaf(msgspec.Struct, frozen=True):
    """One event's place in its service's log, and the digest of what stands there."""

    position: int
    digest: bytes

    @property
    def hash(self) -> bytes:
        return leaf_hash(self.position.to_bytes(8, "big") + self.digest)


class _When(msgspec.Struct):
    at: Any = None


_when = msgspec.json.Decoder(_When)


def digest_of(facts: Facts) -> bytes:
    """32 bytes that stand for the whole event."""
    line = (
        FORMAT,
        facts.source,
        facts.epoch,
        facts.stream,
        facts.sequence,
        facts.type,
        facts.event_id,
        utc(facts.occurred_at),
        utc(facts.recorded_at),
        facts.actor,
        facts.correlation_id,
        facts.causation_id,
        facts.traceparent,
    )
    return hashlib.sha256(_encode(line) + b"\n" + facts.data).digest()


def occurred_at(data: bytes, recorded_at: datetime) -> datetime:
    """When the event says that it happened; one that does not say so, when it was recorded."""
    try:
        text = _when.decode(data).at
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return recorded_at
    return moment_of(text) or recorded_at


def moment_of(text: object) -> datetime | None:
    """The time in UTC, of a text that is one with its offset."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return utc(moment) if moment is not None and moment.tzinfo else None


def stored_leaf(source: str, epoch: UUID, logged: LoggedEvent) -> Leaf:
    """The leaf of an event in its own service's log; of bytes that are none, one that none has."""
    try:
        facts = stored_facts(source, epoch, logged)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Leaf(logged.position, hashlib.sha256(logged.event.state).digest())
    return Leaf(logged.position, digest_of(facts))


def stored_facts(source: str, epoch: UUID, logged: LoggedEvent) -> Facts:
    """All that is known of an event in its own service's log. Raises MsgspecError and others."""
    event = logged.event
    metadata, data = unpack(event.state)
    return Facts(
        source=source,
        epoch=epoch,
        stream=event.stream,
        sequence=event.version,
        type=event.name,
        event_id=metadata.event_id,
        occurred_at=occurred_at(data, metadata.recorded_at),
        recorded_at=metadata.recorded_at,
        actor=metadata.actor,
        correlation_id=metadata.correlation_id,
        causation_id=metadata.causation_id,
        traceparent=metadata.traceparent,
        data=data,
    )


def chained(digests: Iterable[bytes], link: bytes = NO_LINK) -> bytes:
    """The last link of a stream: each is SHA-256(0x02, the link before it, the event's digest)."""
    for digest in digests:
        link = hashlib.sha256(b"\x02" + link + digest).digest()
    return link
