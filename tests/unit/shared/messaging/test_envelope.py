from uuid import UUID

import pytest

from shared.codec import UnreadableEventError
from shared.messaging.envelope import Record, UnreadableRecordError
from shared.messaging.headers import read_record
from tests.unit.shared.messaging.records import EPOCH, EVENT, NOW, SUBJECT, arrival, record


def test_a_record_says_whose_event_it_is_and_what_came_before() -> None:
    found = read_record(record(7, 5), "intake")

    assert (found.position, found.previous, found.sequence) == (7, 5, 7)
    assert (found.epoch, found.subject, found.event_id) == (EPOCH, SUBJECT, UUID(int=7))
    assert (found.name, found.actor, found.recorded_at) == ("personal-data-read.v1", "客服", NOW)
    assert found.record.key == str(SUBJECT).encode()


def test_the_event_comes_back_as_it_was() -> None:
    envelope = arrival().envelope()

    assert envelope is not None
    assert envelope.event == EVENT


def test_the_effect_of_an_event_moves_its_mark() -> None:
    found = arrival(7, 5)

    assert found.cause.marks == (found.mark,)
    assert found.cause.causation_id == found.event_id


def test_a_record_without_value_holds_no_event() -> None:
    bare = record()
    empty = Record(bare.key, bare.headers, None, bare.partition)

    with pytest.raises(UnreadableEventError):
        read_record(empty, "intake").envelope()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ce_id", "1"),
        ("ce_source", "/huiyin/sla"),
        ("ce_type", "huiyin.sla.personal-data-read.v1"),
        ("ce_time", "2026-11-21T09:30:00"),
        ("ce_subject", ""),
        ("ce_sequence", "-1"),
        ("ce_position", "0"),
        ("ce_position", str(1 << 63)),
        ("ce_previous", "7"),
        ("ce_epoch", "epoch"),
        ("ce_correlationid", "?"),
        ("ce_causationid", "?"),
    ],
)
def test_a_header_that_says_something_else_makes_it_unreadable(name: str, text: str) -> None:
    sound = record(7, 5)
    headers = [*(each for each in sound.headers if each[0] != name), (name, text.encode())]

    with pytest.raises(UnreadableRecordError):
        read_record(Record(sound.key, tuple(headers), sound.value, sound.partition), "intake")
