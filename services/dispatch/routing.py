"""Whose matter a ticket is: what the directory is told of it, and what it names."""

from datetime import datetime

from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.terms import Case, Level, same_person
from shared.directory import Directory
from shared.http import MalformedError
from shared.routing import Matter


def matter_of(
    case: Case, area: str | None, against_person: str | None, product: str | None = None
) -> Matter:
    """What the directory is told; the product only matters while no department is named yet."""
    return Matter(
        pack=case.pack,
        kind=case.kind,
        severity=case.severity,
        tier=case.tier,
        category=case.category,
        product=product,
        area=area,
        against_person=against_person,
    )


def handler_in(directory: Directory, department: str, order: WorkOrder, at: datetime) -> str | None:
    """Whom of the department to ask. Raises MalformedError for one that is not there."""
    check_department(directory, department, "/department")
    matter = matter_of(order.case, order.area, order.against_person)
    return directory.handler_in(department, matter, at)


def check_department(directory: Directory, department: str | None, pointer: str) -> None:
    """Raises MalformedError, at the place in the body, for a department that is not there."""
    if department is not None and directory.department(department) is None:
        raise MalformedError((pointer, "the directory has no such department"))


def level_of(directory: Directory, department: str, person: str) -> Level:
    """By whose authority the person acts for the department; a stranger as a handler."""
    found = directory.department(department)
    if found is not None and same_person(person, found.manager):
        return "manager"
    if found is not None and same_person(person, found.supervisor):
        return "supervisor"
    return "handler"
