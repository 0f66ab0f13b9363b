"""What can be asked of each decider, in the state that its subject is in."""

from dataclasses import replace
from typing import Any

import msgspec

from services.dispatch.domain.commands import AnswerLimit, DispatchCommand
from services.dispatch.domain.stages import Ticket as DispatchTicket
from services.dispatch.domain.stages import newest_round, work_orders_of
from services.dispatch.domain.work_order import WorkOrder
from services.intake.domain.commands import RegisterTicket, TicketCommand
from services.intake.domain.stages import Ticket
from services.reporting.domain.notices import Notice, NoticeCommand
from services.revisit.domain.commands import OutboundTaskCommand, RevisitCommand
from services.revisit.domain.outbound_stages import OutboundTask
from services.revisit.domain.stages import CallBacks
from shared.packs import Authority
from tests.unit.dispatch import appeal_examples as of_appeals
from tests.unit.dispatch import examples as of_dispatch
from tests.unit.intake import examples as of_intake
from tests.unit.reporting import notice_examples as of_notices
from tests.unit.revisit import examples as of_revisit
from tests.unit.revisit import outbound_examples as of_tasks
from tests.unit.support.examples import AT, HOUR, W

LIMIT = AnswerLimit(is_set=True, due_at=AT + HOUR)
EARLIER = AT - HOUR
"""Before the customer got in touch, or was told anything."""


def ticket_commands(ticket: Ticket) -> list[TicketCommand]:
    e = of_intake
    in_round = getattr(ticket, "round", 1)
    answer = replace(e.ANSWER, round=in_round)
    return [
        e.REGISTER,
        RegisterTicket(register=e.CONSULTATION),
        e.WITHDRAW,
        answer,
        replace(answer, revisit=False),
        replace(answer, notified=True),
        replace(e.CLOSE, round=in_round),
        e.SUPPLEMENT,
        e.RECLASSIFY,
        e.MERGE,
        replace(e.MERGE, into=e.MERGE.ticket_id),
        replace(e.MERGE, target=msgspec.structs.replace(e.MERGE.target, client="shop")),
        replace(e.SUPPLEMENT, at=EARLIER),
        e.UNMERGE,
        replace(e.UNMERGE, at=EARLIER),
        e.REOPEN,
        replace(e.REOPEN, at=EARLIER),
        replace(e.LODGE, round=in_round),
        replace(e.END, appeal_id=getattr(ticket, "appeal", None) or e.END.appeal_id),
        e.PUBLISH,
        replace(e.PUBLISH, notified=True),
    ]


def work_order_commands(ticket: DispatchTicket) -> list[DispatchCommand]:
    """What can be asked about the newest round, and what other services say of the ticket."""
    e = of_dispatch
    orders = work_orders_of(ticket)
    newest = newest_round(orders) if orders else None
    in_round = newest.round if newest else 1
    told: list[DispatchCommand] = [
        e.OFFER,
        replace(e.OFFER, against_person=e.ACCEPT.handler),
        replace(e.RECTIFY, round=in_round + 1),
        replace(e.RECTIFY, round=in_round + 1, reopened=True),
        e.CHANGE_CASE,
        replace(e.DELAY, round=in_round),
        replace(e.ESCALATION, round=in_round),
        e.UNMERGE,
        *[e.cancel(one, in_round) for one in ("answered", "withdrawn", "merged", "closed")],
    ]
    asked: list[Any] = [
        e.ACCEPT,
        replace(e.ACCEPT, handler="sun-yue"),
        replace(e.ACCEPT, promised_until=EARLIER),
        *[replace(one, promised_until=AT + 2 * HOUR, limit=LIMIT) for one in _promises()],
        replace(e.ACCEPT, promised_until=AT + HOUR, limit=AnswerLimit(is_set=True)),
        replace(e.CONTACT, at=EARLIER),
        e.REFUSE,
        e.ARBITRATE,
        e.TRANSFER,
        e.CONTACT,
        replace(e.CONTACT, outcome="reached", guidance="unsolved"),
        e.VERIFY,
        e.REPORT,
        e.COMPLETE,
        replace(e.COMPLETE, visit_after_guidance=True),
        replace(e.COMPLETE, solved=False, before_unsolved=1),
        e.NOTIFY,
        replace(e.NOTIFY, outcome="unreachable"),
        replace(e.NOTIFY, about="progress"),
        e.EXTEND,
        replace(e.EXTEND, offered=False),
        replace(e.EXTEND, consent_at=AT + 2 * HOUR, at=AT + 2 * HOUR, limit=LIMIT),
        replace(e.EXTEND, until=AT + HOUR),
        replace(e.EXTEND, consent_at=AT + HOUR),
        e.SUSPEND,
        replace(e.SUSPEND, reason="force_majeure"),
        e.RESUME,
        replace(e.RESUME, at=EARLIER),
        e.APPOINT,
        replace(e.APPOINT, until=e.APPOINT.from_at),
        replace(e.APPOINT, from_at=AT + 25 * HOUR),
        e.MISS,
        replace(e.MISS, at=AT),
        replace(e.MISS, note_left=False),
        e.PROPOSE,
        replace(e.PROPOSE, authority=Authority(remedies={})),
        e.TAKE_OVER,
        e.WRITE,
        e.REVIEW,
        replace(e.REVIEW, reviewed_by=e.WRITE.written_by),
        replace(e.REVIEW, approved=False),
        e.SIGN,
        e.ASK,
        replace(e.ASK, department="billing"),
    ]
    order_id = newest.work_order_id if newest else W
    about = [replace(one, work_order_id=order_id) for one in asked]
    return [*told, *about, *_appeal_commands(ticket, in_round)]


