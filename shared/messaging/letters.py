"""Dead letters: events that could not be handled, kept in order with all that follows them.

A ticket with a letter is parked: its later events queue behind it until the letters are redriven
or discarded, head first. They live in the consumer's own store, where one transaction can hold the
letter and the mark.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

import msgspec

from shared.clock import Clock
from shared.event_store import Append, Mark, RowConflictError
from shared.group_commit import EventStore
from shared.messaging.envelope import Arrival, Header, Record, place_name, read_record
from shared.tables import Delete, Insert, Put, Query, Table

NAMESPACE = UUID("5a1d3c1e-6a57-4f0e-9d43-0f7a3f6f7f11")
MAX_SUBJECTS = 1000
MAX_LETTERS = 1000
"""Per subject. Beyond either the consumer stops, and says so: it never drops."""

LetterState = Literal["parked", "discarded"]


class LettersFullError(Exception):
    """No room for another letter: consumption waits until some are redriven or discarded."""


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


class DeadLetters:
    """One service's letters, and which subjects are parked by them."""

    def __init__(self, store: EventStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._parked: set[str] = set()
        self._last_order = 0

    async def load(self) -> None:
        """Learns anew which subjects are parked: at start, and when partitions change hands."""
        parked: set[str] = set()
        after = None
        while page := await self._store.query(
            Query(LETTERS, {"state": "parked"}, order=("sequence",), after=after, limit=500)
        ):
            parked.update(letter.subject for _, letter in page)
            after = (page[-1][1].order, page[-1][0])
        self._parked = parked

    async def is_parked(self, subject: str) -> bool:
        """Whether the subject's next event must queue; asks the store where it may be."""
        if subject not in self._parked:
            return False
        if await self.of(subject, limit=1):
            return True
        self._parked.discard(subject)
        return False

    async def of(self, subject: str, limit: int = MAX_LETTERS) -> list[Letter]:
        """The subject's parked letters, oldest first."""
        query = Query(
            LETTERS, {"state": "parked", "subject": subject}, order=("sequence",), limit=limit
        )
        return [letter for _, letter in await self._store.query(query)]

    async def get(self, letter_id: UUID) -> Letter | None:
        """The letter, parked or discarded; None once it was redriven."""
        return await self._store.get(LETTERS, str(letter_id))

    async def page(self, after: tuple[int, str] | None, limit: int) -> list[Letter]:
        """Parked letters of all subjects, oldest first."""
        query = Query(LETTERS, {"state": "parked"}, order=("sequence",), after=after, limit=limit)
        return [letter for _, letter in await self._store.query(query)]

    @property
    def parked_subjects(self) -> int:
        """How many subjects wait behind a letter."""
        return len(self._parked)

    async def park(self, arrival: Arrival, error: str, attempts: int) -> None:
        """The letter and the mark, in one transaction. Raises LettersFullError."""
        subject = _key(arrival.record) or str(arrival.subject)
        await self._check_room(subject)
        order = self._next_order()
        letter = Letter(
            letter_id=uuid5(NAMESPACE, f"{arrival.publisher}/{arrival.epoch}/{arrival.position}"),
            subject=subject,
            publisher=arrival.publisher,
            name=arrival.name,
            position=arrival.position,
            partition=arrival.record.partition,
            offset=arrival.record.offset,
            key=arrival.record.key,
            headers=arrival.record.headers,
            value=arrival.record.value,
            error=error,
            attempts=attempts,
            parked_at=self._clock.now(),
            order=order,
        )
        insert = Insert(LETTERS, str(letter.letter_id), letter)
        await self._store.append(Append(marks=[arrival.mark], rows=[insert]))
        self._parked.add(subject)

    async def set_aside(self, record: Record, publisher: str, epoch: UUID | None) -> None:
        """A record that does not say which event it is: kept under its own place, marks nothing."""
        subject = _key(record) or f"{publisher}/{record.partition}/{record.offset}"
        await self._check_room(subject)
        at = f"{publisher}/{epoch}/{record.partition}@{record.offset}"
        letter = Letter(
            letter_id=uuid5(NAMESPACE, at),
            subject=subject,
            publisher=publisher,
            name=None,
            position=None,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            headers=record.headers,
            value=record.value,
            error="UnreadableRecordError",
            attempts=1,
            parked_at=self._clock.now(),
            order=self._next_order(),
        )
        places = []
        if epoch is not None and record.offset is not None:
            places = [Mark(place_name(publisher, epoch, record.partition), record.offset + 1)]
        put = Put(LETTERS, str(letter.letter_id), letter)
        await self._store.append(Append(places=places, rows=[put]))
        self._parked.add(subject)

    async def discard(self, letter: Letter, reason: str, who: str) -> None:
        """Closes the letter for good, with its reason; the next one may run."""
        closed = msgspec.structs.replace(letter, state="discarded", reason=reason, closed_by=who)
        put = Put(LETTERS, str(letter.letter_id), closed)
        await self._store.append(Append(rows=[put]))

    async def _check_room(self, subject: str) -> None:
        full = subject not in self._parked and len(self._parked) >= MAX_SUBJECTS
        if full or len(await self.of(subject)) >= MAX_LETTERS:
            raise LettersFullError(subject)

    def _next_order(self) -> int:
        """Microseconds, strictly rising: a sequence keeps the order in which it was parked."""
        now = int(self._clock.now().timestamp() * 1_000_000)
        self._last_order = max(now, self._last_order + 1)
        return self._last_order


def _key(record: Record) -> str | None:
    return record.key.decode(errors="replace") if record.key else None


def arrival_of(letter: Letter) -> Arrival:
    """The letter as it arrived, its deletion in place of the mark. Raises UnreadableRecordError."""
    arrival = read_record(letter.record, letter.publisher)
    gone = Delete(LETTERS, str(letter.letter_id), required=True)
    return replace(arrival, redriven=(gone,))


def redriven(error: RowConflictError) -> bool:
    """Whether somebody else redrove the letter first."""
    return error.table == LETTERS.name
