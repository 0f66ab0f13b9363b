"""Named sample events and commands: one ticket, on a Monday in November."""

from services.intake.domain.commands import (
    AnswerTicket,
    CloseTicket,
    RegisterTicket,
    WithdrawTicket,
)
from shared.contracts.intake import TicketClosed, TicketWithdrawn
from tests.unit.support.examples import AT, REGISTERED, TEXT, T

REGISTER = RegisterTicket(register=REGISTERED)
WITHDRAW = WithdrawTicket(ticket_id=T, reason=TEXT, at=AT)
ANSWER = AnswerTicket(
    ticket_id=T, round=1, notified=False, answer=TEXT, answered_by="zhang-min", revisit=True, at=AT
)
CLOSE = CloseTicket(ticket_id=T, round=1, closed_as="solved", at=AT)
WITHDRAWN = TicketWithdrawn(ticket_id=T, reason=TEXT, at=AT)
CLOSED = TicketClosed(ticket_id=T, round=1, closed_as="solved", at=AT)
