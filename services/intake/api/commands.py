"""What can be done with a ticket once it is registered."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.intake.api.service import intake_of
from services.intake.api.tickets import AT_TICKET
from services.intake.domain.commands import (
    AnswerTicket,
    LodgeAppeal,
    MergeTicket,
    PublishKnowledge,
    ReclassifyTicket,
    ReopenTicket,
    SupplementTicket,
    TicketCommand,
    WithdrawTicket,
)
from services.intake.domain.stages import Ticket
from services.intake.guards import while_open
from services.intake.knowledge import knowledge_changes
from services.intake.models import (
    AnswerTicketRequest,
    AppealRequest,
    MergeTicketRequest,
    PublishKnowledgeRequest,
    ReclassifyTicketRequest,
    ReopenTicketRequest,
    SupplementTicketRequest,
    UnmergeTicketRequest,
    WithdrawTicketRequest,
)
from services.intake.projections import TicketSummary
from services.intake.shapes import TicketReceipt
from services.intake.unmerging import unmerge_ticket
from services.intake.views import receipt, visible_ticket
from shared.command_handler import Handled
from shared.http import (
    Asked,
    BodyType,
    answer,
    body_of,
    carry_out_on,
    read_command,
    service_router,
)
from shared.tables import RowChange
from shared.vault import unless_erased

router = service_router("intake")


async def _ask(
    request: Request,
    ticket_id: UUID,
    model: type[BodyType],
    *,
    needs_version: bool = False,
    may_say_nothing: bool = False,
) -> Asked[BodyType, TicketSummary]:
    intake = intake_of(request)
    sent = await read_command(
        request,
        intake.core,
        "tickets:write",
        model,
        needs_version=needs_version,
        may_say_nothing=may_say_nothing,
    )
    return sent.about(await visible_ticket(intake, sent.caller, ticket_id, sent.identity))


async def _answer_with(
    request: Request,
    asked: Asked[Any, TicketSummary],
    command: TicketCommand,
    *beside: RowChange,
) -> Response:
    """200 with the ticket as the command left it, or had left it when it first came."""
    rows = (*asked.texts.rows, *beside)
    tickets, ticket_id = intake_of(request).tickets, asked.subject.ticket_id
    handled = await carry_out_on(tickets, ticket_id, asked, command, rows=rows)
    return _answer(handled)


def _answer(handled: Handled[Ticket]) -> Response:
    return answer(receipt(handled), version=handled.version, replayed=handled.replayed)


@router.post(f"{AT_TICKET}/withdrawal", openapi_extra=body_of(WithdrawTicketRequest, TicketReceipt))
async def withdraw(ticket_id: UUID, request: Request) -> Response:
    """The customer takes the matter back."""
    asked = await _ask(request, ticket_id, WithdrawTicketRequest)
    command = WithdrawTicket(
        ticket_id=ticket_id, reason=asked.texts.seal(asked.body.reason), at=asked.at
    )
    return await _answer_with(request, asked, command)


@router.post(f"{AT_TICKET}/answer", openapi_extra=body_of(AnswerTicketRequest, TicketReceipt))
async def answer_at_once(ticket_id: UUID, request: Request) -> Response:
    """Completion and result notice in one."""
    asked = await _ask(request, ticket_id, AnswerTicketRequest)
    case = asked.subject.case
    command = AnswerTicket(
        ticket_id=ticket_id,
        round=asked.subject.rounds,
        notified=asked.subject.is_notified,
        answer=asked.texts.seal(asked.body.text),
        answered_by=asked.caller.key.client,
        revisit=intake_of(request).core.packs.judging(case).revisit.calls_back(case.kind),
        at=asked.at,
    )
    return await _answer_with(request, asked, command)


@router.post(
    f"{AT_TICKET}/supplements", openapi_extra=body_of(SupplementTicketRequest, TicketReceipt)
)
async def supplement(ticket_id: UUID, request: Request) -> Response:
    """The customer adds something, asks again, or threatens to go public."""
    asked = await _ask(request, ticket_id, SupplementTicketRequest)
    command = SupplementTicket(
        ticket_id=ticket_id,
        content=asked.texts.seal(asked.body.content),
        repeat=asked.body.repeat,
        publicity_threat=asked.body.publicity_threat,
        at=asked.at,
    )
    return await _answer_with(request, asked, command)


@router.post(
    f"{AT_TICKET}/reclassification",
    openapi_extra=body_of(ReclassifyTicketRequest, TicketReceipt, needs="If-Match"),
)
async def reclassify(ticket_id: UUID, request: Request) -> Response:
    """It is something else than it was taken for."""
    asked = await _ask(request, ticket_id, ReclassifyTicketRequest, needs_version=True)
    command = ReclassifyTicket(
        ticket_id=ticket_id,
        severity=asked.body.severity,
        category=asked.body.category,
        kind=asked.body.kind,
        reason=asked.texts.seal(asked.body.reason),
        at=asked.at,
    )
    return await _answer_with(request, asked, command)


@router.post(
    f"{AT_TICKET}/merge", openapi_extra=body_of(MergeTicketRequest, TicketReceipt, needs="If-Match")
)
async def merge(ticket_id: UUID, request: Request) -> Response:
    """Another ticket of the same customer goes on for both."""
    asked = await _ask(request, ticket_id, MergeTicketRequest, needs_version=True)
    into = asked.body.into
    target = await visible_ticket(intake_of(request), asked.caller, into, asked.identity)
    command = MergeTicket(
        ticket_id=ticket_id,
        into=into,
        target=target.case,
        target_received_at=target.received_at,
        target_against=target.against_person,
        at=asked.at,
    )
    return await _answer_with(request, asked, command, while_open(into))


@router.post(
    f"{AT_TICKET}/unmerge",
    openapi_extra=body_of(UnmergeTicketRequest, TicketReceipt, required=False),
)
async def unmerge(ticket_id: UUID, request: Request) -> Response:
    """It was another matter after all: as though it had never been merged."""
    asked = await _ask(request, ticket_id, UnmergeTicketRequest, may_say_nothing=True)
    reason = asked.texts.seal(asked.body.reason)
    return _answer(await unmerge_ticket(intake_of(request), asked, reason))


@router.post(f"{AT_TICKET}/reopening", openapi_extra=body_of(ReopenTicketRequest, TicketReceipt))
async def reopen(ticket_id: UUID, request: Request) -> Response:
    """A closed ticket begins another round."""
    asked = await _ask(request, ticket_id, ReopenTicketRequest)
    command = ReopenTicket(
        ticket_id=ticket_id, reason=asked.texts.seal(asked.body.reason), at=asked.at
    )
    return await _answer_with(request, asked, command)


@router.post(f"{AT_TICKET}/appeal", openapi_extra=body_of(AppealRequest, TicketReceipt))
async def appeal(ticket_id: UUID, request: Request) -> Response:
    """The customer takes it above the company's answer; a closed ticket is reopened by it."""
    asked = await _ask(request, ticket_id, AppealRequest)
    command = LodgeAppeal(
        ticket_id=ticket_id,
        round=asked.subject.rounds,
        reason=asked.texts.seal(asked.body.reason),
        through=asked.body.through,
        at=asked.at,
    )
    return await _answer_with(request, asked, command)


@router.post(
    f"{AT_TICKET}/knowledge", openapi_extra=body_of(PublishKnowledgeRequest, TicketReceipt)
)
async def publish_knowledge(ticket_id: UUID, request: Request) -> Response:
    """What a consultation was answered, for the next one who asks."""
    asked = await _ask(request, ticket_id, PublishKnowledgeRequest)
    body = asked.body
    command = PublishKnowledge(
        ticket_id=ticket_id,
        title=asked.texts.seal(body.title),
        text=asked.texts.seal(body.text),
        notified=asked.subject.is_notified,
        at=asked.at,
    )
    beside = knowledge_changes(asked.subject, command, f"{body.title} {body.text}")
    still_kept = unless_erased(asked.subject.case.customer_ref)
    return await _answer_with(request, asked, command, still_kept, *beside)
