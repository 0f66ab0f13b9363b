"""A work order after what the department answered, or who stood for it."""

from dataclasses import replace
from typing import assert_never

from services.dispatch.domain.work_order import Proposal, Signature, WorkOrder, WrittenAnswer
from shared.contracts.dispatch import (
    AnswerEvent,
    AppealAnswered,
    FormSigned,
    SolutionProposed,
    TakenOver,
    WrittenAnswerReviewed,
    WrittenAnswerSent,
)


def answered(order: WorkOrder, event: AnswerEvent) -> WorkOrder:
    """Of events of what was answered."""
    match event:
        case SolutionProposed():
            return _proposed(order, event)
        case TakenOver():
            return _taken_over(order, event)
        case WrittenAnswerSent():
            answer = WrittenAnswer(at=event.at, written_by=event.written_by)
            return replace(order, written_answer=answer)
        case WrittenAnswerReviewed():
            return _reviewed(order, event)
        case AppealAnswered():
            appeal = order.appeal and replace(order.appeal, outcome=event.outcome)
            return replace(order, state="completed", appeal=appeal)
        case FormSigned():
            signature = Signature(at=event.at, signed_as=event.signed_as, signed_by=event.signed_by)
            return replace(order, signatures=(*order.signatures, signature))
        case _:
            assert_never(event)


def _proposed(order: WorkOrder, event: SolutionProposed) -> WorkOrder:
    proposal = Proposal(
        at=event.at,
        level=event.level,
        remedy=event.remedy,
        accepted_by_customer=event.accepted_by_customer,
    )
    return replace(order, proposals=(*order.proposals, proposal))


def _reviewed(order: WorkOrder, event: WrittenAnswerReviewed) -> WorkOrder:
    if order.written_answer is None:
        return order
    reviewed = replace(order.written_answer, approved=event.approved, reviewed_by=event.reviewed_by)
    return replace(order, written_answer=reviewed)


def _taken_over(order: WorkOrder, event: TakenOver) -> WorkOrder:
    by_itself = () if event.escalation_id is None else (event.escalation_id,)
    return replace(
        order,
        # Somebody has it now, whatever was to be arbitrated.
        state="offered" if order.state == "in_arbitration" else order.state,
        proposed_department=None,
        level=event.level,
        handler=event.handler,
        department=event.department or order.department,
        department_level=event.department_level or order.department_level,
        taken_over_at=event.at,
        escalations=(*order.escalations, *by_itself),
    )
