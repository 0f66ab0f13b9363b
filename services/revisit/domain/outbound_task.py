"""A call to a customer at a key moment, as far as revisit decides about it."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.revisit.domain.commands import (
    AttemptOutboundTask,
    ConcludeOutboundTask,
    CreateOutboundTask,
    HandOverOutboundTask,
    OutboundTaskCommand,
)
from services.revisit.domain.errors import (
    AppointmentMissingError,
    BeforeOutboundTaskError,
    ImplausibleAppointmentError,
    InformationNotPassedError,
    OutboundNotOfferedError,
    OutboundTaskConcludedError,
    OutboundTaskNotCreatedError,
    OutboundTaskSuppressedError,
    OutsideContactTimeError,
)
from services.revisit.domain.outbound_creation import begun
from services.revisit.domain.outbound_stages import (
    Concluded,
    NotCreated,
    Open,
    OutboundTask,
    Suppressed,
    in_hands_of,
)
from shared.contracts.revisit import (
    OutboundTaskAttempted,
    OutboundTaskConcluded,
    OutboundTaskCreated,
    OutboundTaskEvent,
    OutboundTaskHandedOver,
    OutboundTaskSuppressed,
)
from shared.decider import HORIZON, LEEWAY, Decider


def create(command: CreateOutboundTask, task: OutboundTask) -> list[OutboundTaskEvent]:
    """M-02."""
    match task:
        case NotCreated():
            if command.rules is None:
                raise OutboundNotOfferedError
            return [begun(command, command.rules)]
        case Suppressed() | Open() | Concluded():
            return []  # a repeat
        case _:
            assert_never(task)


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


def hand_over(command: HandOverOutboundTask, task: OutboundTask) -> list[OutboundTaskEvent]:
    """M-03: what can't be solved on the phone; the counter only by appointment."""
    match task:
        case NotCreated():
            raise OutboundTaskNotCreatedError
        case Suppressed():
            raise OutboundTaskSuppressedError
        case _ if _is_too_early(command.at, task):
            raise BeforeOutboundTaskError
        case _ if _is_handed_over(command, task):
            return []  # a repeat
        case Open(created=created):
            _check_appointment(command)
            return [_handed_over(command, created)]
        case Concluded():
            raise OutboundTaskConcludedError
        case _:
            assert_never(task)


def _is_handed_over(command: HandOverOutboundTask, task: Open | Concluded) -> bool:
    appointment = task.handed_over.appointment_at if task.handed_over else None
    return (command.passed_to, command.appointment_at) == (in_hands_of(task), appointment)


def _check_appointment(command: HandOverOutboundTask) -> None:
    if command.appointment_at is None:
        if command.passed_to == "counter":
            raise AppointmentMissingError
    elif not command.at < command.appointment_at <= command.at + HORIZON:
        raise ImplausibleAppointmentError


def _handed_over(
    command: HandOverOutboundTask, created: OutboundTaskCreated
) -> OutboundTaskHandedOver:
    return OutboundTaskHandedOver(
        task_id=command.task_id,
        customer_ref=created.customer_ref,
        passed_to=command.passed_to,
        appointment_at=command.appointment_at,
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
        case Open() if in_hands_of(task) is not None and passed_at is None:
            raise InformationNotPassedError
        case Open():
            return [_concluded(command, task)]
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


def _concluded(command: ConcludeOutboundTask, task: Open) -> OutboundTaskConcluded:
    return OutboundTaskConcluded(
        task_id=command.task_id,
        customer_ref=task.created.customer_ref,
        outcome=command.outcome,
        score=command.score,
        passed_to=in_hands_of(task),
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
        case HandOverOutboundTask():
            return hand_over(command, task)
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
        case OutboundTaskHandedOver(), Open():
            return replace(task, handed_over=event)
        case OutboundTaskConcluded(), Open():
            return Concluded(task.created, task.attempts, event, task.handed_over)
        case _:
            return task


OUTBOUND_TASK: Decider[OutboundTaskCommand, OutboundTask, OutboundTaskEvent] = Decider(
    initial=NotCreated(), decide=decide, evolve=evolve
)
