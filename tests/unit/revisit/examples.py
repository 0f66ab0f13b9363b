"""Named sample events: one ticket of a general complaint, on a Monday in November."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from services.revisit.domain.call_back import revisit_id_of
from shared.contracts import dispatch, intake, sla
from shared.contracts.revisit import (
    AttemptOutcome,
    RectificationOrdered,
    RevisitAttempted,
    RevisitCancelled,
    RevisitConcluded,
    RevisitScheduled,
)
from shared.contracts.terms import Case, Text

T = UUID("11111111-1111-4111-8111-111111111111")
R = revisit_id_of(T, 1)
W = UUID(int=21)
NUMBER = "T20261123-7K3Q9D2M"
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DUE_AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TEXT = Text(text_id=UUID(int=7), digest="ab")
CASE = Case(
    client="crm",
    customer_ref=UUID(int=5),
    pack="hotline-400",
    pack_version=1,
    kind="complaint",
    severity="general",
    channel="phone",
    tier="standard",
)

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
ANSWERED = intake.TicketAnswered(
    ticket_id=T,
    round=1,
    case=CASE,
    answer=TEXT,
    answered_by="crm",
    revisit=True,
    number=NUMBER,
    at=AT,
)
ANSWERED_EXEMPT = msgspec.structs.replace(ANSWERED, revisit=False)
CLOSED_AS_ANSWERED = intake.TicketClosed(ticket_id=T, round=1, closed_as="answered", at=AT)
WITHDRAWN = intake.TicketWithdrawn(ticket_id=T, reason=TEXT, at=AT)
CLOCK_STARTED = sla.ClockStarted(
    ticket_id=T,
    clock="revisit",
    round=1,
    occurrence="x",
    pack="hotline-400",
    pack_version=1,
    calendar_version="office/1",
    due_at=DUE_AT,
    at=AT,
)
DEADLINE_MOVED = sla.DeadlineMoved(
    ticket_id=T,
    clock="revisit",
    round=1,
    occurrence="x",
    reason="calendar",
    due_at=DUE_AT + 24 * HOUR,
    previous_due_at=DUE_AT,
    at=AT,
)

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
