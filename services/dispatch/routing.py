"""Whose matter a ticket is: what the directory is told of it, and what it names."""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from services.dispatch.domain.levels import is_handed_up
from services.dispatch.domain.ticket_commands import ManagerTakes
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.terms import (
    LEVELS,
    Case,
    DepartmentLevel,
    Headed,
    Level,
    TakeoverLevel,
    same_person,
)
from shared.departments import Department
from shared.directory import Directory
from shared.http import MalformedError
from shared.http.known import check_department
from shared.keys import ApiKey
from shared.packs import Packs
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


def manager_takes(
    directory: Directory, matter: Matter, departments: Iterable[str], at: datetime
) -> ManagerTakes:
    """What goes to a department's manager at once (H-07), and who that is in each of these."""
    severities = directory.manager_takes.get(matter.pack, ())
    managers = {one: directory.manager_in(one, matter, at) for one in departments if severities}
    people = {one: manager for one, manager in managers.items() if manager is not None}
    return ManagerTakes(severities=severities, people=people)


def answered_in_writing(packs: Packs, case: Case) -> bool:
    """Whether the case's pack has its channel answered in writing (H-17).

    Raises PackVersionNotHeardError.
    """
    pack = packs.of(case)
    return pack is not None and case.channel in pack.contact.written_answer


def is_called_back(packs: Packs, case: Case) -> bool:
    """Whether the case's pack has its kind called back (H-19); without that pack they are."""
    pack = packs.known(case)
    return pack is None or pack.revisit.calls_back(case.kind)


def department_level_of(level: TakeoverLevel) -> DepartmentLevel | None:
    """The level as one of departments; None for levels within a department."""
    match level:
        case "supervisor" | "manager":
            return None
        case "city" | "province" | "nation":
            return level
        case _:
            assert_never(level)


def department_above(
    directory: Directory, order: WorkOrder, level: TakeoverLevel, person: str, at: datetime
) -> Department | None:
    """Whose work order it becomes; None for levels within the department.

    Raises MalformedError where the person does not act at that level.
    """
    match level:
        case "supervisor" | "manager":
            found, is_there = None, directory.leads(order.department, level, person, at)
        case "city" | "province" | "nation":
            found = directory.department_at(level, person)
            is_there = found is not None
        case _:
            assert_never(level)
    if not is_there:
        raise MalformedError(
            (
                "/handler",
                ("通讯录中该层级没有此人。", "the directory has nobody of that name at that level"),
            )
        )
    return found


def leaves_to_manager(directory: Directory, order: WorkOrder, person: str, at: datetime) -> bool:
    """Whether it went to the department's manager, and the person is none of its managers (H-07).

    Who the directory does not know is a system, which enters for people.
    """
    is_own = order.handler is None or same_person(person, order.handler)
    if order.role != "main" or is_own or not directory.knows(person):
        return False
    return _is_severe(directory, order) and not _acts_as_manager(directory, order, person, at)


def has_managers_word(
    directory: Directory, order: WorkOrder, handler: str | None, at: datetime
) -> bool:
    """Whether its severity gave it to the manager, and a manager handles it (H-07, H-24)."""
    if order.role != "main" or handler is None:
        return False
    return _is_severe(directory, order) and _acts_as_manager(directory, order, handler, at)


def tells_result(directory: Directory, order: WorkOrder, key: ApiKey, at: datetime) -> bool:
    """Whether the key is the centre's, or the manager's to whom the matter went (H-27, H-07)."""
    if key.may_see(order.case.client, None):
        return True
    is_managers = is_handed_up(order) or _is_severe(directory, order)
    is_theirs = same_person(key.client, order.handler)
    return is_managers and (is_theirs or _acts_as_manager(directory, order, key.client, at))


def _is_severe(directory: Directory, order: WorkOrder) -> bool:
    return order.case.severity in directory.manager_takes.get(order.case.pack, ())


def _acts_as_manager(directory: Directory, order: WorkOrder, person: str, at: datetime) -> bool:
    return directory.leads(order.department, "manager", person, at)


def is_handler_of(directory: Directory, order: WorkOrder, person: str, at: datetime) -> bool:
    """Whether the person handled it, or stands in for who did on that day (H-28, H-30).

    Of what nobody handled, or somebody whom the directory does not know, that can't be said.
    """
    handler = order.handler
    if handler is None or not directory.knows(handler):
        return True
    acting = (handler, directory.stand_in(handler, at))
    return any(same_person(person, one) for one in acting)


def is_manager_of(directory: Directory, department: str, person: str, at: datetime) -> bool:
    """Whether the person acts as the department's manager, or works at a level above it (H-28)."""
    level = directory.level_of(department)
    higher = LEVELS[LEVELS.index(level) + 1 :] if level else ()
    return directory.leads(department, "manager", person, at) or any(
        one.level in higher and one.has(person) for one in directory.departments
    )


def reviews_answers(directory: Directory, person: str, at: datetime) -> bool:
    """Whether written answers are theirs to review: the quality centre's, or above all (H-18).

    So is who stands in there on that day (H-30), and who the directory does not know: a system.
    """
    centre = directory.known(directory.quality_centre)
    people = (*centre.handlers, centre.supervisor, centre.manager, directory.deputy_general_manager)
    acting = (*people, *directory.present(people, at, None))
    return not directory.knows(person) or any(same_person(person, one) for one in acting)


def authority_of(directory: Directory, order: WorkOrder, person: str, at: datetime) -> Level:
    """As which level the person acts for the department on that day; a stranger as a handler.

    A head's authority is also theirs who stands in, or is above (H-30). Who took it over above the
    department, where the directory has them, acts for that level.
    """
    above = order.level and department_level_of(order.level)
    if above and same_person(person, order.handler):
        return above
    heads: tuple[Headed, ...] = ("manager", "supervisor")
    led = (one for one in heads if directory.leads(order.department, one, person, at))
    return next(led, "handler")
