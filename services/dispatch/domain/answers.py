"""What the department answers, and who stands for it."""

from services.dispatch.domain.commands import AnswerCommand, ProposeSolution
from services.dispatch.domain.errors import BeyondAuthorityError
from services.dispatch.domain.turns import check_in_work
from services.dispatch.domain.work_order import Proposal, WorkOrder
from shared.contracts.dispatch import AnswerEvent, SolutionProposed


def respond(command: AnswerCommand, order: WorkOrder) -> list[AnswerEvent]:
    return propose(command, order)


def propose(command: ProposeSolution, order: WorkOrder) -> list[AnswerEvent]:
    """What to offer (T-07); no remedy beyond the authority of who offers it (H-24, T-05)."""
    check_in_work(order)
    proposal = Proposal(
        at=command.at,
        level=command.level,
        remedy=command.remedy,
        accepted_by_customer=command.accepted_by_customer,
    )
    if proposal in order.proposals:
        return []  # a repeat
    _check_authority(command)
    return [
        SolutionProposed(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            solution=command.solution,
            level=command.level,
            accepted_by_customer=command.accepted_by_customer,
            remedy=command.remedy,
            at=command.at,
        )
    ]


def _check_authority(command: ProposeSolution) -> None:
    if command.remedy is None or command.authority is None:
        return
    if not command.authority.allows(command.level, command.remedy):
        raise BeyondAuthorityError
