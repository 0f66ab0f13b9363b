"""What people may do with a work order, and when."""

from dataclasses import replace as with_changes
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain import agreement_errors, errors, signing_errors
from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    NotifyCustomer,
    RecordContact,
    WorkOrderCommand,
)
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState
from shared.decider import BrokenRuleError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    APPOINT,
    ARBITRATE,
    ASK,
    COMPLETE,
    CONTACT,
    EXTEND,
    MISS,
    NOTIFY,
    OFFERED,
    PAST,
    PROPOSE,
    REFUSE,
    REPORT,
    RESUME,
    REVIEW,
    SIGN,
    SUSPEND,
    TAKE_OVER,
    TRANSFER,
    VERIFY,
    WRITE,
)
from tests.unit.support.examples import AT, HOUR

ticket = DeciderSpec(TICKET)
UNSOLVED = with_changes(COMPLETE, solved=False)
MINUTE = timedelta(minutes=1)
COMMANDS: tuple[WorkOrderCommand, ...] = (
    ACCEPT,
    REFUSE,
    ARBITRATE,
    TRANSFER,
    CONTACT,
    VERIFY,
    REPORT,
    COMPLETE,
    NOTIFY,
    EXTEND,
    SUSPEND,
    RESUME,
    APPOINT,
    MISS,
    PROPOSE,
    TAKE_OVER,
    WRITE,
    REVIEW,
    SIGN,
    ASK,
)
REFUSALS: list[tuple[WorkOrderCommand, WorkOrderState, type[BrokenRuleError]]] = [
    (with_changes(ACCEPT, handler="sun-yue"), "accepted", errors.AlreadyAcceptedError),
    (with_changes(ACCEPT, handler="sun-yue"), "completed", errors.AlreadyAcceptedError),
    (with_changes(ACCEPT, handler="sun-yue"), "notified", errors.AlreadyAcceptedError),
    (ACCEPT, "in_arbitration", errors.InArbitrationError),
    (REFUSE, "accepted", errors.AlreadyAcceptedError),
    (REFUSE, "in_arbitration", errors.InArbitrationError),
    (REFUSE, "completed", errors.AlreadyCompletedError),
    (REFUSE, "notified", errors.AlreadyCompletedError),
    (ARBITRATE, "offered", errors.NotInArbitrationError),
    (ARBITRATE, "accepted", errors.NotInArbitrationError),
    (ARBITRATE, "completed", errors.NotInArbitrationError),
    (TRANSFER, "in_arbitration", errors.InArbitrationError),
    (TRANSFER, "completed", errors.AlreadyCompletedError),
    (TRANSFER, "notified", errors.AlreadyCompletedError),
    (CONTACT, "offered", errors.NotAcceptedError),
    (CONTACT, "in_arbitration", errors.InArbitrationError),
    (VERIFY, "offered", errors.NotAcceptedError),
    (VERIFY, "in_arbitration", errors.InArbitrationError),
    (VERIFY, "completed", errors.AlreadyCompletedError),
    (REPORT, "offered", errors.NotAcceptedError),
    (REPORT, "completed", errors.AlreadyCompletedError),
    (COMPLETE, "offered", errors.NotAcceptedError),
    (COMPLETE, "in_arbitration", errors.InArbitrationError),
    (COMPLETE, "completed", errors.AlreadyCompletedError),
    (COMPLETE, "notified", errors.AlreadyCompletedError),
    (UNSOLVED, "completed", errors.AlreadyCompletedError),
    (NOTIFY, "offered", errors.NotCompletedError),
    (NOTIFY, "accepted", errors.NotCompletedError),
    (NOTIFY, "in_arbitration", errors.NotCompletedError),
    (EXTEND, "offered", errors.NotAcceptedError),
    (EXTEND, "in_arbitration", errors.InArbitrationError),
    (EXTEND, "completed", errors.AlreadyCompletedError),
    (SUSPEND, "offered", errors.NotAcceptedError),
    (SUSPEND, "notified", errors.AlreadyCompletedError),
    (RESUME, "offered", errors.NotAcceptedError),
    (APPOINT, "offered", errors.NotAcceptedError),
    (APPOINT, "completed", errors.AlreadyCompletedError),
    (MISS, "offered", errors.NotAcceptedError),
    (MISS, "accepted", agreement_errors.NoAppointmentError),
    (MISS, "completed", errors.AlreadyCompletedError),
    (PROPOSE, "offered", errors.NotAcceptedError),
    (PROPOSE, "completed", errors.AlreadyCompletedError),
    (TAKE_OVER, "completed", errors.AlreadyCompletedError),
    (TAKE_OVER, "notified", errors.AlreadyCompletedError),
    (WRITE, "offered", errors.NotAcceptedError),
    (REVIEW, "offered", errors.NotAcceptedError),
    (REVIEW, "accepted", errors.NoWrittenAnswerError),
    (SIGN, "offered", signing_errors.NotReturnedError),
    (SIGN, "accepted", signing_errors.NotReturnedError),
    (ASK, "offered", errors.NotAcceptedError),
    (ASK, "completed", errors.AlreadyCompletedError),
    *[(command, "cancelled", errors.WorkOrderCancelledError) for command in COMMANDS],
]
REPEATS: list[tuple[WorkOrderCommand, WorkOrderState]] = [
    (ACCEPT, "accepted"),
    (with_changes(ACCEPT, handler="Xu-Lei"), "accepted"),
    (ACCEPT, "completed"),
    (ACCEPT, "notified"),
    (NOTIFY, "notified"),
]


