"""The commands by which the department answers, and somebody stands for it."""

from uuid import UUID

from fastapi import Request, Response

from services.dispatch.api.asking import AT_ORDER, answer_with, ask, pack_of
from services.dispatch.api.service import dispatch_of
from services.dispatch.domain.commands import (
    AskForHelp,
    ProposeSolution,
    ReviewWrittenAnswer,
    SendWrittenAnswer,
    SignForm,
    TakeOver,
)
from services.dispatch.models import (
    HelpRequest,
    ProposalRequest,
    ReviewRequest,
    SignOffRequest,
    TakeoverRequest,
    WrittenAnswerRequest,
)
from services.dispatch.routing import (
    authority_of,
    department_above,
    handler_in,
    is_handler_of,
    is_manager_of,
    reviews_answers,
)
from services.dispatch.shapes import WorkOrderView
from shared.http import body_of, service_router

router = service_router("dispatch")


@router.post(f"{AT_ORDER}/proposal", openapi_extra=body_of(ProposalRequest, WorkOrderView))
async def propose(work_order_id: UUID, request: Request) -> Response:
    """What the customer was offered, within the caller's authority."""
    asked = await ask(request, work_order_id, ProposalRequest)
    order, directory = asked.subject, dispatch_of(request).directory
    command = ProposeSolution(
        work_order_id=work_order_id,
        solution=asked.texts.seal(asked.body.solution),
        level=authority_of(directory, order, asked.caller.key.client, asked.at),
        accepted_by_customer=asked.body.accepted_by_customer,
        authority=pack_of(request, asked).authority,
        remedy=asked.body.remedy,
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/takeover", openapi_extra=body_of(TakeoverRequest, WorkOrderView))
async def take_over(work_order_id: UUID, request: Request) -> Response:
    """Handed up, to a handler there; above the department it moves to the handler's."""
    asked = await ask(request, work_order_id, TakeoverRequest)
    level, handler = asked.body.level, asked.body.handler
    directory = dispatch_of(request).directory
    department = department_above(directory, asked.subject, level, handler, asked.at)
    command = TakeOver(
        work_order_id=work_order_id,
        level=level,
        handler=handler,
        department=department.code if department else None,
        department_level=department.level if department else None,
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(
    f"{AT_ORDER}/written-answer", openapi_extra=body_of(WrittenAnswerRequest, WorkOrderView)
)
async def send_written_answer(work_order_id: UUID, request: Request) -> Response:
    """The caller's answer in writing, to the quality centre."""
    asked = await ask(request, work_order_id, WrittenAnswerRequest)
    command = SendWrittenAnswer(
        work_order_id=work_order_id,
        text=asked.texts.seal(asked.body.text),
        written_by=asked.caller.key.client,
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/review", openapi_extra=body_of(ReviewRequest, WorkOrderView))
async def review(work_order_id: UUID, request: Request) -> Response:
    """The quality centre's word on the written answer; not its author's."""
    asked = await ask(request, work_order_id, ReviewRequest)
    directory, reviewer = dispatch_of(request).directory, asked.caller.key.client
    command = ReviewWrittenAnswer(
        work_order_id=work_order_id,
        approved=asked.body.approved,
        reviewed_by=reviewer,
        note=asked.texts.seal(asked.body.note),
        is_of_centre=reviews_answers(directory, reviewer, asked.at),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/sign-off", openapi_extra=body_of(SignOffRequest, WorkOrderView))
async def sign(work_order_id: UUID, request: Request) -> Response:
    """The caller signs the handling form."""
    asked = await ask(request, work_order_id, SignOffRequest)
    directory, signer = dispatch_of(request).directory, asked.caller.key.client
    command = SignForm(
        work_order_id=work_order_id,
        signed_as=asked.body.role,
        signed_by=signer,
        opinion=asked.texts.seal(asked.body.opinion),
        is_known=directory.knows(signer),
        is_handler=is_handler_of(directory, asked.subject, signer, asked.at),
        is_manager=is_manager_of(directory, asked.subject.department, signer, asked.at),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/help", openapi_extra=body_of(HelpRequest, WorkOrderView))
async def ask_for_help(work_order_id: UUID, request: Request) -> Response:
    """Another department is offered a work order of its own, which helps with this one."""
    asked = await ask(request, work_order_id, HelpRequest)
    directory, department = dispatch_of(request).directory, asked.body.department
    command = AskForHelp(
        work_order_id=work_order_id,
        department=department,
        department_level=directory.level_of(department),
        handler=handler_in(directory, department, asked.subject, asked.at),
        request=asked.texts.seal(asked.body.request),
        at=asked.at,
    )
    return await answer_with(request, asked, command)
