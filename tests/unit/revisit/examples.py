"""Named sample events: one ticket of a general complaint, on a Monday in November."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.revisit.domain.call_back import revisit_id_of
from shared.contracts import dispatch, intake
from shared.contracts.revisit import (
    AttemptOutcome,
    RectificationOrdered,
    RevisitAttempted,
    RevisitCancelled,
    RevisitConcluded,
    RevisitScheduled,
)
from tests.unit.support import examples
from tests.unit.support.examples import ANSWERED, AT, CASE, HOUR, NUMBER, TEXT, T

R = revisit_id_of(T, 1)
W = UUID(int=21)
NOTIFIED = dispatch.CustomerNotified(
    work_order_id=W,
    ticket_id=T,
    round=1,
    case=CASE,
    number=NUMBER,
    department="network",
    about="result",
    channel="phone",
    outcome="reached",
    at=AT,
)
ANSWERED_EXEMPT = msgspec.structs.replace(ANSWERED, revisit=False)
CLOSED_AS_ANSWERED = intake.TicketClosed(ticket_id=T, round=1, closed_as="answered", at=AT)
WITHDRAWN = intake.TicketWithdrawn(ticket_id=T, reason=TEXT, at=AT)
CLOCK_STARTED = msgspec.structs.replace(examples.CLOCK_STARTED, clock="revisit")
DEADLINE_MOVED = msgspec.structs.replace(examples.DEADLINE_MOVED, clock="revisit")

SCHEDULED = RevisitScheduled(
    revisit_id=R, ticket_id=T, round=1, case=CASE, number=NUMBER, department="network", at=AT
)
SOLVED = RevisitConcluded(revisit_id=R, ticket_id=T, round=1, solved=True, score=5, at=AT)
UNSOLVED = RevisitConcluded(revisit_id=R, ticket_id=T, round=1, solved=False, score=2, at=AT)
UNREACHABLE = RevisitConcluded(revisit_id=R, ticket_id=T, round=1, at=AT + 3 * HOUR)
ORDERED = RectificationOrdered(
    revisit_id=R, ticket_id=T, round=2, case=CASE, number=NUMBER, department="network", at=AT
)
SCHEDULED_AGAIN = msgspec.structs.replace(SCHEDULED, revisit_id=revisit_id_of(T, 2), round=2)
CANCELLED = RevisitCancelled(revisit_id=R, ticket_id=T, round=1, reason="withdrawn", at=AT)


def attempted(outcome: AttemptOutcome, at: datetime = AT) -> RevisitAttempted:
    """One call."""
    return RevisitAttempted(
        revisit_id=R, ticket_id=T, round=1, channel="phone", outcome=outcome, at=at
    )
