"""A record's headers: CloudEvents 1.0 in binary mode, and our extensions.

https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TypeVar
from uuid import UUID

from shared.codec import unpack
from shared.event_store import LoggedEvent
from shared.messaging.envelope import Arrival, Header, Record, UnreadableRecordError
from shared.messaging.topics import partition_of

Parsed = TypeVar("Parsed")


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
