"""What the department answers, and who stands for it."""

from typing import assert_never

from services.dispatch.domain.appealing import answer_appeal
from services.dispatch.domain.commands import (
    AnswerAppeal,
    AnswerCommand,
    ProposeSolution,
    ReviewWrittenAnswer,
    SendWrittenAnswer,
    SignForm,
    TakeOver,
)
from services.dispatch.domain.errors import (
    AlreadyReviewedError,
    BeyondAuthorityError,
    NotQualityCentreError,
    NoWrittenAnswerError,
    ReviewedByAuthorError,
    WorkOrderCancelledError,
    WrittenAnswerStandsError,
)
from services.dispatch.domain.levels import take_over
from services.dispatch.domain.plausibility import check_after_completion
from services.dispatch.domain.signing_errors import (
    AlreadySignedError,
    NotReturnedError,
    NotTheHandlerError,
    NotTheManagerError,
    SignedByHandlerError,
)
from services.dispatch.domain.time_errors import BeforeWrittenAnswerError
from services.dispatch.domain.turns import check_accepted, check_in_work
from services.dispatch.domain.work_order import Proposal, WorkOrder
from shared.contracts.dispatch import (
    AnswerEvent,
    FormSigned,
    SolutionProposed,
    WrittenAnswerReviewed,
    WrittenAnswerSent,
)
from shared.contracts.terms import LEVELS, Level, same_person
from shared.decider import LEEWAY
from shared.packs import Authority


def respond(command: AnswerCommand, order: WorkOrder) -> list[AnswerEvent]:
    match command:
        case ProposeSolution():
            return propose(command, order)
        case TakeOver():
            return take_over(command, order)
        case SendWrittenAnswer():
            return send_written_answer(command, order)
        case ReviewWrittenAnswer():
            return review_written_answer(command, order)
        case AnswerAppeal():
            return answer_appeal(command, order)
        case SignForm():
            return sign(command, order)
        case _:
            assert_never(command)


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
        raise BeyondAuthorityError(level=_lowest(command.authority, command.remedy))


def _lowest(authority: Authority, remedy: str) -> Level | None:
    """Who may promise the remedy; None where nobody may."""
    return next((level for level in LEVELS if authority.allows(level, remedy)), None)


def send_written_answer(command: SendWrittenAnswer, order: WorkOrder) -> list[AnswerEvent]:
    """In writing to the quality centre (H-17); one that it refused may be written again."""
    check_accepted(order)
    if order.written_answer is not None and order.written_answer.approved is not False:
        raise WrittenAnswerStandsError
    return [
        WrittenAnswerSent(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            text=command.text,
            written_by=command.written_by,
            at=command.at,
        )
    ]


def review_written_answer(command: ReviewWrittenAnswer, order: WorkOrder) -> list[AnswerEvent]:
    """By the quality centre, and another person than who wrote it (H-18)."""
    check_accepted(order)
    answer = order.written_answer
    if answer is None:
        raise NoWrittenAnswerError
    if same_person(command.reviewed_by, answer.written_by):
        raise ReviewedByAuthorError
    if not command.is_of_centre:
        raise NotQualityCentreError
    if command.at < answer.at - LEEWAY:
        raise BeforeWrittenAnswerError
    if answer.approved is not None:
        if (command.approved, command.reviewed_by) != (answer.approved, answer.reviewed_by):
            raise AlreadyReviewedError
        return []  # a repeat
    return [
        WrittenAnswerReviewed(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            approved=command.approved,
            reviewed_by=command.reviewed_by,
            note=command.note,
            at=command.at,
        )
    ]


def sign(command: SignForm, order: WorkOrder) -> list[AnswerEvent]:
    """Each role once, after completion, and after the ticket's end too (H-28)."""
    if order.state == "cancelled":
        raise WorkOrderCancelledError
    if order.state not in {"completed", "notified"}:
        raise NotReturnedError
    if command.signed_as in {one.signed_as for one in order.signatures}:
        raise AlreadySignedError
    check_after_completion(command.at, order)
    _check_signatory(command, order)
    return [
        FormSigned(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            signed_as=command.signed_as,
            signed_by=command.signed_by,
            opinion=command.opinion,
            at=command.at,
        )
    ]


def _check_signatory(command: SignForm, order: WorkOrder) -> None:
    """Three people sign, as the directory has them (H-28); whom it doesn't know is a system."""
    if not command.is_known:
        return
    match command.signed_as:
        case "handler":
            if not command.is_handler:
                raise NotTheHandlerError
        case "department_manager":
            if not command.is_manager:
                raise NotTheManagerError
        case "project_manager":
            if same_person(command.signed_by, order.handler):
                raise SignedByHandlerError
        case _:
            assert_never(command.signed_as)
