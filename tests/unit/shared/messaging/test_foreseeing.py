"""A dry run of a redrive: what today's code would make of each letter, and nothing handled."""

from uuid import UUID

from msgspec.structs import replace

from shared.contracts.intake import TicketWithdrawn
from shared.contracts.terms import PersonalDataRead
from shared.messaging.envelope import Envelope, Record
from shared.messaging.foreseeing import Foresee, foreseen
from shared.messaging.letter import Letter
from shared.messaging.receiving import Receiver
from tests.unit.shared.messaging.records import arrival


async def never(envelope: Envelope[PersonalDataRead]) -> None:
    raise AssertionError(envelope)


READS = Receiver({PersonalDataRead: never}).foresee
PASSES_BY = Receiver({TicketWithdrawn: never}).foresee


def letter(number: int, record: Record) -> Letter:
    given = arrival()
    return Letter(
        letter_id=UUID(int=number),
        subject="s",
        publisher=given.publisher,
        name=given.name,
        position=number,
        partition=record.partition,
        offset=None,
        key=record.key,
        headers=tuple(record.headers),
        value=record.value,
        error="KeyError",
        attempts=3,
        parked_at=given.recorded_at,
        order=number,
    )


def told(records: list[Record], foresee: Foresee | None) -> list[tuple[str, str | None]]:
    letters = [letter(number, record) for number, record in enumerate(records, 1)]
    found = foreseen(letters, foresee)
    assert [one.letter for one in found] == letters
    return [(one.outlook, one.error) for one in found]


SOUND = arrival().record
BROKEN = replace(SOUND, value=b"{")
HEADLESS = replace(SOUND, headers=())


def test_a_letter_that_is_read_today_is_handled() -> None:
    assert told([SOUND], READS) == [("handled", None)]


def test_one_that_nobody_handles_here_has_no_effect() -> None:
    assert told([SOUND], PASSES_BY) == [("no-effect", None)]


def test_what_is_still_unreadable_keeps_all_behind_it_waiting() -> None:
    for broken, error in ((BROKEN, "UnreadableEventError"), (HEADLESS, "UnreadableRecordError")):
        assert told([SOUND, broken, SOUND], READS) == [
            ("handled", None),
            ("fails", error),
            ("waits", None),
        ]


def test_a_later_version_of_what_is_handled_here_fails() -> None:
    later = tuple(
        (key, value.replace(b".v1", b".v9") if key == "ce_type" else value)
        for key, value in SOUND.headers
    )
    assert told([replace(SOUND, headers=later)], READS) == [("fails", "UnknownVersionError")]


def test_a_service_that_reads_all_anew_redrives_nothing() -> None:
    assert told([SOUND, BROKEN], None) == [("not-redriven", None)] * 2
