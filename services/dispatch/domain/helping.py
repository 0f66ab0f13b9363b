"""A second department's part in a round: its own work order, which does not end the round."""

from services.dispatch.domain.commands import AskForHelp
from services.dispatch.domain.errors import HelpFromItselfError
from services.dispatch.domain.turns import check_in_work
from services.dispatch.domain.work_order import WorkOrder, work_order_id
from shared.contracts.dispatch import WorkOrderOffered

HELP = "help"
"""The rule that names the department: the responsible one asked it (T-08)."""


def ask_for_help(
    command: AskForHelp, order: WorkOrder, work_orders: tuple[WorkOrder, ...]
) -> list[WorkOrderOffered]:
    """Each department once in a round; it answers for its part alone (T-08)."""
    check_in_work(order)
    if order.role != "main" or command.department == order.department:
        raise HelpFromItselfError
    asked = work_order_id(order.ticket_id, order.round, "help", command.department)
    if any(one.work_order_id == asked for one in work_orders):
        return []  # a repeat
    return [
        WorkOrderOffered(
            work_order_id=asked,
            ticket_id=order.ticket_id,
            round=order.round,
            role="help",
            case=order.case,
            number=order.number,
            department=command.department,
            department_level=command.department_level,
            rule=HELP,
            handler=command.handler,
            first_owner=order.first_owner,
            area=order.area,
            against_person=order.against_person,
            received_at=order.received_at,
            request=command.request,
            at=command.at,
        )
    ]
