"""An appeal is a record of its own: a work order at the nation level, which alone answers it."""

from uuid import UUID, uuid5

from services.dispatch.domain.agreement_errors import SuspendedError
from services.dispatch.domain.appeal_errors import (
    AppealOrderError,
    NotAnAppealError,
    NotNationLevelError,
)
from services.dispatch.domain.commands import AnswerAppeal
from services.dispatch.domain.errors import WorkOrderNotFoundError
from services.dispatch.domain.plausibility import check_after_acceptance
from services.dispatch.domain.stages import Ended, Ticket, Unheard, newest_round
from services.dispatch.domain.ticket_commands import OfferAppeal
from services.dispatch.domain.turns import check_in_work
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import AnswerEvent, AppealAnswered, DispatchEvent, WorkOrderOffered

APPEAL = "appeal"
"""The rule that names the department: the nation level answers appeals (U-12)."""


def appeal_order_id(ticket_id: UUID, appeal_id: UUID) -> UUID:
    """The same however often the appeal is heard of."""
    return uuid5(ticket_id, f"appeal/{appeal_id}")


def offer_appeal(command: OfferAppeal, ticket: Ticket) -> list[DispatchEvent]:
    """Raises WorkOrderNotFoundError for a ticket unheard of: intake tells of it before."""
    offered = appeal_order_id(command.ticket_id, command.appeal_id)
    match ticket:
        case Unheard():
            raise WorkOrderNotFoundError
        case Ended():
            return []  # it ended meanwhile, and that wins
        case _ if any(order.work_order_id == offered for order in ticket.work_orders):
            return []  # a repeat
        case _:
            return [_offered(command, newest_round(ticket.work_orders), offered)]


def _offered(command: OfferAppeal, main: WorkOrder, offered: UUID) -> WorkOrderOffered:
    return WorkOrderOffered(
        work_order_id=offered,
        ticket_id=command.ticket_id,
        round=command.round,
        role="appeal",
        case=command.case,
        number=command.number,
        department=command.department,
        department_level=command.department_level,
        rule=APPEAL,
        handler=command.handler,
        first_owner=main.first_owner,
        area=main.area,
        against_person=main.against_person,
        received_at=command.lodged_at,
        appeal_id=command.appeal_id,
        through=command.through,
        at=command.at,
    )


def check_no_appeal(order: WorkOrder) -> None:
    """An appeal is neither completed nor is its result told in any other way than by its answer."""
    if order.appeal is not None:
        raise AppealOrderError


def answer_appeal(command: AnswerAppeal, order: WorkOrder) -> list[AnswerEvent]:
    """By a department of the nation level, never by a lower one."""
    if order.appeal is None:
        raise NotAnAppealError
    check_in_work(order)
    if order.department not in command.answering:
        raise NotNationLevelError
    if order.suspension is not None:
        raise SuspendedError
    check_after_acceptance(command.at, order)
    return [
        AppealAnswered(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            appeal_id=order.appeal.appeal_id,
            department=order.department,
            outcome=command.outcome,
            text=command.text,
            at=command.at,
        )
    ]
