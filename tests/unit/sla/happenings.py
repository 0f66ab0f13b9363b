"""What may happen to a ticket, as the events that the services would store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID, uuid5

import msgspec

from shared.contracts import dispatch, intake, revisit
from shared.contracts.terms import Case, Event, Kind, Severity, TakeoverLevel, Text
from tests.unit.sla import examples as ex

CLASSES: tuple[tuple[Kind, Severity, str | None], ...] = (
    ("complaint", "simple", None),
    ("complaint", "general", "mobile-network"),
    ("complaint", "major", "mobile-network-coverage"),
    ("praise", "general", None),
    ("fault_report", "general", "broadband-repair-town"),
    ("complaint", "complex", "broadband-install"),
    ("consultation", "simple", None),
    ("suggestion", "major", "broadband-repair-country"),
)
"""As what a ticket may turn out."""
TIMES = tuple(timedelta(minutes=one) for one in (-30, 10, 40, 90, 240, 1440, 4320))
"""For which a customer may be asked to wait."""
APPEAL = uuid5(ex.ORDER, "appeal lodged")
TEXT = Text(text_id=ex.IDS, digest="0" * 64)
SECOND = timedelta(seconds=1)


def order_of(round_number: int, role: dispatch.Role = "main") -> UUID:
    return uuid5(ex.ORDER, f"{role} {round_number}")


@dataclass(frozen=True)
class Happening:
    """One thing in the making: what, near which moment of the ladder, for which round."""

    what: str
    near: int
    beside: int
    round: int
    delay: int
    choice: int = 0
    """Of the next class, of the time that is promised, of the level that takes over."""


Make = Callable[[Case, datetime, Happening], Event]


def _made(kind: type[Event], at: datetime, **fields: object) -> Event:
    """Of these fields those that such an event has."""
    known = {name: value for name, value in fields.items() if name in kind.__struct_fields__}
    return msgspec.convert({"ticket_id": ex.TICKET, "at": at, **known}, kind)


def _of_order(kind: type[Event], role: dispatch.Role = "main", **said: object) -> Make:
    def make(case: Case, at: datetime, one: Happening) -> Event:
        fields = {"case": case, "number": "T20261123-00000000", "department": "billing", **said}
        order = order_of(one.round, role)
        return _made(kind, at, work_order_id=order, round=one.round, role=role, **fields)

    return make


def _of_ticket(kind: type[Event], **said: object) -> Make:
    def make(case: Case, at: datetime, one: Happening) -> Event:
        fields = {"case": case, "round": one.round, "number": "T20261123-00000000",
                  "department": "billing", "reason": TEXT, **said}  # fmt: skip
        return _made(kind, at, **fields)

    return make


def _promising(kind: type[Event], role: dispatch.Role = "main", **said: object) -> Make:
    def make(case: Case, at: datetime, one: Happening) -> Event:
        until = at + TIMES[one.choice % len(TIMES)]
        return _of_order(kind, role, promised_until=until, **said)(case, at, one)

    return make


def _agreed(case: Case, at: datetime, one: Happening) -> Event:
    until = at + TIMES[one.choice % len(TIMES)]
    make = _of_order(
        dispatch.ExtensionAgreed, reason=TEXT, until=until, consent_by=TEXT, consent_at=at,
        consent_means="phone",
    )  # fmt: skip
    return make(case, at, one)


def _reclassified(case: Case, at: datetime, one: Happening) -> Event:
    kind, severity, category = CLASSES[one.choice % len(CLASSES)]
    other = msgspec.structs.replace(case, kind=kind, severity=severity, category=category)
    make = _of_ticket(
        intake.TicketReclassified, case=other, previous_kind=case.kind,
        previous_severity=case.severity,
    )  # fmt: skip
    return make(case, at, one)


def _taken_over(case: Case, at: datetime, one: Happening) -> Event:
    levels = get_args(TakeoverLevel)
    level = levels[one.choice % len(levels)]
    return _of_order(dispatch.TakenOver, level=level, handler="ren-jie")(case, at, one)


HAPPENINGS: dict[str, Make] = {
    "offered": _of_order(dispatch.WorkOrderOffered, rule="otherwise"),
    "accepted": _of_order(dispatch.WorkOrderAccepted, handler="xu-lei"),
    "notified": _of_order(
        dispatch.CustomerNotified, about="result", channel="phone", outcome="reached"
    ),
    "told-progress": _of_order(
        dispatch.CustomerNotified, about="progress", channel="phone", outcome="reached"
    ),
    "answered": _of_ticket(intake.TicketAnswered, answer=TEXT, answered_by="desk", revisit=True),
    "withdrawn": _of_ticket(intake.TicketWithdrawn),
    "merged": _of_ticket(intake.TicketMerged, into=ex.ORDER),
    "unmerged": _of_ticket(intake.TicketUnmerged, merged_into=ex.ORDER),
    "rectified": _of_ticket(revisit.RectificationOrdered, revisit_id=ex.IDS),
    "reopened": _of_ticket(intake.TicketReopened),
    "spoke": _of_order(dispatch.ContactAttempted, channel="phone", outcome="no_answer"),
    "misdialled": _of_order(dispatch.ContactAttempted, channel="phone", outcome="wrong_number"),
    "not-done": _of_order(dispatch.ProgressReported, done=False),
    "done": _of_order(dispatch.ProgressReported, done=True),
    "completed": _of_order(dispatch.WorkOrderCompleted, solution=TEXT, solved=True),
    "wrote": _of_order(dispatch.WrittenAnswerSent, text=TEXT, written_by="xu-lei"),
    "rejected": _of_order(dispatch.WrittenAnswerReviewed, approved=False, reviewed_by="gao-feng"),
    "approved": _of_order(dispatch.WrittenAnswerReviewed, approved=True, reviewed_by="gao-feng"),
    "scheduled": _of_ticket(revisit.RevisitScheduled, revisit_id=ex.IDS),
    "concluded": _of_ticket(revisit.RevisitConcluded, revisit_id=ex.IDS, solved=True),
    "helper-offered": _of_order(dispatch.WorkOrderOffered, "help", rule="help"),
    "helper-accepted": _of_order(dispatch.WorkOrderAccepted, "help", handler="he-jun"),
    "helper-done": _of_order(dispatch.WorkOrderCompleted, "help", solution=TEXT, solved=True),
    "helper-promised": _promising(dispatch.WorkOrderAccepted, "help", handler="he-jun"),
    "told-overdue": _of_order(
        dispatch.CustomerNotified, about="overdue", channel="phone", outcome="reached"
    ),
    "told-in-vain": _of_order(
        dispatch.CustomerNotified, about="result", channel="phone", outcome="unreachable"
    ),
    "rests": _of_order(dispatch.HandlingSuspended, reason="awaiting_customer"),
    "rests-by-force": _of_order(dispatch.HandlingSuspended, reason="force_majeure"),
    "goes-on": _of_order(dispatch.HandlingResumed),
    "reclassified": _reclassified,
    "agreed": _agreed,
    "accepted-promising": _promising(dispatch.WorkOrderAccepted, handler="xu-lei"),
    "promised": _promising(dispatch.ContactAttempted, channel="phone", outcome="reached"),
    "promised-again": _promising(
        dispatch.CustomerNotified, about="progress", channel="phone", outcome="reached"
    ),
    "repeated": _of_ticket(intake.TicketSupplemented, content=TEXT, repeat=True),
    "threatened": _of_ticket(intake.TicketSupplemented, content=TEXT, publicity_threat=True),
    "supplemented": _of_ticket(intake.TicketSupplemented, content=TEXT),
    "taken-over": _taken_over,
    "lodged": _of_ticket(intake.AppealLodged, appeal_id=APPEAL),
    "appeal-offered": _of_order(
        dispatch.WorkOrderOffered, "appeal", rule="appeal", appeal_id=APPEAL
    ),
    "appeal-accepted": _of_order(dispatch.WorkOrderAccepted, "appeal", handler="dong-hua"),
    "appeal-answered": _of_order(
        dispatch.AppealAnswered, "appeal", appeal_id=APPEAL, outcome="settled", text=TEXT
    ),
    "called-back": _of_ticket(
        intake.ContactRecorded,
        contact_id=ex.IDS,
        client="crm",
        customer_ref=ex.IDS,
        channel="phone",
        callback_of=ex.TICKET,
        number=None,
    ),
    "concluded-task": _of_ticket(
        revisit.OutboundTaskConcluded, task_id=ex.TICKET, customer_ref=ex.IDS, outcome="done"
    ),
    "closed": _of_ticket(intake.TicketClosed, closed_as="solved"),
    "cancelled": _of_order(dispatch.WorkOrderCancelled, reason="answered"),
}


def registration(case: Case, start: datetime) -> Event:
    return intake.TicketRegistered(
        ticket_id=ex.TICKET,
        number="T20261123-00000000",
        case=case,
        content=TEXT,
        customer_name="张**",
        at=start,
    )


def _abandoned(case: Case, start: datetime) -> Event:
    return _made(
        intake.ContactRecorded, start, contact_id=ex.TICKET, client="crm", customer_ref=ex.IDS,
        channel="phone", customer_phone="138****5678", abandoned_at=start, pack=case.pack,
        pack_version=1,
    )  # fmt: skip


def _task(case: Case, start: datetime) -> Event:
    due_at = start + timedelta(days=2)
    return _made(
        revisit.OutboundTaskCreated, start, task_id=ex.TICKET, client="crm", customer_ref=ex.IDS,
        pack=case.pack, pack_version=1, moment="birthday", due_at=due_at,
    )  # fmt: skip


BEGINNINGS = {
    "hotline-400": [registration, registration, registration, _abandoned],
    "mobile-key-account": [registration, registration, registration, _task],
}
"""What is watched: a ticket, an abandoned contact, an outbound task."""
