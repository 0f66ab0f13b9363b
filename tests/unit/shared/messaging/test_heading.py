"""Whether headers were written or not, the same is read of a record."""

from dataclasses import replace
from uuid import UUID

import msgspec
import pytest
from aiokafka import ConsumerRecord

from shared.codec import Metadata, encode, name_of, pack
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.envelope import Record, UnreadableRecordError
from shared.messaging.headers import read_record, to_records
from shared.messaging.heading import LoggedHeaders, WireHeaders, heading_of
from shared.messaging.kafka.records import record_of
from shared.messaging.topics import partition_of
from tests.unit.shared.messaging.records import EPOCH, EVENT, NOW, SUBJECT, to_record

CAUSATION = UUID(int=9)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def logged(causation: UUID | None = CAUSATION, trace: str | None = TRACE) -> LoggedEvent:
    metadata = Metadata(
        event_id=UUID(int=5),
        recorded_at=NOW,
        actor="客服",
        correlation_id=SUBJECT,
        causation_id=causation,
        traceparent=trace,
    )
    return LoggedEvent(7, StoredEvent(SUBJECT, 3, name_of(EVENT), pack(metadata, encode(EVENT))))


def in_process(previous: int = 5, event: LoggedEvent | None = None) -> Record:
    return to_record("intake", EPOCH, event or logged(), previous)


def written(record: Record) -> Record:
    """As it comes from a broker."""
    return msgspec.structs.replace(record, headers=tuple(record.headers))


@pytest.mark.parametrize("event", [logged(), logged(None, None)], ids=["all", "the least"])
def test_a_record_of_this_process_says_what_its_headers_would_say(event: LoggedEvent) -> None:
    own = in_process(event=event)
    assert isinstance(own.headers, LoggedHeaders)
    from_wire = read_record(written(own), "intake")
    assert replace(read_record(own, "intake"), record=from_wire.record) == from_wire
    assert own == written(own)
    assert hash(own) == hash(written(own))
    assert own != in_process(previous=4, event=event)


def test_the_heading_is_the_same_written_or_not() -> None:
    own, from_wire = heading_of(in_process()), heading_of(written(in_process()))
    assert (own.kind, own.position, own.epoch) == (from_wire.kind, 7, from_wire.epoch)
    assert own.subject == from_wire.subject == SUBJECT.int
    assert own.last_seen == from_wire.last_seen
    told = msgspec.structs.replace(own.metadata, causation_id=None)
    assert from_wire.metadata == told, "who caused it is no part of a heading"


def test_records_go_on_from_the_last_one_of_their_partition() -> None:
    log = [LoggedEvent(position, logged().event) for position in (3, 4, 8)]
    number = partition_of(SUBJECT)
    previous = {number: 3}
    headers = [dict(one.headers) for one in to_records("intake", EPOCH, log, previous)]
    told = [(one["ce_previous"], one["ce_position"]) for one in headers]
    assert told == [(b"3", b"4"), (b"4", b"8")]
    assert previous == {number: 8}
    assert to_records("intake", EPOCH, log, {number + 1: 0}) == [], "nobody asked for them"


def test_a_record_of_another_service_or_out_of_order_is_refused_without_headers_too() -> None:
    with pytest.raises(UnreadableRecordError, match="ce_source"):
        read_record(in_process(), "dispatch")
    with pytest.raises(UnreadableRecordError, match="ce_previous"):
        read_record(in_process(previous=7), "intake")


@pytest.mark.parametrize(
    ("sound", "spoilt"),
    [
        (f'"event_id":"{UUID(int=5)}"', '"event_id":"none"'),
        (f'"correlation_id":"{SUBJECT}"', '"correlation_id":""'),
        (f'"causation_id":"{CAUSATION}"', '"causation_id":"7"'),
        ('30:00Z"', '30:00"'),
    ],
)
def test_metadata_that_is_not_what_it_promises_is_refused(sound: str, spoilt: str) -> None:
    event = logged()
    state = event.event.state.replace(sound.encode(), spoilt.encode(), 1)
    assert state != event.event.state
    spoilt_event = LoggedEvent(7, msgspec.structs.replace(event.event, state=state))
    for record in (in_process(event=spoilt_event), written(in_process(event=spoilt_event))):
        with pytest.raises(UnreadableRecordError):
            read_record(record, "intake")


@pytest.mark.parametrize(
    "lacking", ["ce_type", "ce_epoch", "ce_position", "ce_subject", "ce_id", "ce_time"]
)
def test_a_heading_from_the_wire_that_lacks_something_says_so_when_it_is_asked(
    lacking: str,
) -> None:
    headers = [one for one in in_process().headers if one[0] != lacking]
    heading = heading_of(msgspec.structs.replace(in_process(), headers=tuple(headers)))
    asked = {name: name.removeprefix("ce_") for name in ("ce_epoch", "ce_position", "ce_subject")}
    asked["ce_type"] = "kind"
    with pytest.raises(UnreadableRecordError):
        getattr(heading, asked.get(lacking, "metadata"))
    assert heading.last_seen == (
        b"" if lacking == "ce_id" else str(UUID(int=5)).encode(),
        b"" if lacking == "ce_epoch" else str(EPOCH).encode(),
    )


def test_a_subject_from_the_wire_that_is_no_id_is_refused() -> None:
    heading = WireHeaders({"ce_subject": b"7"})
    with pytest.raises(UnreadableRecordError, match="ce_subject"):
        _ = heading.subject


def test_a_header_without_a_value_is_an_empty_one() -> None:
    """Kafka allows it, and a stranger may send it."""
    sound = written(in_process())
    headers = (*sound.headers, ("traceparent", None))
    message = ConsumerRecord(
        topic="complaints.intake",
        partition=sound.partition,
        offset=3,
        timestamp=0,
        timestamp_type=0,
        key=sound.key,
        value=sound.value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=headers,  # type: ignore[arg-type]
    )
    assert tuple(record_of(message).headers) == (*sound.headers, ("traceparent", b""))
    assert record_of(replace(message, headers=tuple(sound.headers))).headers == sound.headers
