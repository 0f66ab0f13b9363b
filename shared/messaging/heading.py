"""What of a record's headers a reader of millions needs, each read only when it is asked for.

Within one process headers are not even made as long as nobody wants them as such.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Protocol
from uuid import UUID

import msgspec

from shared.codec import MetadataText
from shared.event_store import StoredEvent
from shared.ids import bytes_of
from shared.messaging.envelope import Header, Record, UnreadableRecordError

_SPECVERSION = ("ce_specversion", b"1.0")
_JSON = ("content-type", b"application/json")


class Heading(Protocol):
    """Which event of whose log a record is. Each of it may raise UnreadableRecordError."""

    @property
    def kind(self) -> bytes:
        """Its CloudEvents type."""

    @property
    def position(self) -> int:
        """In its publisher's log."""

    @property
    def epoch(self) -> bytes:
        """Its publisher's store."""

    @property
    def subject(self) -> int:
        """The number of the id that it is about."""

    @property
    def metadata(self) -> MetadataText:
        """Of a record from the wire only what says which event it is, who and when."""

    @property
    def last_seen(self) -> tuple[bytes, bytes]:
        """Event id and epoch as they stand, nothing where they lack; never raises."""


class LoggedHeaders(msgspec.Struct, frozen=True, eq=False, gc=False):
    """The headers of an event that lies in this process's log, made when they are gone through.

    Equal to the same headers as they came from a broker.
    """

    service: str
    epoch: bytes
    kind: bytes
    position: int
    previous: int
    event: StoredEvent
    metadata: MetadataText

    @property
    def subject(self) -> int:
        return self.event.stream.int

    @property
    def last_seen(self) -> tuple[bytes, bytes]:
        return self.metadata.event_id.encode(), self.epoch

    def __iter__(self) -> Iterator[Header]:
        event, metadata = self.event, self.metadata
        yield _SPECVERSION
        yield "ce_id", metadata.event_id.encode()
        yield "ce_source", source_of(self.service).encode()
        yield "ce_type", self.kind
        yield "ce_time", metadata.recorded_at.isoformat().encode()
        yield "ce_subject", text_of(event.stream)
        yield "ce_sequence", b"%d" % event.version
        yield "ce_position", b"%d" % self.position
        yield "ce_previous", b"%d" % self.previous
        yield "ce_epoch", self.epoch
        yield "ce_correlationid", metadata.correlation_id.encode()
        yield "ce_actor", metadata.actor.encode()
        yield _JSON
        if metadata.causation_id:
            yield "ce_causationid", metadata.causation_id.encode()
        if metadata.traceparent:
            yield "traceparent", metadata.traceparent.encode()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | LoggedHeaders):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


class WireHeaders(msgspec.Struct, frozen=True, gc=False):
    """Headers as they came, by their names."""

    values: dict[str, bytes]

    @property
    def kind(self) -> bytes:
        try:
            return self.values["ce_type"]
        except KeyError:
            raise UnreadableRecordError("ce_type") from None

    @property
    def position(self) -> int:
        try:
            return int(self.values["ce_position"])
        except (KeyError, ValueError):
            raise UnreadableRecordError("ce_position") from None

    @property
    def epoch(self) -> bytes:
        try:
            return self.values["ce_epoch"]
        except KeyError:
            raise UnreadableRecordError("ce_epoch") from None

    @property
    def subject(self) -> int:
        try:
            return int.from_bytes(bytes_of(self.values["ce_subject"].decode()))
        except (KeyError, ValueError):
            raise UnreadableRecordError("ce_subject") from None

    @property
    def metadata(self) -> MetadataText:
        values = self.values
        trace = values.get("traceparent")
        try:
            return MetadataText(
                event_id=values["ce_id"].decode(),
                recorded_at=datetime.fromisoformat(values["ce_time"].decode()),
                actor=values["ce_actor"].decode(),
                correlation_id=values["ce_correlationid"].decode(),
                traceparent=trace.decode() if trace else None,
            )
        except (KeyError, ValueError) as error:
            raise UnreadableRecordError("headers") from error

    @property
    def last_seen(self) -> tuple[bytes, bytes]:
        return self.values.get("ce_id", b""), self.values.get("ce_epoch", b"")


def heading_of(record: Record) -> Heading:
    """The record's heading, nothing of it read yet."""
    headers = record.headers
    return headers if isinstance(headers, LoggedHeaders) else WireHeaders(dict(headers))


def source_of(service: str) -> str:
    """The CloudEvents source of a service's events."""
    return f"/huiyin/{service}"


def type_prefix(service: str) -> str:
    """What stands before an event's stored name in its CloudEvents type."""
    return f"huiyin.{service}."


@cache
def kind_of(service: str, name: str) -> bytes:
    """The CloudEvents type of the service's events of that stored name."""
    return (type_prefix(service) + name).encode()


def text_of(one: UUID) -> bytes:
    """The id as `str` writes it, three times as fast."""
    written: str = msgspec.to_builtins(one)
    return written.encode()
