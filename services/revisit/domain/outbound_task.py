"""A call to a customer at a key moment, as far as revisit decides about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from services.revisit.domain.commands import (
    AttemptOutboundTask,
    ConcludeOutboundTask,
    CreateOutboundTask,
    OutboundTaskCommand,
)
from services.revisit.domain.errors import (
    BeforeOutboundTaskError,
    InformationNotPassedError,
    OutboundNotOfferedError,
    OutboundTaskConcludedError,
    OutboundTaskNotCreatedError,
    OutboundTaskSuppressedError,
    OutsideContactTimeError,
)
from services.revisit.domain.outbound_rules import OutboundRules
from shared.contracts.revisit import (
    ExemptedBy,
    OutboundTaskAttempted,
    OutboundTaskConcluded,
    OutboundTaskCreated,
    OutboundTaskEvent,
    OutboundTaskSuppressed,
)
from shared.decider import LEEWAY, Decider


@dataclass(frozen=True)
class NotCreated:
    """Nothing is known of it."""


@dataclass(frozen=True)
class Suppressed:
    """Nobody calls."""

    suppressed: OutboundTaskSuppressed


@dataclass(frozen=True)
class Open:
    """The customer is to be called."""

    created: OutboundTaskCreated
    attempts: tuple[OutboundTaskAttempted, ...] = ()


@dataclass(frozen=True)
class Concluded:
    """Done, or given up."""

    created: OutboundTaskCreated
    attempts: tuple[OutboundTaskAttempted, ...]
    result: OutboundTaskConcluded


OutboundTask = NotCreated | Suppressed | Open | Concluded


def create(command: CreateOutboundTask, task: OutboundTask) -> list[OutboundTaskEvent]:
    """M-02."""
    match task:
        case NotCreated():
            if command.rules is None:
                raise OutboundNotOfferedError
            return [_created(command, command.rules)]
        case Suppressed() | Open() | Concluded():
            return []  # a repeat
        case _:
            assert_never(task)


def _created(
    command: CreateOutboundTask, rules: OutboundRules
) -> OutboundTaskCreated | OutboundTaskSuppressed:
    exempted_by: ExemptedBy | None = "client" if command.exempt else None
    if command.moment in rules.outbound.exempt_moments:
        exempted_by = exempted_by or "pack"
    if exempted_by is not None:
        return OutboundTaskSuppressed(
            task_id=command.task_id,
            client=command.client,
            customer_ref=command.customer_ref,
            pack=rules.pack.name,
            pack_version=rules.pack.version,
            moment=command.moment,
            exempted_by=exempted_by,
            passed_to=command.passed_to,
            at=command.at,
        )
    return OutboundTaskCreated(
        task_id=command.task_id,
        client=command.client,
        customer_ref=command.customer_ref,
        pack=rules.pack.name,
        pack_version=rules.pack.version,
        moment=command.moment,
        due_at=command.due_at or rules.due_at(command.at),
        passed_to=command.passed_to,
        at=command.at,
    )


def attempt(command: AttemptOutboundTask, task: OutboundTask) -> list[OutboundTaskEvent]:
    """M-04; how often the customer was called is judged under the write lock, over all tasks."""
    match task:
        case NotCreated():
            raise OutboundTaskNotCreatedError
        case Suppressed():
            raise OutboundTaskSuppressedError
        case _ if _is_too_early(command.at, task):
            raise BeforeOutboundTaskError
        case _ if any(_is_same(command, earlier) for earlier in task.attempts):
            return []  # a repeat
        case Open() if not command.rules.may_call_at(command.at):
            raise OutsideContactTimeError
        case Open(created=created):
            return [_attempted(command, created)]
        case Concluded():
            raise OutboundTaskConcludedError
        case _:
            assert_never(task)


def _is_too_early(at: datetime, task: Open | Concluded) -> bool:
    return at < task.created.at - LEEWAY


def _is_same(command: AttemptOutboundTask, earlier: OutboundTaskAttempted) -> bool:
    """Whether it is one call told twice; a note can't say so, its digest is salted."""
    return (command.at, command.channel, command.outcome) == (
        earlier.at,
        earlier.channel,
        earlier.outcome,
    )


def _attempted(command: AttemptOutboundTask, created: OutboundTaskCreated) -> OutboundTaskAttempted:
    return OutboundTaskAttempted(
        task_id=command.task_id,
        customer_ref=created.customer_ref,
        channel=command.channel,
        outcome=command.outcome,
        note=command.note,
        at=command.at,
    )


def conclude(command: ConcludeOutboundTask, task: OutboundTask) -> list[OutboundTaskEvent]:
    """M-03: what was passed on has a result once the information was passed too."""
    passed_at = command.information_passed_at
    match task:
        case NotCreated():
            raise OutboundTaskNotCreatedError
        case Suppressed():
            raise OutboundTaskSuppressedError
        case _ if _is_too_early(min(command.at, passed_at or command.at), task):
            raise BeforeOutboundTaskError
        case Open(created=created) if created.passed_to is not None and passed_at is None:
            raise InformationNotPassedError
        case Open(created=created):
            return [_concluded(command, created)]
        case Concluded(result=result) if _says_the_same(command, result):
            return []  # a repeat
        case Concluded():
            raise OutboundTaskConcludedError
        case _:
            assert_never(task)


def _says_the_same(command: ConcludeOutboundTask, result: OutboundTaskConcluded) -> bool:
    return (
        command.outcome == result.outcome
        and command.score == result.score
        and command.information_passed_at == result.information_passed_at
        and command.filled_fields == result.filled_fields
    )


def _concluded(
    command: ConcludeOutboundTask, created: OutboundTaskCreated
) -> OutboundTaskConcluded:
    return OutboundTaskConcluded(
        task_id=command.task_id,
        customer_ref=created.customer_ref,
        outcome=command.outcome,
        score=command.score,
        passed_to=created.passed_to,
        information_passed_at=command.information_passed_at,
        filled_fields=command.filled_fields,
        at=command.at,
    )


def decide(command: OutboundTaskCommand, task: OutboundTask) -> list[OutboundTaskEvent]:
    match command:
        case CreateOutboundTask():
            return create(command, task)
        case AttemptOutboundTask():
            return attempt(command, task)
        case ConcludeOutboundTask():
            return conclude(command, task)
        case _:
            assert_never(command)


def evolve(task: OutboundTask, event: OutboundTaskEvent) -> OutboundTask:
    match event, task:
        case OutboundTaskCreated(), _:
            return Open(event)
        case OutboundTaskSuppressed(), _:
            return Suppressed(event)
        case OutboundTaskAttempted(), Open():
            return replace(task, attempts=(*task.attempts, event))
        case OutboundTaskConcluded(), Open():
            return Concluded(task.created, task.attempts, event)
        case _:
            return task


OUTBOUND_TASK: Decider[OutboundTaskCommand, OutboundTask, OutboundTaskEvent] = Decider(
    initial=NotCreated(), decide=decide, evolve=evolve
)
