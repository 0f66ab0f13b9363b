"""A ticket's call-backs, one a round, as far as revisit decides about them."""

from datetime import datetime
from typing import assert_never

from services.revisit.domain.commands import (
    AttemptRevisit,
    CancelRevisits,
    ConcludeRevisit,
    RescheduleRevisits,
    RevisitCommand,
    ScheduleRevisit,
)
from services.revisit.domain.errors import (
    AlreadyConcludedError,
    AttemptsMissingError,
    BeforeTicketError,
    RevisitCancelledError,
    RevisitNotScheduledError,
    RoundIsPastError,
)
from services.revisit.domain.stages import (
    CallBack,
    CallBacks,
    Cancelled,
    Concluded,
    Due,
    InProgress,
    evolve,
    revisit_id_of,
)
from services.revisit.domain.trying import check_next, tried_enough
from shared.contracts.revisit import (
    CallBackEvent,
    RectificationOrdered,
    RevisitAttempted,
    RevisitCancelled,
    RevisitConcluded,
    RevisitScheduled,
)
from shared.decider import LEEWAY, Decider


def schedule(command: ScheduleRevisit, call_backs: CallBacks) -> list[CallBackEvent]:
    if command.round in call_backs:
        return []  # a repeat
    if any(scheduled > command.round for scheduled in call_backs):
        raise RoundIsPastError
    return [
        RevisitScheduled(
            revisit_id=revisit_id_of(command.ticket_id, command.round),
            ticket_id=command.ticket_id,
            round=command.round,
            case=command.case,
            number=command.number,
            department=command.department,
            told_at=command.told_at,
            at=command.at,
        )
    ]


def attempt(command: AttemptRevisit, call_back: CallBack | None) -> list[CallBackEvent]:
    attempted = RevisitAttempted(
        revisit_id=revisit_id_of(command.ticket_id, command.round),
        ticket_id=command.ticket_id,
        round=command.round,
        channel=command.channel,
        outcome=command.outcome,
        note=command.note,
        at=command.at,
    )
    match call_back:
        case None:
            raise RevisitNotScheduledError
        case _ if _is_too_early(command, call_back):
            raise BeforeTicketError
        case _ if any(_is_same(attempted, earlier) for earlier in call_back.attempts):
            return []  # a repeat
        case Due() | InProgress():
            check_next(command, call_back.attempts)
            return [attempted]
        case Concluded():
            raise AlreadyConcludedError
        case Cancelled():
            raise RevisitCancelledError
        case _:
            assert_never(call_back)


def _is_too_early(command: AttemptRevisit | ConcludeRevisit, call_back: CallBack) -> bool:
    told_at = call_back.scheduled.told_at
    return told_at is not None and command.at < told_at - LEEWAY


def _is_same(attempted: RevisitAttempted, earlier: RevisitAttempted) -> bool:
    """Whether it is one call told twice; a note can't say so, its digest is salted."""
    return (attempted.at, attempted.channel, attempted.outcome) == (
        earlier.at,
        earlier.channel,
        earlier.outcome,
    )


def conclude(command: ConcludeRevisit, call_back: CallBack | None) -> list[CallBackEvent]:
    match call_back:
        case None:
            raise RevisitNotScheduledError
        case _ if _is_too_early(command, call_back):
            raise BeforeTicketError
        case Due() | InProgress():
            if command.solved is None and not tried_enough(command, call_back.attempts):
                raise AttemptsMissingError
            return _concluded(command, call_back.scheduled)
        case Concluded(result=result) if _says_the_same(command, result):
            return []  # a repeat
        case Concluded():
            raise AlreadyConcludedError
        case Cancelled():
            raise RevisitCancelledError
        case _:
            assert_never(call_back)


def _says_the_same(command: ConcludeRevisit, result: RevisitConcluded) -> bool:
    """Whether nothing would be lost by keeping the first; salted digests can't be compared."""
    return (
        command.solved == result.solved
        and command.score == result.score
        and (command.remarks is None) == (result.remarks is None)
        and (command.new_complaint is None) == (result.new_complaint is None)
    )


def _concluded(command: ConcludeRevisit, scheduled: RevisitScheduled) -> list[CallBackEvent]:
    concluded = RevisitConcluded(
        revisit_id=scheduled.revisit_id,
        ticket_id=command.ticket_id,
        round=command.round,
        solved=command.solved,
        score=command.score,
        remarks=command.remarks,
        new_complaint=command.new_complaint,
        at=command.at,
    )
    if command.solved is not False:
        return [concluded]
    ordered = RectificationOrdered(
        revisit_id=scheduled.revisit_id,
        ticket_id=command.ticket_id,
        round=command.round + 1,
        case=scheduled.case,
        number=scheduled.number,
        department=scheduled.department,
        at=command.at,
    )
    return [concluded, ordered]


def cancel(command: CancelRevisits, call_backs: CallBacks) -> list[CallBackEvent]:
    """Cancels what is still open; what is concluded or cancelled stays as it is."""
    return [
        RevisitCancelled(
            revisit_id=call_back.scheduled.revisit_id,
            ticket_id=command.ticket_id,
            round=in_round,
            reason=command.reason,
            at=command.at,
        )
        for in_round, call_back in call_backs.items()
        if isinstance(call_back, Due | InProgress)
        and (command.up_to_round is None or in_round <= command.up_to_round)
    ]


def reschedule(command: RescheduleRevisits, call_backs: CallBacks) -> list[CallBackEvent]:
    """What only the merger had cancelled, and what nobody was to be called about because of it."""
    again: list[CallBackEvent] = [
        _again(call_back.scheduled, command.at)
        for call_back in call_backs.values()
        if isinstance(call_back, Cancelled) and call_back.cancelled.reason == "merged"
    ]
    newest = max(call_backs, default=0)
    for missed in sorted(command.missed, key=lambda one: one.round):
        if missed.round > newest:
            again += schedule(missed, call_backs)
    return again


def _again(scheduled: RevisitScheduled, at: datetime) -> RevisitScheduled:
    return RevisitScheduled(
        revisit_id=scheduled.revisit_id,
        ticket_id=scheduled.ticket_id,
        round=scheduled.round,
        case=scheduled.case,
        number=scheduled.number,
        department=scheduled.department,
        told_at=scheduled.told_at,
        at=at,
    )


def decide(command: RevisitCommand, call_backs: CallBacks) -> list[CallBackEvent]:
    match command:
        case ScheduleRevisit():
            return schedule(command, call_backs)
        case AttemptRevisit():
            return attempt(command, call_backs.get(command.round))
        case ConcludeRevisit():
            return conclude(command, call_backs.get(command.round))
        case CancelRevisits():
            return cancel(command, call_backs)
        case RescheduleRevisits():
            return reschedule(command, call_backs)
        case _:
            assert_never(command)


CALL_BACKS: Decider[RevisitCommand, CallBacks, CallBackEvent] = Decider(
    initial={}, decide=decide, evolve=evolve
)
