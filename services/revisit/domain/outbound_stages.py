"""What an outbound task has come to."""

from dataclasses import dataclass
from typing import assert_never

from services.revisit.domain.errors import OutboundTaskNotCreatedError
from shared.contracts.revisit import (
    OutboundTaskAttempted,
    OutboundTaskConcluded,
    OutboundTaskCreated,
    OutboundTaskHandedOver,
    OutboundTaskSuppressed,
    PassedTo,
)


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
    handed_over: OutboundTaskHandedOver | None = None


@dataclass(frozen=True)
class Concluded:
    """Done, or given up."""

    created: OutboundTaskCreated
    attempts: tuple[OutboundTaskAttempted, ...]
    result: OutboundTaskConcluded
    handed_over: OutboundTaskHandedOver | None = None


OutboundTask = NotCreated | Suppressed | Open | Concluded


def began_with(task: OutboundTask) -> OutboundTaskCreated | OutboundTaskSuppressed:
    """Its first event. Raises OutboundTaskNotCreatedError."""
    match task:
        case NotCreated():
            raise OutboundTaskNotCreatedError
        case Suppressed(suppressed):
            return suppressed
        case Open(created=created) | Concluded(created=created):
            return created
        case _:
            assert_never(task)


def in_hands_of(task: Open | Concluded) -> PassedTo | None:
    """Who has it now, where it could not be solved on the phone (M-03)."""
    return task.handed_over.passed_to if task.handed_over else task.created.passed_to
