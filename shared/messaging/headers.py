"""A record's headers: CloudEvents 1.0 in binary mode, and our extensions.

https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import TypeVar
from uuid import UUID

from shared.codec import unpack_text
from shared.event_store import LoggedEvent
from shared.messaging.envelope import Arrival, Header, Record, UnreadableRecordError
from shared.messaging.heading import LoggedHeaders, kind_of, source_of, text_of, type_prefix
from shared.messaging.topics import partition_of

Parsed = TypeVar("Parsed")


def to_records(
    service: str, epoch: UUID, log: Iterable[LoggedEvent], previous: dict[int, int]
) -> list[Record]:
    """The published form of a log's events, in its order; their values are the stored bytes.

    `previous` has the position of the last record in each partition, and moves on. Events of
    partitions that it lacks, and those up to that position, are left out.
    """
    epoch_text, records = text_of(epoch), []
    for logged in log:
        event, position = logged.event, logged.position
        partition = partition_of(event.stream)
        before = previous.get(partition, position)
        if before < position:
            metadata, value = unpack_text(event.state)
            kind = kind_of(service, event.name)
            headers = LoggedHeaders(service, epoch_text, kind, position, before, event, metadata)
            records.append(Record(text_of(event.stream), headers, value, partition))
            previous[partition] = position
    return records


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
    if isinstance(record.headers, LoggedHeaders):
        return _as_logged(record, record.headers, publisher)
    headers = _read_headers(record.headers)
    if headers.need("ce_source", str) != source_of(publisher):
        raise UnreadableRecordError("ce_source")
    position, previous = headers.need("ce_position", _count), headers.need("ce_previous", _count)
    if previous >= position:
        raise UnreadableRecordError("ce_previous")
    has_causation = "ce_causationid" in headers.values
    return Arrival(
        record=record,
        publisher=publisher,
        name=headers.need("ce_type", partial(_name_in, type_prefix(publisher))),
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


def _read_headers(given: Iterable[Header]) -> _Headers:
    try:
        return _Headers({name: value.decode() for name, value in given})
    except UnicodeDecodeError as error:
        raise UnreadableRecordError("headers") from error


def _name_in(prefix: str, kind: str) -> str:
    if not kind.startswith(prefix):
        raise ValueError(kind)
    return kind.removeprefix(prefix)


def _as_logged(record: Record, headers: LoggedHeaders, publisher: str) -> Arrival:
    """The same of what was never written into headers."""
    event, metadata = headers.event, headers.metadata
    if headers.service != publisher:
        raise UnreadableRecordError("ce_source")
    if headers.previous >= headers.position:
        raise UnreadableRecordError("ce_previous")
    if metadata.recorded_at.tzinfo is None:
        raise UnreadableRecordError("ce_time")
    causation = metadata.causation_id
    try:
        return Arrival(
            record=record,
            publisher=publisher,
            name=event.name,
            event_id=UUID(metadata.event_id),
            subject=event.stream,
            sequence=event.version,
            position=headers.position,
            previous=headers.previous,
            epoch=_epoch_of(headers.epoch),
            recorded_at=metadata.recorded_at,
            actor=metadata.actor,
            correlation_id=UUID(metadata.correlation_id),
            causation_id=UUID(causation) if causation else None,
            traceparent=metadata.traceparent,
        )
    except ValueError as error:
        raise UnreadableRecordError("metadata") from error


@cache
def _epoch_of(text: bytes) -> UUID:
    return UUID(text.decode())


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
