"""What other services' events change in a ticket as intake shows it."""

import msgspec

from services.intake.progress import AFTER, Reached, with_result
from services.intake.projections import TicketSummary
from services.intake.promises import with_promise
from shared.contracts import dispatch, revisit, sla
from shared.contracts.terms import STATUSES

Progress = dispatch.HandlingEvent | revisit.CallBackEvent
"""What says how far dispatch and revisit are with a ticket."""


def project_progress(view: TicketSummary | None, event: Progress) -> TicketSummary | None:
    """How far dispatch and revisit are; each one's events come in its own order.

    Another department's help moves nothing (T-08), nor does an appeal's own work order (U-12),
    nor what is written down of an earlier round.
    """
    status = AFTER.get(type(event))
    beside = isinstance(event, dispatch.WorkOrderEvent) and event.role != "main"
    if view is None or beside or event.round < _round_of(view, event):
        return view
    if isinstance(event, dispatch.TakenOver):  # who has it now changes, not how far it is
        return msgspec.structs.replace(view, department=event.department or view.department)
    if status is None:
        return view
    if isinstance(event, dispatch.CustomerNotified) and event.about != "result":
        status = "in_progress"
    if status == "in_progress" and _is_beyond(view.dispatch, event.round):
        status = view.dispatch.status  # the customer is called about the result too
    reached = Reached(event.round, status)
    if isinstance(event, revisit.CallBackEvent):
        return msgspec.structs.replace(view, revisit=reached)
    department = getattr(event, "department", None) or view.department
    return msgspec.structs.replace(view, dispatch=reached, department=department)


def project_result(
    view: TicketSummary | None, event: revisit.RevisitConcluded
) -> TicketSummary | None:
    """The result on the ticket's record, of whatever round (H-19), and how far revisit is."""
    if view is None:
        return None
    results = with_result(view.revisits, event)
    return project_progress(msgspec.structs.replace(view, revisits=results), event)


def _round_of(view: TicketSummary, event: Progress) -> int:
    """The round that the event's service is in."""
    return (view.revisit if isinstance(event, revisit.CallBackEvent) else view.dispatch).round


def _is_beyond(reached: Reached, in_round: int) -> bool:
    further = STATUSES.index(reached.status) > STATUSES.index("in_progress")
    return reached.round == in_round and further


def project_promise(view: TicketSummary | None, event: sla.ClockEvent) -> TicketSummary | None:
    """What sla says of one clock."""
    if view is None:
        return None
    return msgspec.structs.replace(view, promises=with_promise(view.promises, event))
