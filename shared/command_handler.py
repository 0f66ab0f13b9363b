"""From a command to stored events: fold the stream, decide, append; the only way to write one."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from shared.clock import Clock
from shared.codec import Metadata, decode, encode, name_of, pack, unpack
from shared.contracts.terms import Event
from shared.decider import Decider
from shared.event_store import (
    Append,
    Backend,
    RowConflictError,
    StoredEvent,
    StreamConflictError,
)
from shared.group_commit import EventStore
from shared.ids import new_id
from shared.messaging.envelope import Cause
from shared.tables import Insert, RowChange, Table

Command = TypeVar("Command")
State = TypeVar("State")
E = TypeVar("E", bound=Event)

MAX_TRIES = 20
"""Lost races before a command gives up; each loser has seen another one win."""


class IdempotencyRow(msgspec.Struct, frozen=True):
    """What a key did the first time."""

    fingerprint: str
    stream: UUID
    version: int


IDEMPOTENCY = Table("idempotency", IdempotencyRow)


@dataclass(frozen=True)
class Identity:
    """An idempotency key within its scope, and the keyed hash of the validated body."""

    key: str
    fingerprint: str


class IdempotencyKeyReusedError(Exception):
    """The key came before, with another body."""


class StaleVersionError(Exception):
    """The caller decided on an older version than the stream's; `actual` is the one now."""

    def __init__(self, actual: int) -> None:
        super().__init__(f"version {actual}")
        self.actual = actual


@dataclass(frozen=True)
class Handled(Generic[State]):
    """The state that the command left, or had left when its key first came."""

    stream: UUID
    state: State
    version: int
    replayed: bool = False


class CommandHandler(Generic[Command, State, E]):
    """Runs one decider over the streams of one service; `project` names the views' changes."""

    def __init__(
        self,
        service: str,
        store: EventStore,
        decider: Decider[Command, State, E],
        clock: Clock,
        project: Callable[[E, int], Iterable[RowChange]] = lambda _event, _version: (),
    ) -> None:
        self._service = service
        self._store = store
        self._decider = decider
        self._clock = clock
        self._project = project

    async def load(self, stream: UUID, up_to: int | None = None) -> tuple[State, int]:
        """The stream's state and version; the initial state and 0 if it is not there."""
        return self.fold(await self._store.read(stream, up_to))

    def fold(self, stored: Sequence[StoredEvent]) -> tuple[State, int]:
        """The same of a stream that was read."""
        state = self._decider.initial
        for event in stored:
            _, data = unpack(event.state)
            decoded = decode(self._service, event.name, data)
            state = self._decider.evolve(state, decoded)  # type: ignore[arg-type]
        return state, stored[-1].version if stored else 0

    async def handle(
        self,
        stream: UUID,
        command: Command,
        cause: Cause,
        *,
        rows: Sequence[RowChange] = (),
        identity: Identity | None = None,
        if_match: Collection[int] | None = None,
        is_new: bool = False,
    ) -> Handled[State]:
        """Decides and stores; a lost race decides again on what won.

        `rows` are stored with the events and not at all if nothing is decided. `is_new` spares
        the reading of a stream that should not be there yet. Raises the decider's broken rules,
        IdempotencyKeyReusedError, StaleVersionError and what the store raises.
        """
        version = 0
        for attempt in range(MAX_TRIES):
            first: IdempotencyRow | None = None
            stored: list[StoredEvent] = []
            if attempt or not is_new:
                first, stored = await self._store.run(_reading(stream, identity))
            if first is not None and identity is not None:
                return await self._replay(first, identity)
            state, version = self.fold(stored)
            if if_match is not None and version not in if_match:
                raise StaleVersionError(version)
            events = self._decider.decide(command, state)
            try:
                await self._append(stream, version, events, cause, rows, identity)
            except StreamConflictError:
                continue
            except RowConflictError as conflict:
                if conflict.table != IDEMPOTENCY.name:
                    raise
                continue
            state = self._decider.fold(events, state)
            return Handled(stream, state, version + len(events))
        raise StreamConflictError(stream, version)

    async def _replay(self, first: IdempotencyRow, identity: Identity) -> Handled[State]:
        if first.fingerprint != identity.fingerprint:
            raise IdempotencyKeyReusedError
        state, version = await self.load(first.stream, first.version)
        return Handled(first.stream, state, version, replayed=True)

    async def _append(
        self,
        stream: UUID,
        version: int,
        events: Sequence[E],
        cause: Cause,
        rows: Sequence[RowChange],
        identity: Identity | None,
    ) -> None:
        changes = [*cause.rows]
        if events:
            changes += rows
        for ahead, event in enumerate(events, 1):
            changes += self._project(event, version + ahead)
        if identity is not None:
            row = IdempotencyRow(identity.fingerprint, stream, version + len(events))
            changes.append(Insert(IDEMPOTENCY, identity.key, row))
        if not events and not changes:
            return  # a repeat: the consumer moves its mark by itself
        now = self._clock.now()
        await self._store.append(
            Append(
                stream=stream,
                expected_version=version,
                events=[stamp(event, cause, now) for event in events],
                marks=cause.marks,
                places=cause.places,
                rows=changes,
            )
        )


def stamp(event: Event, cause: Cause, now: datetime) -> tuple[str, bytes]:
    """The event as an append takes it: its name, and its bytes under who, when and why."""
    metadata = Metadata(
        event_id=new_id(),
        recorded_at=now,
        actor=cause.actor,
        correlation_id=cause.correlation_id,
        causation_id=cause.causation_id,
        traceparent=cause.traceparent,
    )
    return name_of(event), pack(metadata, encode(event))


def _reading(
    stream: UUID, identity: Identity | None
) -> Callable[[Backend], tuple[IdempotencyRow | None, list[StoredEvent]]]:
    def read(backend: Backend) -> tuple[IdempotencyRow | None, list[StoredEvent]]:
        first = backend.read_row(IDEMPOTENCY, identity.key) if identity else None
        return first, backend.read_stream(stream)

    return read
