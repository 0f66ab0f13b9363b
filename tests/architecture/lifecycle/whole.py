"""The ticket's public status: the deciders of three services, joined by their own handlers.

What one decides is told to the others at once, by the functions that tell them in the product; only
stores and carriers are left out, so that thousands of commands take no time.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.dispatch.domain.ticket import TICKET as DISPATCH_TICKET
from services.dispatch.domain.ticket_commands import Takeovers
from services.dispatch.handlers import HANDLERS as DISPATCH
from services.dispatch.projections import work_order_changes
from services.intake.domain.ticket import TICKET
from services.intake.handlers import HANDLERS as INTAKE
from services.intake.projections import TICKETS, TicketSummary, ticket_changes
from services.revisit.domain.call_back import CALL_BACKS
from services.revisit.handlers import HANDLERS as REVISIT
from services.revisit.projections import revisit_changes
from shared.command_handler import Handled
from shared.contracts.terms import Event
from shared.decider import Decider
from shared.directory import load_directory
from shared.event_store import Append
from shared.messaging.envelope import Cause
from shared.packs import Packs, shipped
from shared.tables import Delete, Fold, RowChange, Table
from tests.unit.support.examples import AT, T

Rows = Mapping[tuple[str, str], Any]
Projection = Callable[[Any, int], Iterable[RowChange]]
CAUSE = Cause(actor="crm", correlation_id=UUID(int=1))
DIRECTORY = load_directory(None)


@dataclass(frozen=True)
class Stream:
    """What a service decided about the ticket so far."""

    state: Any
    version: int = 0


@dataclass(frozen=True)
class Whole:
    """A ticket in all three services, and the rows that they keep of it."""

    streams: Mapping[str, Stream]
    rows: Rows = field(default_factory=dict)

    @property
    def summary(self) -> TicketSummary | None:
        found: TicketSummary | None = self.rows.get((TICKETS.name, str(T)))
        return found

    @property
    def status(self) -> str:
        return self.summary.status if self.summary else "not_registered"


@dataclass
class Told:
    """An event on its way to the others."""

    event: Any
    cause: Cause = CAUSE
    recorded_at: datetime = AT


@dataclass
class Desk:
    """Stands for one service's container, its store and its command handler, in memory."""

    service: str
    decider: Decider[Any, Any, Any]
    project: Projection
    stream: Stream
    rows: dict[tuple[str, str], Any]
    said: deque[Any]
    directory: Any = DIRECTORY
    messages: Mapping[str, Any] = field(default_factory=dict)
    packs: Packs = field(default_factory=shipped)

    @property
    def takeovers(self) -> Takeovers:
        return Takeovers(packs=self.packs, directory=self.directory)

    @property
    def core(self) -> "Desk":
        return self

    @property
    def store(self) -> "Desk":
        return self

    @property
    def tickets(self) -> "Desk":
        return self

    @property
    def call_backs(self) -> "Desk":
        return self

    def now(self) -> datetime:
        return AT

    async def get(self, table: Table[Any], key: str) -> Any:  # noqa: ANN401 - any row
        return self.rows.get((table.name, key))

    async def load(self, _stream: UUID) -> tuple[Any, int]:
        return self.stream.state, self.stream.version

    async def append(self, append: Append) -> None:
        self.change(append.rows)

    async def handle(
        self,
        stream: UUID,
        command: object,
        cause: Cause,
        *,
        rows: Sequence[RowChange] = (),
        is_new: bool = False,
    ) -> Handled[Any]:
        del is_new
        self.change(cause.rows)
        events = self.decide(command, rows)
        return Handled(stream, self.stream.state, len(events))

    def decide(self, command: object, beside: Sequence[RowChange] = ()) -> Sequence[Event]:
        events = self.decider.decide(command, self.stream.state)
        if events:
            self.change(beside)
        version = self.stream.version
        for event in events:
            version += 1
            self.change(self.project(event, version))
        self.stream = Stream(self.decider.fold(events, self.stream.state), version)
        self.said += events
        return events

    def change(self, changes: Iterable[RowChange]) -> None:
        for one in changes:
            key = (one.table.name, one.key)
            match one:
                case Fold():
                    after = one.project(self.rows.get(key))
                    if after is not None:
                        self.rows[key] = after
                case Delete():
                    self.rows.pop(key, None)
                case _:
                    self.rows[key] = one.row


SERVICES: Mapping[str, tuple[Decider[Any, Any, Any], Projection, Mapping[Any, Any]]] = {
    "intake": (TICKET, ticket_changes, INTAKE),
    "dispatch": (DISPATCH_TICKET, work_order_changes, DISPATCH),
    "revisit": (CALL_BACKS, revisit_changes, REVISIT),
}
NOTHING = Whole({name: Stream(decider.initial) for name, (decider, _, _) in SERVICES.items()})


def ask(service: str, command: object, whole: Whole) -> tuple[Whole, bool]:
    """The ticket after the command and all that follows from it in the other services."""
    said: deque[Any] = deque()
    rows = dict(whole.rows)
    desks = {
        name: Desk(name, decider, project, whole.streams[name], rows, said)
        for name, (decider, project, _) in SERVICES.items()
    }
    decided = bool(desks[service].decide(command))
    while said:
        event = said.popleft()
        for name, (_, _, handlers) in SERVICES.items():
            handler = handlers.get(type(event))
            if handler is not None:
                _run(handler(Told(event), desks[name]))
    streams = {name: desk.stream for name, desk in desks.items()}
    return replace(whole, streams=streams, rows=rows), decided


def _run(told: Awaitable[None]) -> None:
    """Nothing here waits for anything."""
    for _ in told.__await__():
        raise AssertionError("a handler waits for something that is left out here")
