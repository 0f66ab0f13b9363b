"""What dispatch shows: each work order, whom it waits for, and by when."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from services.dispatch.domain.evolution import evolve_order, reclassified
from services.dispatch.domain.stages import restored
from services.dispatch.domain.work_order import WorkOrder, work_order_id
from shared.canary import is_canary
from shared.contracts import revisit, sla
from shared.contracts.dispatch import (
    CaseChanged,
    DelayHeard,
    DispatchEvent,
    FactKept,
    HandlingEvent,
    HeardEvent,
)
from shared.contracts.terms import TIERS, Text
from shared.listing import column_time
from shared.tables import Fold, RowChange, Table

NEVER = "9999-12-31T23:59:59.999999+00:00"
"""Where a work order without a time limit stands among those with one."""
TEXTS = ("plan", "reason", "note", "solution", "consent_by", "text", "opinion", "request")
"""The fields of events that lie in the vault."""


class TextPlace(msgspec.Struct, frozen=True):
    """A text of the work order: the field it came in, and where it lies in the vault."""

    field: str
    text_id: UUID
    at: datetime


class RevisitResult(msgspec.Struct, frozen=True):
    """What the customer said when called back; `solved` is None where nobody was reached."""

    solved: bool | None
    score: int | None
    at: datetime


DueEvent = sla.ClockStarted | sla.ClockPaused | sla.ClockResumed | sla.DeadlineMoved
"""What sla says of when something is due."""


class WorkOrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A work order as lists show it; without `order` only what others say of it came so far."""

    version: int = 0
    order: WorkOrder | None = None
    target_at: datetime | None = None
    due_at: datetime | None = None
    """None while the clock stands still."""
    limit_at: datetime | None = None
    """Of a clock that stands still: what had been promised, beyond which nobody promises."""
    texts: tuple[TextPlace, ...] = ()
    revisit: RevisitResult | None = None

    @property
    def rank(self) -> int | None:
        """The lowest is served first (U-09); None until offered."""
        return TIERS.index(self.order.case.tier) if self.order else None

    @property
    def turn(self) -> str | None:
        """Within a tier, whose turn comes first: by the limit, then who has waited longest."""
        if self.order is None:
            return None
        due = column_time(self.due_at) if self.due_at else NEVER
        return f"{due} {column_time(self.order.offered_at)}"


WORK_ORDERS = Table(
    "work_orders",
    WorkOrderSummary,
    {
        "ticket_id": lambda row: str(row.order.ticket_id) if row.order else None,
        "client": lambda row: row.order.case.client if row.order else None,
        "department": lambda row: row.order.department if row.order else None,
        "level": lambda row: row.order.department_level if row.order else None,
        "handler": lambda row: row.order.handler if row.order else None,
        "state": lambda row: row.order.state if row.order else None,
        "tier": lambda row: row.order.case.tier if row.order else None,
        "rank": lambda row: row.rank,
        "turn": lambda row: row.turn,
        "written_answer_due": lambda row: bool(row.order and row.order.awaits_written_answer),
        "review_due": lambda row: bool(row.order and row.order.awaits_review),
    },
    numeric=frozenset({"rank", "written_answer_due", "review_due"}),
    indexes=(
        ("ticket_id",),
        ("handler", "rank", "turn"),
        ("department", "rank", "turn"),
        ("level", "rank", "turn"),
        ("client", "rank", "turn"),
        ("rank", "turn"),
    ),
)
"""Also how the stream of a work order is found: by its ticket."""


def project_summary(
    view: WorkOrderSummary | None, event: HandlingEvent, version: int
) -> WorkOrderSummary | None:
    """The work order's own events, the newest at `version`."""
    row = view or WorkOrderSummary()
    order = evolve_order(row.order, event)
    if order is None:
        return view
    texts = (*row.texts, *_texts_of(event))
    return msgspec.structs.replace(row, version=version, order=order, texts=texts)


def _texts_of(event: HandlingEvent) -> Iterator[TextPlace]:
    for field in TEXTS:
        text = getattr(event, field, None)
        if isinstance(text, Text):
            yield TextPlace(field, text.text_id, event.at)


def work_order_changes(event: DispatchEvent, version: int) -> Iterable[RowChange]:
    """What an event changes in the views.

    The first round's work order is always at its ticket's version, and the others are shown so.
    A canary's stands in no list: it is nobody's work.
    """
    if is_canary(event.ticket_id):
        return
    if isinstance(event, HeardEvent):
        yield from _heard_changes(event)
    else:
        project = partial(project_summary, event=event, version=version)
        yield Fold(WORK_ORDERS, str(event.work_order_id), project)
    first = str(work_order_id(event.ticket_id, 1))
    yield Fold(WORK_ORDERS, first, partial(_at_version, version=version))


def _heard_changes(event: HeardEvent) -> Iterator[RowChange]:
    if isinstance(event, DelayHeard):
        return
    for one in event.work_order_ids:
        yield Fold(WORK_ORDERS, str(one), partial(project_heard, event=event))


def project_heard(
    view: WorkOrderSummary | None, event: CaseChanged | FactKept
) -> WorkOrderSummary | None:
    """What the work order is from here on; or, of a merger taken back, is again."""
    if view is None or view.order is None:
        return view
    if isinstance(event, CaseChanged):
        order = reclassified(view.order, event)
    else:
        order = restored(view.order, event.at)
    return msgspec.structs.replace(view, order=order)


def _at_version(view: WorkOrderSummary | None, version: int) -> WorkOrderSummary | None:
    return msgspec.structs.replace(view, version=version) if view else None


def due_change(event: DueEvent) -> RowChange:
    """What sla says of a round's answer clock, perhaps before the round is offered here."""
    key = str(work_order_id(event.ticket_id, event.round))
    return Fold(WORK_ORDERS, key, partial(project_due, event=event))


def result_change(event: revisit.RevisitConcluded) -> RowChange:
    """H-19: the result stands on the record of the round's own work order too."""
    key = str(work_order_id(event.ticket_id, event.round))
    return Fold(WORK_ORDERS, key, partial(project_result, event=event))


def project_result(
    view: WorkOrderSummary | None, event: revisit.RevisitConcluded
) -> WorkOrderSummary:
    row = view or WorkOrderSummary()
    result = RevisitResult(event.solved, event.score, event.at)
    return msgspec.structs.replace(row, revisit=result)


def project_due(view: WorkOrderSummary | None, event: DueEvent) -> WorkOrderSummary:
    row = view or WorkOrderSummary()
    if isinstance(event, sla.ClockPaused):
        limit_at = row.due_at or row.limit_at
        return msgspec.structs.replace(row, target_at=None, due_at=None, limit_at=limit_at)
    return msgspec.structs.replace(
        row, target_at=event.target_at, due_at=event.due_at, limit_at=None
    )