@pytest.mark.parametrize(("command", "state", "rule"), REFUSALS)
def test_a_command_out_of_turn_is_refused(
    command: WorkOrderCommand, state: WorkOrderState, rule: type[BrokenRuleError]
) -> None:
    """H-27 and its neighbours: the order in which a work order goes its way."""
    ticket.given(*PAST[state]).when(command).then_raises(rule)


def test_a_work_order_never_offered_is_not_found() -> None:
    foreign = with_changes(ACCEPT, work_order_id=UUID(int=1))
    ticket.given().when(ACCEPT).then_raises(errors.WorkOrderNotFoundError)
    ticket.given(OFFERED).when(foreign).then_raises(errors.WorkOrderNotFoundError)


@pytest.mark.parametrize(("command", "state"), REPEATS)
def test_a_repeat_decides_nothing(command: WorkOrderCommand, state: WorkOrderState) -> None:
    ticket.given(*PAST[state]).when(command).then_nothing()


@pytest.mark.parametrize("command", [ACCEPT, CONTACT, NOTIFY], ids=lambda one: type(one).__name__)
def test_a_promise_is_for_later_and_within_ten_years(
    command: AcceptWorkOrder | RecordContact | NotifyCustomer,
) -> None:
    """T-06."""
    for promise in (AT, AT - HOUR, AT + timedelta(days=3654)):
        implausible = with_changes(command, promised_until=promise)
        ticket.given(*PAST["completed"]).when(implausible).then_raises(
            errors.ImplausiblePromiseError
        )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("state", PAST)
def test_nothing_was_done_before_the_customer_got_in_touch(
    command: WorkOrderCommand, state: WorkOrderState
) -> None:
    early = with_changes(command, at=AT - 2 * MINUTE)
    ticket.given(*PAST[state]).when(early).then_raises(errors.BeforeTicketError)


def test_a_time_is_told_to_the_minute() -> None:
    early = with_changes(ACCEPT, at=AT - MINUTE)
    ticket.given(OFFERED).when(early).then(msgspec.structs.replace(ACCEPTED, at=AT - MINUTE))


def test_a_ticket_from_before_it_was_written_has_no_earliest_time() -> None:
    early = with_changes(ACCEPT, at=AT - HOUR)
    old = msgspec.structs.replace(OFFERED, received_at=None)
    ticket.given(old).when(early).then(msgspec.structs.replace(ACCEPTED, at=AT - HOUR))


def test_every_error_has_its_code_and_both_titles() -> None:
    rules = [one for one in vars(errors).values() if isinstance(one, type)]
    own = [one for one in rules if issubclass(one, BrokenRuleError)]
    assert len({rule.code for rule in own}) == len(own)
    assert all(rule.zh.endswith("。") and rule.en.endswith(".") for rule in own)
