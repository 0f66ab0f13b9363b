"""Which decision about a work order a command asks for."""

from typing import assert_never

from services.dispatch.domain.agreements import agree
from services.dispatch.domain.answers import respond
from services.dispatch.domain.assignment import assign
from services.dispatch.domain.commands import (
    AgreementCommand,
    AnswerCommand,
    AskForHelp,
    AssignmentCommand,
    HandlingCommand,
    WorkOrderCommand,
)
from services.dispatch.domain.handling import handle
from services.dispatch.domain.helping import ask_for_help
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import DispatchEvent


def decide_on(
    command: WorkOrderCommand, order: WorkOrder, work_orders: tuple[WorkOrder, ...]
) -> list[DispatchEvent]:
    """`work_orders` are all of the ticket's."""
    if isinstance(command, AssignmentCommand):
        return [*assign(command, order)]
    if isinstance(command, HandlingCommand):
        return [*handle(command, order)]
    if isinstance(command, AgreementCommand):
        return [*agree(command, order)]
    if isinstance(command, AnswerCommand):
        return [*respond(command, order)]
    if isinstance(command, AskForHelp):
        return [*ask_for_help(command, order, work_orders)]
    assert_never(command)
