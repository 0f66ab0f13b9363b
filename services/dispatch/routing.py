"""Whose matter a ticket is: what the directory is told of it, and what it names."""

from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.intake import TicketRegistered
from shared.directory import Directory
from shared.http import MalformedError
from shared.routing import Matter


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


def handler_in(directory: Directory, department: str, order: WorkOrder) -> str | None:
    """Whom of the department to ask. Raises MalformedError for one that is not there."""
    check_department(directory, department, "/department")
    return directory.handler_in(department, matter_of_order(order))


def check_department(directory: Directory, department: str | None, pointer: str) -> None:
    """Raises MalformedError, at the place in the body, for a department that is not there."""
    if department is not None and directory.department(department) is None:
        raise MalformedError((pointer, "the directory has no such department"))
