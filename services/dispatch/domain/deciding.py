"""Which decision about a work order a command asks for."""

from typing import assert_never

from services.dispatch.domain.agreements import agree
from services.dispatch.domain.answers import respond
from services.dispatch.domain.assignment import assign
from services.dispatch.domain.commands import (
    AgreementCommand,
    AnswerCommand,
    AssignmentCommand,
    HandlingCommand,
    WorkOrderCommand,
)
from services.dispatch.domain.handling import handle
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import DispatchEvent


def decide_on(command: WorkOrderCommand, order: WorkOrder) -> list[DispatchEvent]:
    if isinstance(command, AssignmentCommand):
        return [*assign(command, order)]
    if isinstance(command, HandlingCommand):
        return [*handle(command, order)]
    if isinstance(command, AgreementCommand):
        return [*agree(command, order)]
    if isinstance(command, AnswerCommand):
        return [*respond(command, order)]
    assert_never(command)
