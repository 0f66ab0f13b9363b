"""Named sample events and commands of an appeal, beside the work order of its round."""

import msgspec

from services.dispatch.domain.appealing import appeal_order_id
from services.dispatch.domain.commands import AnswerAppeal
from services.dispatch.domain.ticket_commands import OfferAppeal
from shared.contracts.dispatch import AppealAnswered
from tests.unit.dispatch.examples import ACCEPTED, OFFERED
from tests.unit.support.examples import AT, CASE, LODGED, NUMBER, TEXT, T

A = appeal_order_id(T, LODGED.appeal_id)
"""The appeal's own work order."""
OFFER_APPEAL = OfferAppeal(
    ticket_id=T,
    appeal_id=LODGED.appeal_id,
    round=1,
    case=CASE,
    number=NUMBER,
    department="group-service",
    handler=None,
    through="通信管理局",
    lodged_at=AT,
    at=AT,
)
APPEALED = msgspec.structs.replace(
    OFFERED,
    work_order_id=A,
    role="appeal",
    department="group-service",
    rule="appeal",
    appeal_id=LODGED.appeal_id,
    through="通信管理局",
)
TAKEN_ON = msgspec.structs.replace(ACCEPTED, work_order_id=A, role="appeal", handler="shi-lan")
ANSWER = AnswerAppeal(
    work_order_id=A, answering=("group-service",), outcome="upheld", text=TEXT, at=AT
)
APPEAL_ANSWERED = AppealAnswered(
    work_order_id=A,
    ticket_id=T,
    round=1,
    role="appeal",
    appeal_id=LODGED.appeal_id,
    department="group-service",
    outcome="upheld",
    text=TEXT,
    at=AT,
)
IN_WORK = OFFERED, ACCEPTED, APPEALED, TAKEN_ON
