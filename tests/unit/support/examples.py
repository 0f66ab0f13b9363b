"""What the examples of several services have in common: one ticket, on a Monday in November."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from shared.contracts import dispatch, intake, revisit, sla
from shared.contracts.terms import Case, Text

T = UUID("11111111-1111-4111-8111-111111111111")
W = uuid5(T, "1/main")
"""Its work order, as dispatch derives it."""
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
    category="billing",
)
REGISTERED = intake.TicketRegistered(
    ticket_id=T,
    number=NUMBER,
    case=CASE,
    content=TEXT,
    customer_name="张**",
    receiver="zhang-min",
    at=AT,
)
ANSWERED = intake.TicketAnswered(
    ticket_id=T,
    round=1,
    case=CASE,
    answer=TEXT,
    answered_by="zhang-min",
    revisit=True,
    number=NUMBER,
    at=AT,
)
LODGED = intake.AppealLodged(
    ticket_id=T,
    appeal_id=uuid5(T, "appeal/1"),
    round=1,
    case=CASE,
    number=NUMBER,
    reason=TEXT,
    through="通信管理局",
    at=AT,
)
OFFERED = dispatch.WorkOrderOffered(
    work_order_id=W,
    ticket_id=T,
    round=1,
    case=CASE,
    number=NUMBER,
    department="billing",
    rule="billing-matters",
    first_owner="zhang-min",
    at=AT,
)
TRANSFERRED = dispatch.WorkOrderTransferred(
    work_order_id=W,
    ticket_id=T,
    round=1,
    from_department="billing",
    department="key-accounts",
    reason=TEXT,
    at=AT,
)
NOTIFIED = dispatch.CustomerNotified(
    work_order_id=W,
    ticket_id=T,
    round=1,
    case=CASE,
    number=NUMBER,
    department="billing",
    about="result",
    channel="phone",
    outcome="reached",
    handler="xu-lei",
    at=AT,
)
CLOCK_STARTED = sla.ClockStarted(
    ticket_id=T,
    clock="answer",
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
    clock="answer",
    round=1,
    occurrence="x",
    reason="calendar",
    due_at=DUE_AT + 24 * HOUR,
    previous_due_at=DUE_AT,
    at=AT,
)
CONCLUDED = revisit.RevisitConcluded(
    revisit_id=uuid5(T, "revisit/1"), ticket_id=T, round=1, solved=True, score=5, at=AT
)
