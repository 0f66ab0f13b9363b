"""What each event tells, field by field: read from its publisher's own bytes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.sla.domain.facts import Fact
from services.sla.handlers import fact_of
from shared.codec import encode, name_of
from shared.contracts import dispatch, intake, revisit
from shared.contracts.terms import Event
from shared.worktime import epoch_of
from tests.unit.sla import examples as ex
from tests.unit.sla.test_handlers import headers
from tests.unit.sla.world import TEXT, contract_case

MONDAY = ex.at("2026-11-23 10:00")
LATER = MONDAY + timedelta(days=2)
ORDER, OTHER = UUID(int=4), UUID(int=5)


def made(kind: type[Event], **fields: Any) -> Event:  # noqa: ANN401 - an event's own
    known: dict[str, Any] = {
        "ticket_id": ex.TICKET,
        "round": 2,
        "case": contract_case(ex.case()),
        "number": "T20261123-00000000",
        "department": "billing",
        "customer_ref": ex.IDS,
        "client": "crm",
        "reason": TEXT,
        "at": MONDAY,
        "work_order_id": ORDER,
        **fields,
    }
    return msgspec.convert(
        {key: known[key] for key in known if key in kind.__struct_fields__}, kind
    )


def told(service: str, kind: type[Event], **fields: Any) -> Fact | None:  # noqa: ANN401 - as above
    event = made(kind, **fields)
    return fact_of(headers(f"{service}.{name_of(event)}"), encode(event))


@pytest.mark.parametrize(
    ("service", "kind", "fields", "name"),
    [
        ("intake", intake.TicketClosed, {"closed_as": "solved"}, "ticket-closed"),
        ("intake", intake.TicketSupplemented, {"content": TEXT}, None),
        ("intake", intake.TicketSupplemented, {"content": TEXT, "repeat": True},
         "customer-repeated"),
        ("intake", intake.TicketSupplemented, {"content": TEXT, "publicity_threat": True},
         "customer-repeated"),
        ("dispatch", dispatch.WorkOrderOffered, {"rule": "x"}, "work-order-offered"),
        ("dispatch", dispatch.WorkOrderOffered, {"rule": "x", "role": "help"}, "help-offered"),
        ("dispatch", dispatch.WorkOrderOffered, {"rule": "x", "role": "appeal"}, "appeal-offered"),
        ("dispatch", dispatch.WorkOrderCompleted, {"solution": TEXT, "solved": True},
         "work-order-completed"),
        ("dispatch", dispatch.WorkOrderCompleted,
         {"solution": TEXT, "solved": True, "role": "help"}, "help-completed"),
        ("dispatch", dispatch.WorkOrderCompleted,
         {"solution": TEXT, "solved": True, "role": "appeal"}, None),
        ("dispatch", dispatch.WorkOrderCancelled, {"reason": "answered"}, "work-order-cancelled"),
        ("dispatch", dispatch.WorkOrderCancelled, {"reason": "merged"}, None),
        ("dispatch", dispatch.WorkOrderCancelled, {"reason": "withdrawn"}, None),
        *[("dispatch", dispatch.ContactAttempted, {"channel": "phone", "outcome": outcome}, name)
          for outcome, name in [("reached", "contact-attempted"), ("refused", "contact-attempted"),
                                ("no_answer", "contact-attempted"), ("wrong_number", None),
                                ("nobody_home", None)]],
        ("dispatch", dispatch.ContactAttempted,
         {"channel": "phone", "outcome": "reached", "role": "help"}, None),
        ("dispatch", dispatch.ProgressReported, {"done": False}, "progress-unfinished"),
        ("dispatch", dispatch.ProgressReported, {"done": True}, "progress-done"),
        ("dispatch", dispatch.WrittenAnswerSent, {"text": TEXT, "written_by": "li-na"},
         "written-answer-sent"),
        ("dispatch", dispatch.WrittenAnswerReviewed, {"approved": True, "reviewed_by": "li-na"},
         "written-answer-approved"),
        ("dispatch", dispatch.WrittenAnswerReviewed, {"approved": False, "reviewed_by": "li-na"},
         "written-answer-rejected"),
        ("dispatch", dispatch.HandlingSuspended, {"reason": "force_majeure"}, "force_majeure"),
        ("dispatch", dispatch.HandlingSuspended, {"reason": "force_majeure", "role": "help"}, None),
        ("dispatch", dispatch.HandlingResumed, {}, "handling-resumed"),
        ("revisit", revisit.RevisitScheduled, {"revisit_id": ORDER}, "revisit-scheduled"),
        ("revisit", revisit.RevisitConcluded, {"revisit_id": ORDER}, "revisit-concluded"),
    ],
)  # fmt: skip
def test_an_event_tells_its_fact_or_none(
    service: str, kind: type[Event], fields: dict[str, Any], name: str | None
) -> None:
    """C-03, H-16, H-17, T-08, U-11: what counts, and what does not."""
    fact = told(service, kind, **fields)
    assert (fact and fact.name) == name
    if fact is not None and "round" in kind.__struct_fields__:
        assert fact.round == 2
    if fact is not None and "work_order_id" in kind.__struct_fields__:
        assert fact.work_order_id == str(ORDER)


def test_a_reclassification_says_how_the_ticket_is_classified_from_then_on() -> None:
    case = contract_case(ex.case("complaint", "major"))
    fact = told("intake", intake.TicketReclassified, case=case, previous_kind="complaint",
                previous_severity="simple")  # fmt: skip
    assert fact is not None
    assert (fact.name, fact.case) == ("ticket-reclassified", ex.case("complaint", "major"))


def test_a_promise_keeps_the_time_that_was_promised() -> None:
    """T-06."""
    for kind, fields in (
        (dispatch.WorkOrderAccepted, {"handler": "li-na"}),
        (dispatch.ContactAttempted, {"channel": "phone", "outcome": "reached"}),
        (dispatch.CustomerNotified, {"about": "progress", "channel": "sms", "outcome": "reached"}),
    ):
        fact = told("dispatch", kind, promised_until=LATER, **fields)
        assert fact is not None
        assert fact.until == epoch_of(LATER)


def test_a_longer_time_counts_from_when_the_customer_consented() -> None:
    """T-04: not from when that was written down."""
    consent_at = MONDAY - timedelta(hours=1)
    fact = told("dispatch", dispatch.ExtensionAgreed, until=LATER, consent_by=TEXT,
                consent_at=consent_at, consent_means="phone")  # fmt: skip
    assert fact is not None
    assert (fact.name, fact.at, fact.until) == ("extension-agreed", consent_at, epoch_of(LATER))


def test_an_appeal_is_known_by_its_own_id() -> None:
    """U-12."""
    lodged = told("intake", intake.AppealLodged, appeal_id=OTHER)
    answered = told("dispatch", dispatch.AppealAnswered, appeal_id=OTHER, outcome="upheld",
                    text=TEXT, role="appeal")  # fmt: skip
    assert lodged is not None
    assert answered is not None
    assert (lodged.name, answered.name) == ("appeal-lodged", "appeal-answered")
    assert lodged.work_order_id == answered.work_order_id == str(OTHER)


def test_an_abandoned_call_with_a_number_is_called_back() -> None:
    """H-29."""
    known = {"contact_id": OTHER, "channel": "phone", "abandoned_at": MONDAY, "pack_version": 1,
             "number": TEXT}  # fmt: skip
    whole = {**known, "customer_phone": "138****5678", "pack": "hotline-400"}
    fact = told("intake", intake.ContactRecorded, **whole)
    assert fact is not None
    assert fact.name == "contact-abandoned"
    assert fact.case is not None
    assert (fact.case.client, fact.case.pack) == ("crm", "hotline-400")
    answered = {**whole, "abandoned_at": None}
    for lacking in ({**whole, "customer_phone": None}, {**whole, "pack": None}, answered):
        assert told("intake", intake.ContactRecorded, **lacking) is None
    back = told("intake", intake.ContactRecorded, **answered, callback_of=ORDER)
    assert back is not None
    assert back.name == "contact-called-back"


def test_an_outbound_task_is_due_when_it_says_itself() -> None:
    """M-02."""
    fact = told("revisit", revisit.OutboundTaskCreated, task_id=OTHER, due_at=LATER,
                pack="mobile-key-account", pack_version=1, moment="birthday")  # fmt: skip
    assert fact is not None
    assert fact.case is not None
    assert (fact.case.pack, fact.until) == ("mobile-key-account", epoch_of(LATER))
    done = told("revisit", revisit.OutboundTaskConcluded, task_id=OTHER, outcome="done")
    assert done is not None
    assert done.name == "outbound-task-concluded"
