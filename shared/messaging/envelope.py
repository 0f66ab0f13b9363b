"""The record that both carriers hand over, and the event in it with what the carrier knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from shared.codec import UnreadableEventError, decode
from shared.contracts.terms import Event
from shared.event_store import Append, Mark
from shared.tables import RowChange

E_co = TypeVar("E_co", bound=Event, covariant=True)
Header = tuple[str, bytes]


class UnreadableRecordError(ValueError):
    """The headers do not say which event of whose log this is."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """What is on the wire; `offset` is None in embedded mode."""

    key: bytes | None
    headers: Iterable[Header]
    """Within one process they are made when they are gone through."""
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
