"""Named sample events and commands: one ticket of a general complaint, on a Monday in November."""

from dataclasses import replace as with_changes
from datetime import datetime
from uuid import UUID

import msgspec

from services.revisit.domain.commands import (
    AttemptRevisit,
    CancelRevisits,
    ConcludeRevisit,
    RescheduleRevisits,
    ScheduleRevisit,
)
from services.revisit.domain.stages import revisit_id_of
from shared.contracts import intake
from shared.contracts.revisit import (
    AttemptOutcome,
    RectificationOrdered,
    RevisitAttempted,
    RevisitCancelled,
    RevisitConcluded,
    RevisitScheduled,
)
from shared.packs import shipped
from tests.unit.support import examples
from tests.unit.support.examples import ANSWERED, AT, CASE, HOUR, NUMBER, TEXT, T

R = revisit_id_of(T, 1)
W = UUID(int=21)
ANSWERED_EXEMPT = msgspec.structs.replace(ANSWERED, revisit=False)
CLOSED_AS_ANSWERED = intake.TicketClosed(ticket_id=T, round=1, closed_as="answered", at=AT)
MERGED = intake.TicketMerged(ticket_id=T, into=UUID(int=12), at=AT)
UNMERGED = intake.TicketUnmerged(ticket_id=T, merged_into=UUID(int=12), case=CASE, at=AT + HOUR)
WITHDRAWN = intake.TicketWithdrawn(ticket_id=T, reason=TEXT, at=AT)
CLOCK_STARTED = msgspec.structs.replace(examples.CLOCK_STARTED, clock="revisit")
DEADLINE_MOVED = msgspec.structs.replace(examples.DEADLINE_MOVED, clock="revisit")

SCHEDULED = RevisitScheduled(
    revisit_id=R,
    ticket_id=T,
    round=1,
    case=CASE,
    number=NUMBER,
    department="billing",
    told_at=AT,
    at=AT,
)
SOLVED = RevisitConcluded(revisit_id=R, ticket_id=T, round=1, solved=True, score=5, at=AT)
UNSOLVED = RevisitConcluded(revisit_id=R, ticket_id=T, round=1, solved=False, score=2, at=AT)
UNREACHABLE = RevisitConcluded(revisit_id=R, ticket_id=T, round=1, at=AT + 3 * HOUR)
ORDERED = RectificationOrdered(
    revisit_id=R, ticket_id=T, round=2, case=CASE, number=NUMBER, department="billing", at=AT
)
SCHEDULED_AGAIN = msgspec.structs.replace(SCHEDULED, revisit_id=revisit_id_of(T, 2), round=2)
CANCELLED = RevisitCancelled(revisit_id=R, ticket_id=T, round=1, reason="withdrawn", at=AT)


def attempted(outcome: AttemptOutcome, at: datetime = AT) -> RevisitAttempted:
    """One call."""
    return RevisitAttempted(
        revisit_id=R, ticket_id=T, round=1, channel="phone", outcome=outcome, at=at
    )


SCHEDULE = ScheduleRevisit(
    ticket_id=T, round=1, case=CASE, number=NUMBER, department="billing", told_at=AT, at=AT
)
ATTEMPT = AttemptRevisit(
    ticket_id=T, round=1, channel="phone", outcome="no_answer", note=None, at=AT
)
CONCLUDE = ConcludeRevisit(
    ticket_id=T,
    round=1,
    solved=True,
    before_unreachable=shipped().named("hotline-400").revisit.before_unreachable,
    score=5,
    remarks=None,
    new_complaint=None,
    at=AT,
)
GIVE_UP = with_changes(CONCLUDE, solved=None, score=None, at=AT + 3 * HOUR)
CANCEL = CancelRevisits(ticket_id=T, up_to_round=None, reason="withdrawn", at=AT)
RESCHEDULE = RescheduleRevisits(ticket_id=T, missed=(), at=AT + HOUR)
