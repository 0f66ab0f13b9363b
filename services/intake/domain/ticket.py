"""What intake decides about a ticket, from registration to closing."""

from typing import assert_never

from services.intake.domain.amending import reclassify, supplement
from services.intake.domain.appealing import appeal, ending
from services.intake.domain.closing import close
from services.intake.domain.commands import (
    AnswerTicket,
    AppealCommand,
    CloseAppeal,
    CloseTicket,
    MergeTicket,
    PublishKnowledge,
    ReclassifyTicket,
    RegisterTicket,
    ReopenTicket,
    SupplementTicket,
    TicketCommand,
    UnmergeTicket,
    WithdrawTicket,
)
from services.intake.domain.errors import (
    AlreadyNotifiedError,
    BeforeTicketError,
)
from services.intake.domain.knowledge import publish
from services.intake.domain.merging import merge, unmerge
from services.intake.domain.reopening import reopen
from services.intake.domain.stages import (
    Closed,
    Merged,
    NotRegistered,
    Open,
    Ticket,
    Withdrawn,
    as_open,
    evolve,
)
from shared.contracts.intake import (
    TicketAnswered,
    TicketClosed,
    TicketEvent,
    TicketWithdrawn,
)
from shared.decider import LEEWAY, Decider


def register(command: RegisterTicket, ticket: Ticket) -> list[TicketEvent]:
    match ticket:
        case NotRegistered():
            return [command.register]
        case Open() | Withdrawn() | Merged() | Closed():
            return []  # a repeat
        case _:
            assert_never(ticket)


def withdraw(command: WithdrawTicket, ticket: Ticket) -> list[TicketEvent]:
    if isinstance(ticket, Withdrawn):
        return []  # a repeat
    as_open(ticket)
    return [
        TicketWithdrawn(
            ticket_id=command.ticket_id,
            reason=command.reason,
            at=command.at,
        )
    ]


def answer(command: AnswerTicket, ticket: Ticket) -> list[TicketEvent]:
    """Once a round: another text can't follow, for the customer was told the first one."""
    found = as_open(ticket)
    if command.notified or found.answered_round >= command.round:
        raise AlreadyNotifiedError
    return _answered(command, found)


def _answered(command: AnswerTicket, ticket: Open) -> list[TicketEvent]:
    answered = TicketAnswered(
        ticket_id=command.ticket_id,
        round=command.round,
        case=ticket.case,
        number=ticket.register.number,
        answer=command.answer,
        answered_by=command.answered_by,
        revisit=command.revisit,
        at=command.at,
    )
    if command.revisit:
        return [answered]
    closed = TicketClosed(
        ticket_id=command.ticket_id, round=command.round, closed_as="answered", at=command.at
    )
    return [answered, *ending(closed, ticket)]


def _check_time(command: TicketCommand, ticket: Ticket) -> None:
    if isinstance(command, RegisterTicket | CloseTicket | CloseAppeal) or not isinstance(
        ticket, Open
    ):
        return
    if command.at < ticket.register.at - LEEWAY:
        raise BeforeTicketError


def decide(  # noqa: C901 - a case a command
    command: TicketCommand, ticket: Ticket
) -> list[TicketEvent]:
    _check_time(command, ticket)
    if isinstance(command, AppealCommand):
        return appeal(command, ticket)
    match command:
        case RegisterTicket():
            return register(command, ticket)
        case WithdrawTicket():
            return withdraw(command, ticket)
        case AnswerTicket():
            return answer(command, ticket)
        case CloseTicket():
            return close(command, ticket)
        case SupplementTicket():
            return supplement(command, ticket)
        case ReclassifyTicket():
            return reclassify(command, ticket)
        case MergeTicket():
            return merge(command, ticket)
        case UnmergeTicket():
            return unmerge(command, ticket)
        case ReopenTicket():
            return reopen(command, ticket)
        case PublishKnowledge():
            return publish(command, ticket)
        case _:
            assert_never(command)


TICKET: Decider[TicketCommand, Ticket, TicketEvent] = Decider(
    initial=NotRegistered(), decide=decide, evolve=evolve
)
