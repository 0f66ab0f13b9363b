"""What a work order looks like in an answer, and to whom it is there at all."""

from uuid import UUID

import msgspec

from services.dispatch.bootstrap import Dispatch
from services.dispatch.domain.errors import WorkOrderNotFoundError
from services.dispatch.domain.form import has_form, missing_parts
from services.dispatch.domain.holders import Holder
from services.dispatch.domain.stages import Ticket, find_order
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.projections import WORK_ORDERS, WorkOrderSummary
from services.dispatch.routing import is_called_back
from services.dispatch.shapes import FormView, HolderView, TextView, WorkOrderView
from shared.command_handler import Handled, Identity
from shared.http import Caller, is_about, sees
from shared.personal_data import record_reading
from shared.vault import read_texts_of


async def visible_order(
    dispatch: Dispatch, caller: Caller, work_order_id: UUID, identity: Identity | None = None
) -> tuple[WorkOrder, WorkOrderSummary]:
    """The work order, if it is there for this caller. Raises WorkOrderNotFoundError."""
    store = dispatch.core.store
    row = await store.get(WORK_ORDERS, str(work_order_id))
    if row is None or row.order is None or is_about(caller.key, row.order.against_person):
        raise WorkOrderNotFoundError
    if not await sees(store, caller, row.order.case.client, row.order.department, identity):
        raise WorkOrderNotFoundError
    return row.order, row


def listed_view(dispatch: Dispatch, order: WorkOrder, row: WorkOrderSummary) -> WorkOrderView:
    """As a list shows it."""
    return _shown(dispatch, order, row.version, row)


def _shown(
    dispatch: Dispatch, order: WorkOrder, version: int, row: WorkOrderSummary
) -> WorkOrderView:
    revisited = row.revisit is not None or not is_called_back(dispatch.core.packs, order.case)
    return msgspec.structs.replace(
        _own_view(order, version),
        target_at=row.target_at,
        due_at=row.due_at,
        revisit=row.revisit,
        form=_form_view(order, revisited=revisited) if has_form(order) else None,
    )


def _form_view(order: WorkOrder, *, revisited: bool) -> FormView:
    missing = tuple(missing_parts(order, revisited=revisited))
    return FormView(complete=not missing, missing=missing)


async def full_view(
    dispatch: Dispatch, caller: Caller, order: WorkOrder, row: WorkOrderSummary
) -> WorkOrderView:
    """The work order now; with what was written, and the reading recorded, if the key may."""
    ticket, version = await dispatch.tickets.load(order.ticket_id)
    view = _shown(dispatch, find_order(ticket, order.work_order_id), version, row)
    if not row.texts or not caller.key.may("pii:read"):
        return view
    fields = sorted({place.field for place in row.texts})
    await record_reading(dispatch.core, caller, order.case.customer_ref, order.ticket_id, fields)
    ids = [place.text_id for place in row.texts]
    texts = await read_texts_of(dispatch.core.store, order.case.customer_ref, ids)
    if texts is None:
        view, texts = msgspec.structs.replace(view, erased=True), {}
    shown = [TextView(place.field, place.at, texts.get(place.text_id)) for place in row.texts]
    return msgspec.structs.replace(view, texts=tuple(shown))


def receipt(handled: Handled[Ticket], work_order_id: UUID) -> WorkOrderView:
    """As a command left it, by dispatch's own word alone: a replay shows the first answer."""
    return _own_view(find_order(handled.state, work_order_id), handled.version)


def _own_view(order: WorkOrder, version: int) -> WorkOrderView:
    """What the work order itself says: a line a field."""
    case = order.case
    return WorkOrderView(
        work_order_id=order.work_order_id,
        ticket_id=order.ticket_id,
        number=order.number,
        round=order.round,
        role=order.role,
        department=order.department,
        department_level=order.department_level,
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
        extension=order.extension,
        suspended=order.suspension,
        appointment=order.appointment,
        missed_appointments=order.missed_appointments,
        proposals=order.proposals,
        level=order.level,
        written_answer=order.written_answer,
        written_answer_due=order.awaits_written_answer,
        review_due=order.awaits_review,
        signatures=order.signatures,
        appeal=order.appeal,
        holders=tuple(_holder_view(one) for one in order.holders),
        progress_messages=order.messages,
        links=_links(order),
    )


def _holder_view(holder: Holder) -> HolderView:
    return HolderView(
        department=holder.department,
        handler=holder.handler,
        from_at=holder.from_at,
        until=holder.until,
    )


def _links(order: WorkOrder) -> dict[str, str]:
    return {
        "self": f"/dispatch/v1/work-orders/{order.work_order_id}",
        "ticket": f"/intake/v1/tickets/{order.ticket_id}",
        "clocks": f"/sla/v1/tickets/{order.ticket_id}/clocks",
        "history": f"/reporting/v1/tickets/{order.ticket_id}/history",
    }
