"""What the directory is told of a ticket when it names a department and a handler."""

from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.intake import TicketRegistered
from shared.directory import Matter


def matter_of_ticket(event: TicketRegistered) -> Matter:
    """All that the register says (H-04)."""
    case = event.case
    return Matter(
        pack=case.pack,
        kind=case.kind,
        severity=case.severity,
        tier=case.tier,
        category=case.category,
        product=event.product,
        area=event.area,
        against_person=event.against_person,
    )


def matter_of_order(order: WorkOrder) -> Matter:
    """What is needed where the department is known already."""
    case = order.case
    return Matter(
        pack=case.pack,
        kind=case.kind,
        severity=case.severity,
        tier=case.tier,
        category=case.category,
        area=order.area,
        against_person=order.against_person,
    )