def _promises() -> list[Any]:
    """The commands by which a customer may be promised something, as nobody else gives them."""
    e = of_dispatch
    return [
        replace(e.ACCEPT, handler="sun-yue"),
        replace(e.CONTACT, at=AT + HOUR),
        replace(e.NOTIFY, about="progress", at=AT + HOUR),
    ]


def _appeal_commands(ticket: DispatchTicket, in_round: int) -> list[DispatchCommand]:
    """What is asked about the newest appeal; without one, about the work order that is there."""
    e = of_appeals
    appeal = newest_appeal(ticket)
    order_id = appeal.work_order_id if appeal else W
    later = AT + 9 * HOUR
    answer = replace(e.ANSWER, work_order_id=order_id, at=later)
    return [
        replace(e.OFFER_APPEAL, round=in_round),
        *([replace(of_dispatch.ACCEPT, work_order_id=order_id, at=later)] if appeal else []),
        answer,
        replace(answer, answering=()),
    ]


def newest_appeal(ticket: DispatchTicket) -> WorkOrder | None:
    """The work order of the newest appeal."""
    appeals = [one for one in work_orders_of(ticket) if one.appeal is not None]
    return appeals[-1] if appeals else None


def call_back_commands(call_backs: CallBacks) -> list[RevisitCommand]:
    e = of_revisit
    in_round = max(call_backs, default=1)
    late = AT + 50 * HOUR
    return [
        replace(e.SCHEDULE, round=in_round),
        replace(e.SCHEDULE, round=in_round + 1),
        replace(e.ATTEMPT, round=in_round),
        replace(e.ATTEMPT, round=in_round, at=AT + 4 * HOUR),
        replace(e.ATTEMPT, round=in_round, at=AT + 26 * HOUR),
        replace(e.ATTEMPT, round=in_round, at=EARLIER),
        replace(e.CONCLUDE, round=in_round),
        replace(e.CONCLUDE, round=in_round, solved=False),
        replace(e.GIVE_UP, round=in_round, at=late),
        e.CANCEL,
        replace(e.CANCEL, reason="merged"),
        e.RESCHEDULE,
    ]


def notice_commands(_notice: Notice) -> list[NoticeCommand]:
    e = of_notices
    return [e.issue, e.sign, e.conclude]


def task_commands(_task: OutboundTask) -> list[OutboundTaskCommand]:
    e = of_tasks
    return [
        e.CREATE,
        replace(e.CREATE, exempt=True),
        replace(e.CREATE, rules=None),
        e.ATTEMPT,
        replace(e.ATTEMPT, at=EARLIER),
        e.HAND_OVER,
        replace(e.HAND_OVER, at=EARLIER),
        replace(e.HAND_OVER, passed_to="counter"),
        e.CONCLUDE,
        replace(e.CONCLUDE, outcome="refused"),
    ]
