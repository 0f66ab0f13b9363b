"""One event set aside, and the table that keeps it."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.event_store import RowConflictError
from shared.messaging.envelope import Arrival, Header, Record
from shared.messaging.headers import read_record
from shared.tables import Delete, Insert, RowChange, Table, is_storable

LetterState = Literal["parked", "discarded", "redriven"]
ClosedState = Literal["discarded", "redriven"]
CLOSED: tuple[ClosedState, ...] = ("discarded", "redriven")


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
    closed_at: datetime | None = None

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


@dataclass(frozen=True)
class Closing:
    """Who closes a letter, when and why; without a name the consumer did so by itself."""

    at: datetime
    by: str | None = None
    reason: str | None = None


def closed_key(letter_id: UUID, state: ClosedState) -> str:
    return f"{state}/{letter_id}"


def closed(letter: Letter, state: ClosedState, closing: Closing) -> tuple[RowChange, ...]:
    """The letter gone from its line, and kept as it was closed.

    Under a key of its own, so that who closes it at the same moment finds it gone.
    """
    kept = msgspec.structs.replace(
        letter,
        state=state,
        reason=closing.reason,
        closed_by=closing.by,
        closed_at=closing.at,
    )
    gone = Delete(LETTERS, str(letter.letter_id), required=True)
    return gone, Insert(LETTERS, closed_key(letter.letter_id, state), kept)


def arrival_of(letter: Letter, closing: Closing) -> Arrival:
    """The letter as it arrived, its closing in place of the mark. Raises UnreadableRecordError."""
    arrival = read_record(letter.record, letter.publisher)
    return replace(arrival, redriven=closed(letter, "redriven", closing))


def redriven(error: RowConflictError) -> bool:
    """Whether somebody else redrove the letter first."""
    return error.table == LETTERS.name
