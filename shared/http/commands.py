"""A command over HTTP: parsed, about something that the caller may see, carried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from fastapi import Request

from shared.command_handler import CommandHandler, Handled, Identity
from shared.contracts.terms import Case, Event
from shared.http.callers import Caller, authorize, identity_of, needed_identity_of
from shared.http.fields import CommandBody
from shared.http.requests import at_or_now, if_match, read, says_nothing
from shared.keys import Scope
from shared.service import Core
from shared.tables import RowChange
from shared.vault import Deposit


class Subject(Protocol):
    """What a command is about: something of one ticket, whose stream keeps it."""

    @property
    def ticket_id(self) -> UUID: ...
    @property
    def case(self) -> Case: ...


BodyType = TypeVar("BodyType", bound=CommandBody)
SubjectType = TypeVar("SubjectType", bound=Subject)
Command = TypeVar("Command")
State = TypeVar("State")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Sent(Generic[BodyType]):
    """A command as it came: who sent it, when that happened, and on which versions (If-Match)."""

    caller: Caller
    body: BodyType
    at: datetime
    identity: Identity | None
    versions: frozenset[int] | None

    def about(self, subject: SubjectType) -> "Asked[BodyType, SubjectType]":
        """The same, once it is known that the caller may see what it is about."""
        texts = Deposit(subject.case.customer_ref)
        return Asked(self.caller, self.body, self.at, self.identity, self.versions, subject, texts)


@dataclass(frozen=True)
class Asked(Sent[BodyType], Generic[BodyType, SubjectType]):
    """A command about its subject, with the texts that it puts into the vault."""

    subject: SubjectType
    texts: Deposit


async def read_command(
    request: Request,
    core: Core,
    scope: Scope,
    model: type[BodyType],
    *,
    needs_version: bool = False,
    needs_key: bool = False,
    may_say_nothing: bool = False,
) -> Sent[BodyType]:
    """The request, parsed; without a body only where the command `may_say_nothing`.

    Raises Problem: 401, 403, 413, 415, 422, 428 without a version, 400 without a key.
    """
    caller = authorize(request, scope)
    body = model() if may_say_nothing and says_nothing(request) else await read(request, model)
    return Sent(
        caller,
        body,
        at_or_now(body.at, core.now()),
        (needed_identity_of if needs_key else identity_of)(request, caller, body),
        if_match(request, required=needs_version),
    )


async def carry_out(
    handler: CommandHandler[Command, State, E], asked: Asked[Any, Any], command: Command
) -> Handled[State]:
    """Runs the command on its ticket's stream, with its texts; raises what the handler raises."""
    stream, rows = asked.subject.ticket_id, asked.texts.rows
    return await carry_out_on(handler, stream, asked, command, rows=rows)


async def carry_out_on(
    handler: CommandHandler[Command, State, E],
    stream: UUID,
    sent: Sent[Any],
    command: Command,
    *,
    rows: Sequence[RowChange] = (),
) -> Handled[State]:
    """The same on any stream; `rows` are stored with the events, texts of the customer's too."""
    return await handler.handle(
        stream,
        command,
        sent.caller.cause,
        rows=rows,
        identity=sent.identity,
        if_match=sent.versions,
    )
