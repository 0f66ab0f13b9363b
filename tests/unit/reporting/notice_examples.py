"""A rectification notice, and what is asked about it."""

from uuid import UUID

from services.reporting.domain.notices import ConcludeNotice, IssueNotice, SignNotice
from shared.contracts.reporting import NoticeConcluded, NoticeIssued, NoticeSigned
from tests.unit.support.examples import AT, HOUR, TEXT, T

ISSUED = NoticeIssued(
    notice_id=UUID(int=1),
    score_ref=UUID(int=2),
    ticket_id=T,
    round=1,
    score=2,
    client="crm",
    customer_ref=UUID(int=5),
    department="billing",
    text=TEXT,
    issued_by="cui-jun",
    at=AT,
)
SIGNED = NoticeSigned(notice_id=UUID(int=1), signed_by="gao-feng", at=AT)
CONCLUDED = NoticeConcluded(notice_id=UUID(int=1), result=TEXT, concluded_by="xu-lei", at=AT + HOUR)
issue = IssueNotice(ISSUED)
sign = SignNotice(signed_by="gao-feng", at=AT)
conclude = ConcludeNotice(result=TEXT, concluded_by="xu-lei", at=AT + HOUR)
