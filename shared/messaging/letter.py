"""One event set aside, and the table that keeps it."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.event_store import RowConflictError
from shared.messaging.envelope import Arrival, Header, Record
from shared.messaging.headers import read_record
from shared.tables import Delete, Table, is_storable

LetterState = Literal["parked", "discarded"]


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One event set aside, with its bytes as they came."""

    letter_id: UUID
    subject: str
    """The Kafka key; without one the partition and offset."""
    publisher: str
    name: str | None
    position: int | None
    partition: int
    offset: int | None
    key: bytes | None
    headers: tuple[Header, ...]
    value: bytes | None
    error: str
    """The error's class, never its text: texts quote what people wrote."""
    attempts: int
    parked_at: datetime
    order: int
    state: LetterState = "parked"
    reason: str | None = None
    closed_by: str | None = None

    @property
    def record(self) -> Record:
        return Record(self.key, self.headers, self.value, self.partition, self.offset)


LETTERS = Table(
    "letters",
    Letter,
    {
        "subject": lambda letter: letter.subject,
        "state": lambda letter: letter.state,
        "sequence": lambda letter: letter.order,
    },
    numeric=frozenset({"sequence"}),
    indexes=(("state", "subject", "sequence"),),
)


class LetterAnswer(msgspec.Struct, frozen=True):
    """What was answered to who redrove or discarded a letter under an idempotency key."""

    fingerprint: str
    content: dict[str, Any]


LETTER_ANSWERS = Table("letter_answers", LetterAnswer)


def subject_of(record: Record) -> str | None:
    """Whose sequence the record belongs to: its key, as text that every store can hold."""
    if not record.key:
        return None
    text = record.key.decode(errors="backslashreplace")
    return text if is_storable(text) else sha256(record.key).hexdigest()


def discarded_key(letter_id: UUID) -> str:
    return f"discarded/{letter_id}"


def arrival_of(letter: Letter) -> Arrival:
    """The letter as it arrived, its deletion in place of the mark. Raises UnreadableRecordError."""
    arrival = read_record(letter.record, letter.publisher)
    gone = Delete(LETTERS, str(letter.letter_id), required=True)
    return replace(arrival, redriven=(gone,))


def redriven(error: RowConflictError) -> bool:
    """Whether somebody else redrove the letter first."""
    return error.table == LETTERS.name
