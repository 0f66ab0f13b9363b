"""What dispatch shows: each work order, whom it waits for, and by when."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from services.dispatch.domain.evolution import evolve_order
from services.dispatch.domain.work_order import WorkOrder, work_order_id
from shared.contracts import sla
from shared.contracts.dispatch import DispatchEvent, FactKept, HandlingEvent
from shared.contracts.terms import TIERS, Text
from shared.listing import column_time
from shared.tables import Fold, RowChange, Table

NEVER = "9999-12-31T23:59:59.999999+00:00"
"""Where a work order without a time limit stands among those with one."""


class TextPlace(msgspec.Struct, frozen=True):
    """A text of the work order: the field it came in, and where it lies in the vault."""

    field: str
    text_id: UUID
    at: datetime


class WorkOrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A work order as lists show it; without `order` only sla's word on it came so far."""

    version: int = 0
    order: WorkOrder | None = None
    target_at: datetime | None = None
    due_at: datetime | None = None
    texts: tuple[TextPlace, ...] = ()

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
        "handler": lambda row: row.order.handler if row.order else None,
        "state": lambda row: row.order.state if row.order else None,
        "tier": lambda row: row.order.case.tier if row.order else None,
        "rank": lambda row: row.rank,
        "turn": lambda row: row.turn,
    },
    numeric=frozenset({"rank"}),
    indexes=(
        ("ticket_id",),
        ("handler", "rank", "turn"),
        ("department", "rank", "turn"),
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
    for field in ("reason", "note", "solution", "consent_by", "text", "opinion", "request"):
        text = getattr(event, field, None)
        if isinstance(text, Text):
            yield TextPlace(field, text.text_id, event.at)


def work_order_changes(event: DispatchEvent, version: int) -> Iterable[RowChange]:
    """What an event changes in the views.

    The main work orders of earlier rounds, and of the round that is helped in, follow their
    ticket's version; those that help are shown with that of their round's main one.
    """
    if isinstance(event, FactKept):
        return
    project = partial(project_summary, event=event, version=version)
    yield Fold(WORK_ORDERS, str(event.work_order_id), project)
    last = event.round if event.role == "main" else event.round + 1
    for in_round in range(1, last):
        key = str(work_order_id(event.ticket_id, in_round))
        yield Fold(WORK_ORDERS, key, partial(_at_version, version=version))


def _at_version(view: WorkOrderSummary | None, version: int) -> WorkOrderSummary | None:
    return msgspec.structs.replace(view, version=version) if view else None


def due_change(event: sla.ClockStarted | sla.DeadlineMoved) -> RowChange:
    """What sla says of a round's answer clock, perhaps before the round is offered here."""
    key = str(work_order_id(event.ticket_id, event.round))
    return Fold(WORK_ORDERS, key, partial(project_due, event=event))


def project_due(
    view: WorkOrderSummary | None, event: sla.ClockStarted | sla.DeadlineMoved
) -> WorkOrderSummary:
    row = view or WorkOrderSummary()
    return msgspec.structs.replace(row, target_at=event.target_at, due_at=event.due_at)
