"""Three levels above the department's own people: work goes up by takeover (U-01, U-11)."""

from services.dispatch.domain.commands import TakeOver
from services.dispatch.domain.errors import HandlerComplainedAboutError, NotHigherError
from services.dispatch.domain.turns import check_not_done
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import AnswerEvent, TakenOver
from shared.contracts.terms import LEVELS, Level, same_person


def rank(level: Level | None) -> int:
    """The higher, the more may be decided there; nobody took it over: below all."""
    return -1 if level is None else LEVELS.index(level)


def is_handed_up(order: WorkOrder) -> bool:
    """Whether a department's manager, or somebody above, took it over."""
    return rank(order.level) >= rank("manager")


def take_over(command: TakeOver, order: WorkOrder) -> list[AnswerEvent]:
    """Handed up, accepted or not (H-07, U-11); never to the person complained about (C-10)."""
    check_not_done(order)
    if same_person(command.handler, order.against_person):
        raise HandlerComplainedAboutError
    if command.level == order.level and same_person(command.handler, order.handler):
        return []  # a repeat
    if not _is_higher(command, order):
        raise NotHigherError
    return [
        TakenOver(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            level=command.level,
            handler=command.handler,
            department=command.department,
            department_level=command.department_level,
            at=command.at,
        )
    ]


def _is_higher(command: TakeOver, order: WorkOrder) -> bool:
    """Than the level held, and than the one at which the department stands that has it."""
    if rank(command.level) <= rank(order.level):
        return False
    return command.department is None or rank(command.level) > rank(order.department_level)
