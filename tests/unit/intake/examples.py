"""Named sample events and commands: one ticket, on a Monday in November."""

from uuid import UUID

import msgspec

from services.intake.domain.appealing import appeal_id_of
from services.intake.domain.commands import (
    AnswerTicket,
    CloseAppeal,
    CloseTicket,
    LodgeAppeal,
    MergeTicket,
    PublishKnowledge,
    ReclassifyTicket,
    RegisterTicket,
    ReopenTicket,
    SupplementTicket,
    UnmergeTicket,
    WithdrawTicket,
)
from shared.contracts.intake import (
    KnowledgePublished,
    TicketClosed,
    TicketMerged,
    TicketReclassified,
    TicketReopened,
    TicketSupplemented,
    TicketUnmerged,
    TicketWithdrawn,
)
from shared.contracts.terms import Case
from tests.unit.support.examples import AT, CASE, HOUR, REGISTERED, TEXT, T

REGISTER = RegisterTicket(register=REGISTERED)
WITHDRAW = WithdrawTicket(ticket_id=T, reason=TEXT, at=AT)
ANSWER = AnswerTicket(
    ticket_id=T, round=1, notified=False, answer=TEXT, answered_by="zhang-min", revisit=True, at=AT
)
CLOSE = CloseTicket(ticket_id=T, round=1, closed_as="solved", at=AT)
WITHDRAWN = TicketWithdrawn(ticket_id=T, reason=TEXT, at=AT)
CLOSED = TicketClosed(ticket_id=T, round=1, closed_as="solved", at=AT)
SUPPLEMENT = SupplementTicket(ticket_id=T, content=TEXT, repeat=True, publicity_threat=False, at=AT)
SUPPLEMENTED = TicketSupplemented(ticket_id=T, content=TEXT, repeat=True, at=AT)
RECLASSIFY = ReclassifyTicket(
    ticket_id=T, severity="complex", category=None, kind=None, reason=TEXT, at=AT
)
COMPLEX: Case = msgspec.structs.replace(CASE, severity="complex")
RECLASSIFIED = TicketReclassified(
    ticket_id=T,
    case=COMPLEX,
    previous_kind="complaint",
    previous_severity="general",
    previous_category="billing",
    reason=TEXT,
    at=AT,
)
OTHER = UUID(int=12)
MERGE = MergeTicket(
    ticket_id=T, into=OTHER, target=CASE, target_received_at=AT, target_against=None, at=AT
)
MERGED = TicketMerged(ticket_id=T, into=OTHER, at=AT)
UNMERGE = UnmergeTicket(ticket_id=T, reason=None, revisit=None, at=AT + HOUR)
UNMERGED = TicketUnmerged(ticket_id=T, merged_into=OTHER, case=CASE, at=AT + HOUR)
REOPEN = ReopenTicket(ticket_id=T, reason=TEXT, at=AT + HOUR)
REOPENED = TicketReopened(ticket_id=T, round=2, case=CASE, reason=TEXT, at=AT + HOUR)
CONSULTATION = msgspec.structs.replace(
    REGISTERED, case=msgspec.structs.replace(CASE, kind="consultation")
)
PUBLISH = PublishKnowledge(ticket_id=T, title=TEXT, text=TEXT, notified=False, at=AT)
PUBLISHED = KnowledgePublished(ticket_id=T, title=TEXT, text=TEXT, at=AT)
LODGE = LodgeAppeal(ticket_id=T, round=1, reason=TEXT, through="通信管理局", at=AT + HOUR)
END = CloseAppeal(
    ticket_id=T, appeal_id=appeal_id_of(T, 1), outcome="upheld", newest_round=1, at=AT + 2 * HOUR
)
