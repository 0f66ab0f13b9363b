"""Dead letters: events that could not be handled, kept in order with all that follows them.

A ticket with a letter is parked: its later events queue behind it until the letters are redriven
or discarded, head first. They live in the consumer's own store, where one transaction can hold the
letter and the mark.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec

from shared.clock import Clock
from shared.decider import BrokenRuleError
from shared.event_store import Append, Mark, RowConflictError
from shared.group_commit import EventStore
from shared.messaging.envelope import Arrival, Record
from shared.messaging.letter import (
    CLOSED,
    LETTER_ANSWERS,
    LETTERS,
    Closing,
    Letter,
    LetterAnswer,
    LetterState,
    closed,
    closed_key,
    subject_of,
)
from shared.tables import Fold, Insert, Put, Query, RowChange

__all__ = [
    "LETTERS",
    "LETTER_ANSWERS",
    "DeadLetters",
    "Letter",
    "LetterAnswer",
    "LetterClosedError",
    "LettersFullError",
]

NAMESPACE = UUID("5a1d3c1e-6a57-4f0e-9d43-0f7a3f6f7f11")
MAX_SUBJECTS = 1000
MAX_LETTERS = 1000
"""Per subject. Beyond either the consumer stops, and says so: it never drops."""


class LettersFullError(Exception):
    """No room for another letter: consumption waits until some are redriven or discarded."""


class LetterClosedError(BrokenRuleError):
    """Somebody redrove or discarded it before."""

    code = "letter-closed"
    zh = "此死信已被重新处理或放弃，无需再处理。"
    en = "The letter was redriven or discarded already: there is nothing left to do."


class DeadLetters:
    """One service's letters, and which subjects are parked by them."""

    def __init__(self, service: str, store: EventStore, clock: Clock) -> None:
        self._service = service
        self._store = store
        self._clock = clock
        self._parked: dict[str, int] = {}
        """How many letters a subject has at most: others may have redriven some."""
        self._last_order = 0

    async def load(self) -> None:
        """Learns anew which subjects are parked: at start, and when partitions change hands."""
        found: Counter[str] = Counter()
        before = dict(self._parked)
        after = None
        while page := await self._store.query(
            Query(LETTERS, {"state": "parked"}, order=("sequence",), after=after, limit=500)
        ):
            found.update(letter.subject for _, letter in page)
            after = (page[-1][1].order, page[-1][0])
        for subject in before.keys() | found:
            if self._parked.get(subject) == before.get(subject):  # else parked meanwhile
                self._know(subject, found[subject])

    async def is_parked(self, subject: str) -> bool:
        """Whether the subject's next event must queue; asks the store where it may be."""
        before = self._parked.get(subject)
        if before is None:
            return False
        if not await self.of(subject, limit=1) and self._parked.get(subject) == before:
            self._know(subject, 0)
        return subject in self._parked

    async def look_for(self, subject: str) -> None:
        """Learns of letters that another instance wrote."""
        if subject not in self._parked and (letters := await self.of(subject)):
            self._know(subject, len(letters))

    def _know(self, subject: str, letters: int) -> None:
        if letters:
            self._parked[subject] = letters
        else:
            self._parked.pop(subject, None)

    async def of(self, subject: str, limit: int = MAX_LETTERS) -> list[Letter]:
        """The subject's parked letters, oldest first."""
        return [letter for _, letter in await self._store.query(self._of(subject, limit))]

    def _of(self, subject: str, limit: int) -> Query[Letter]:
        equal = {"state": "parked", "subject": subject}
        return Query(LETTERS, equal, order=("sequence",), limit=limit)

    async def get(self, letter_id: UUID) -> Letter | None:
        """The letter, parked or closed."""
        for key in (str(letter_id), *(closed_key(letter_id, state) for state in CLOSED)):
            if letter := await self._store.get(LETTERS, key):
                return letter
        return None

    async def page(
        self,
        after: tuple[int, str] | None,
        limit: int,
        subject: str | None = None,
        state: LetterState = "parked",
    ) -> list[Letter]:
        """Letters of all subjects, or of one: parked ones oldest first, closed ones newest."""
        equal: dict[str, str | int | None] = {"state": state}
        if subject is not None:
            equal["subject"] = subject
        query = Query(
            LETTERS,
            equal,
            order=("sequence",),
            after=after,
            descending=state != "parked",
            limit=limit,
        )
        return [letter for _, letter in await self._store.query(query)]

    @property
    def parked_subjects(self) -> int:
        """How many subjects wait behind a letter."""
        return len(self._parked)

    async def park(self, arrival: Arrival, error: str, attempts: int) -> Letter:
        """The letter and the mark, in one transaction. Raises LettersFullError."""
        subject = subject_of(arrival.record) or str(arrival.subject)
        at = f"{arrival.publisher}/{arrival.epoch}/{arrival.position}"
        letter = msgspec.structs.replace(
            await self._letter(at, subject, arrival.record, arrival.publisher, error),
            name=arrival.name,
            position=arrival.position,
            attempts=attempts,
        )
        await self._check_room(subject)
        insert = Insert(LETTERS, str(letter.letter_id), letter)
        await self._store.append(Append(marks=[arrival.mark], rows=[insert]))
        self._know(subject, self._parked.get(subject, 0) + 1)
        return letter

    async def set_aside(self, record: Record, publisher: str, places: Sequence[Mark]) -> None:
        """A record that does not say which event it is: kept under its own place, marks nothing."""
        at = f"{publisher}/{record.partition}@{record.offset}"
        if record.offset is None:
            at += sha256(repr(tuple(record.headers)).encode()).hexdigest()
        subject = subject_of(record) or at
        letter = await self._letter(at, subject, record, publisher, "UnreadableRecordError")
        if await self.get(letter.letter_id) is not None:  # read again after a crash
            await self.look_for(subject)
            return
        await self._check_room(subject)
        put = Put(LETTERS, str(letter.letter_id), letter)
        await self._store.append(Append(places=places, rows=[put]))
        self._know(subject, self._parked.get(subject, 0) + 1)

    async def failed_again(self, letter: Letter, error: str) -> None:
        """Counts an attempt, if the letter is still there."""

        def count(row: Letter | None) -> Letter | None:
            return row and msgspec.structs.replace(row, error=error, attempts=row.attempts + 1)

        await self._store.append(Append(rows=[Fold(LETTERS, str(letter.letter_id), count)]))

    async def discard(
        self, letter: Letter, reason: str, who: str, rows: Sequence[RowChange] = ()
    ) -> None:
        """Closes the letter for good, with its reason; the next one may be redriven.

        Raises LetterClosedError.
        """
        closing = Closing(self._clock.now(), who, reason)
        try:
            await self._store.append(Append(rows=[*closed(letter, "discarded", closing), *rows]))
        except RowConflictError as conflict:
            if conflict.table != LETTERS.name:
                raise
            raise LetterClosedError from None

    async def _letter(
        self, at: str, subject: str, record: Record, publisher: str, error: str
    ) -> Letter:
        return Letter(
            letter_id=uuid5(NAMESPACE, f"{self._service} {at}"),
            subject=subject,
            publisher=publisher,
            name=None,
            position=None,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            headers=tuple(record.headers),
            value=record.value,
            error=error,
            attempts=1,
            parked_at=self._clock.now(),
            order=await self._next_order(subject),
        )

    async def _check_room(self, subject: str) -> None:
        if self._is_full(subject):
            await self.load()
        if self._is_full(subject):
            raise LettersFullError(subject)

    def _is_full(self, subject: str) -> bool:
        letters = self._parked.get(subject)
        return len(self._parked) >= MAX_SUBJECTS if letters is None else letters >= MAX_LETTERS

    async def _next_order(self, subject: str) -> int:
        """Microseconds, strictly rising: a sequence keeps the order in which it was parked.

        Another instance may have begun it, by a clock that is ahead of this one.
        """
        if subject in self._parked:
            newest = replace(self._of(subject, 1), descending=True)
            for _, letter in await self._store.query(newest):
                self._last_order = max(self._last_order, letter.order)
        now = int(self._clock.now().timestamp() * 1_000_000)
        self._last_order = max(now, self._last_order + 1)
        return self._last_order
