"""What a work order looks like in an answer, and to whom it is there at all."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from services.dispatch.bootstrap import Dispatch
from services.dispatch.domain.errors import WorkOrderNotFoundError
from services.dispatch.domain.ticket import find_order
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.models import TextView, WorkOrderView
from services.dispatch.projections import WORK_ORDERS, TextPlace, WorkOrderRow
from shared.command_handler import IDEMPOTENCY, Identity
from shared.event_store import Backend
from shared.http import Caller
from shared.personal_data import record_reading
from shared.vault import TEXTS


async def visible_order(
    dispatch: Dispatch, caller: Caller, wanted: UUID, identity: Identity | None = None
) -> tuple[WorkOrder, WorkOrderRow]:
    """The work order, if it is there for this caller, or was when the same request first came.

    Who transferred a work order away no longer sees it, but is answered again if asked again.
    Raises WorkOrderNotFoundError.
    """
    row = await dispatch.core.store.get(WORK_ORDERS, str(wanted))
    if row is None or row.order is None:
        raise WorkOrderNotFoundError
    if not caller.key.may_see(row.order.case.client, row.order.department):
        key = identity.key if identity else ""
        if not key or await dispatch.core.store.get(IDEMPOTENCY, key) is None:
            raise WorkOrderNotFoundError
    return row.order, row


async def full_view(dispatch: Dispatch, caller: Caller, row: WorkOrderRow) -> WorkOrderView:
    """The work order now; with what was written, and the reading recorded, if the key may."""
    if row.order is None:
        raise WorkOrderNotFoundError
    ticket, version = await dispatch.tickets.load(row.order.ticket_id)
    view = msgspec.structs.replace(
        own_view(find_order(ticket, row.order.work_order_id), version),
        target_at=row.target_at,
        due_at=row.due_at,
    )
    if not row.texts or not caller.key.may("pii:read"):
        return view
    fields = sorted({place.field for place in row.texts})
    ref = row.order.case.customer_ref
    await record_reading(dispatch.core, caller, ref, row.order.ticket_id, fields)
    texts = await dispatch.core.store.run(lambda backend: _read(backend, row.texts))
    return msgspec.structs.replace(view, texts=texts)


def _read(backend: Backend, places: Sequence[TextPlace]) -> tuple[TextView, ...]:
    rows = [backend.read_row(TEXTS, str(place.text_id)) for place in places]
    return tuple(
        TextView(place.field, place.at, row.text if row else None)
        for place, row in zip(places, rows, strict=True)
    )


def listed_view(order: WorkOrder, row: WorkOrderRow) -> WorkOrderView:
    """As a list shows it."""
    return msgspec.structs.replace(
        own_view(order, row.version), target_at=row.target_at, due_at=row.due_at
    )


def own_view(order: WorkOrder, version: int) -> WorkOrderView:
    """By dispatch's own word alone: a replay shows what its first answer showed."""
    case = order.case
    return WorkOrderView(
        work_order_id=order.work_order_id,
        ticket_id=order.ticket_id,
        number=order.number,
        round=order.round,
        role=order.role,
        department=order.department,
        handler=order.handler,
        state=order.state,
        version=version,
        rule=order.rule,
        pack=case.pack,
        kind=case.kind,
        severity=case.severity,
        channel=case.channel,
        tier=case.tier,
        category=case.category,
        area=order.area,
        first_owner=order.first_owner,
        proposed_department=order.proposed_department,
        offered_at=order.offered_at,
        promised_until=order.promised_until,
        finding=order.finding,
        solved=order.solved,
        cancelled_because=order.cancelled_because,
        follow_ups=order.follow_ups,
        contact_attempts=order.contact_attempts,
        progress=order.progress,
        notices=order.notices,
        links=_links(order),
    )


def _links(order: WorkOrder) -> dict[str, str]:
    return {
        "self": f"/dispatch/v1/work-orders/{order.work_order_id}",
        "ticket": f"/intake/v1/tickets/{order.ticket_id}",
        "clocks": f"/sla/v1/tickets/{order.ticket_id}/clocks",
        "history": f"/reporting/v1/tickets/{order.ticket_id}/history",
    }
