"""The record that both carriers hand over: CloudEvents 1.0 in binary mode, and our extensions.

https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from shared.codec import UnreadableEventError, decode, unpack
from shared.contracts.terms import Event
from shared.event_store import Append, LoggedEvent, Mark
from shared.messaging.topics import partition_of
from shared.tables import RowChange

E_co = TypeVar("E_co", bound=Event, covariant=True)
Header = tuple[str, bytes]
Parsed = TypeVar("Parsed")


class UnreadableRecordError(ValueError):
    """The headers do not say which event of whose log this is."""


class Record(msgspec.Struct, frozen=True):
    """What is on the wire; `offset` is None in embedded mode."""

    key: bytes | None
    headers: tuple[Header, ...]
    value: bytes | None
    partition: int
    offset: int | None = None


class Cause(msgspec.Struct, frozen=True):
    """Who and what brings a command about, and what must be stored with its effect."""

    actor: str
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None
    marks: tuple[Mark, ...] = ()
    places: tuple[Mark, ...] = ()
    rows: tuple[RowChange, ...] = ()

    def effect(self, *rows: RowChange) -> Append:
        """Rows as the whole effect: for what is known of others and decides nothing here."""
        return Append(marks=self.marks, places=self.places, rows=(*self.rows, *rows))

    def with_rows(self, *rows: RowChange) -> "Cause":
        """The same with more rows, which are stored whatever is decided."""
        return msgspec.structs.replace(self, rows=(*self.rows, *rows))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record whose headers were read; its value may still be unreadable."""

    record: Record
    publisher: str
    name: str
    """As stored: `ticket-registered.v1`."""
    event_id: UUID
    subject: UUID
    sequence: int
    position: int
    previous: int
    """Position of the publisher's previous record in this partition; 0 for the first."""
    epoch: UUID
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    redriven: tuple[RowChange, ...] | None = None
    """Of a parked letter that is tried again: the letter's deletion, in place of the marks."""

    @property
    def mark(self) -> Mark:
        return Mark(mark_name(self.publisher, self.epoch, self.record.partition), self.position)

    @property
    def places(self) -> tuple[Mark, ...]:
        if self.record.offset is None:
            return ()
        name = place_name(self.publisher, self.epoch, self.record.partition)
        return (Mark(name, self.record.offset + 1),)

    @property
    def cause(self) -> Cause:
        """The cause of what a service does on hearing this; `actor` stays who began it."""
        return Cause(
            actor=self.actor,
            correlation_id=self.correlation_id,
            causation_id=self.event_id,
            traceparent=self.traceparent,
            marks=() if self.redriven is not None else (self.mark,),
            rows=self.redriven or (),
        )

    def envelope(self) -> "Envelope[Event] | None":
        """The event in its envelope; None if the type is unknown here.

        Raises UnreadableEventError, UnknownVersionError.
        """
        if self.record.value is None:
            raise UnreadableEventError(self.name)
        event = decode(self.publisher, self.name, self.record.value)
        return None if event is None else Envelope(self, event)


@dataclass(frozen=True, slots=True)
class Envelope(Generic[E_co]):
    """An event with what the carrier knows of it."""

    arrival: Arrival
    event: E_co

    @property
    def event_id(self) -> UUID:
        return self.arrival.event_id

    @property
    def recorded_at(self) -> datetime:
        return self.arrival.recorded_at

    @property
    def cause(self) -> Cause:
        return self.arrival.cause


def mark_name(publisher: str, epoch: UUID, partition: int) -> str:
    """The tracking name of what was read of a publisher's partition."""
    return f"mark/{publisher}/{epoch}/{partition}"


def place_name(publisher: str, epoch: UUID, partition: int) -> str:
    """The tracking name of the Kafka offset to seek to."""
    return f"offset/{publisher}/{epoch}/{partition}"


def source_of(service: str) -> str:
    """The CloudEvents source of a service's events."""
    return f"/huiyin/{service}"


def type_prefix(service: str) -> str:
    """What stands before an event's stored name in its CloudEvents type."""
    return f"huiyin.{service}."


def to_record(service: str, epoch: UUID, logged: LoggedEvent, previous: int) -> Record:
    """The published form of a stored event; its value is the stored bytes."""
    event = logged.event
    metadata, value = unpack(event.state)
    subject = str(event.stream).encode()
    headers: tuple[Header, ...] = (
        _SPECVERSION,
        ("ce_id", str(metadata.event_id).encode()),
        *_kind_of(service, event.name),
        ("ce_time", metadata.recorded_at.isoformat().encode()),
        ("ce_subject", subject),
        ("ce_sequence", b"%d" % event.version),
        ("ce_position", b"%d" % logged.position),
        ("ce_previous", b"%d" % previous),
        ("ce_epoch", str(epoch).encode()),
        ("ce_correlationid", str(metadata.correlation_id).encode()),
        ("ce_actor", metadata.actor.encode()),
        _JSON,
    )
    if metadata.causation_id:
        headers += (("ce_causationid", str(metadata.causation_id).encode()),)
    if metadata.traceparent:
        headers += (("traceparent", metadata.traceparent.encode()),)
    return Record(key=subject, headers=headers, value=value, partition=partition_of(event.stream))


_SPECVERSION = ("ce_specversion", b"1.0")
_JSON = ("content-type", b"application/json")


@cache
def _kind_of(service: str, name: str) -> tuple[Header, Header]:
    """What all events of one type have in common."""
    kind = type_prefix(service) + name
    return ("ce_source", source_of(service).encode()), ("ce_type", kind.encode())


@dataclass(frozen=True, slots=True)
class _Headers:
    values: dict[str, str] = field(default_factory=dict)

    def need(self, name: str, parse: Callable[[str], Parsed]) -> Parsed:
        try:
            return parse(self.values[name])
        except (KeyError, ValueError) as error:
            raise UnreadableRecordError(name) from error


def read_record(record: Record, publisher: str) -> Arrival:
    """The record's headers, checked against the topic's owner.

    Raises UnreadableRecordError where they do not say what the marks need.
    """
    try:
        headers = _Headers({name: value.decode() for name, value in record.headers})
    except UnicodeDecodeError as error:
        raise UnreadableRecordError("headers") from error
    if headers.need("ce_source", str) != source_of(publisher):
        raise UnreadableRecordError("ce_source")
    prefix = type_prefix(publisher)
    kind = headers.need("ce_type", str)
    position, previous = headers.need("ce_position", _count), headers.need("ce_previous", _count)
    if not kind.startswith(prefix):
        raise UnreadableRecordError("ce_type")
    if previous >= position:
        raise UnreadableRecordError("ce_previous")
    has_causation = "ce_causationid" in headers.values
    return Arrival(
        record=record,
        publisher=publisher,
        name=kind.removeprefix(prefix),
        event_id=headers.need("ce_id", UUID),
        subject=headers.need("ce_subject", UUID),
        sequence=headers.need("ce_sequence", _count),
        position=position,
        previous=previous,
        epoch=headers.need("ce_epoch", UUID),
        recorded_at=headers.need("ce_time", _moment),
        actor=headers.need("ce_actor", str),
        correlation_id=headers.need("ce_correlationid", UUID),
        causation_id=headers.need("ce_causationid", UUID) if has_causation else None,
        traceparent=headers.values.get("traceparent"),
    )


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number < 1 << 63:  # what both databases can hold
        raise ValueError(text)
    return number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
