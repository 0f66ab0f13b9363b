"""What people may do with a work order, and when."""

from dataclasses import replace as with_changes
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    NotifyCustomer,
    RecordContact,
    WorkOrderCommand,
)
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState
from shared.contracts.dispatch import NoticeAbout
from shared.decider import BrokenRuleError
from shared.packs import Attempts, Duration
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    APPOINT,
    ARBITRATE,
    ARBITRATED,
    ASK,
    COMPLETE,
    COMPLETED,
    CONTACT,
    EXTEND,
    MISS,
    NOTIFY,
    OFFERED,
    PAST,
    PROPOSE,
    REFUSE,
    REFUSED,
    REPORT,
    RESUME,
    REVIEW,
    SIGN,
    SUSPEND,
    TAKE_OVER,
    TRANSFER,
    TRANSFERRED,
    VERIFIED,
    VERIFY,
    WRITE,
    attempted,
    notified,
    reported,
)
from tests.unit.support.examples import AT, HOUR, TEXT

ticket = DeciderSpec(TICKET)
UNREACHABLE = with_changes(NOTIFY, outcome="unreachable", at=AT + 3 * HOUR)
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
    (MISS, "accepted", errors.NoAppointmentError),
    (MISS, "completed", errors.AlreadyCompletedError),
    (PROPOSE, "offered", errors.NotAcceptedError),
    (PROPOSE, "completed", errors.AlreadyCompletedError),
    (TAKE_OVER, "completed", errors.AlreadyCompletedError),
    (TAKE_OVER, "notified", errors.AlreadyCompletedError),
    (WRITE, "offered", errors.NotAcceptedError),
    (REVIEW, "offered", errors.NotAcceptedError),
    (REVIEW, "accepted", errors.NoWrittenAnswerError),
    (SIGN, "offered", errors.NotReturnedError),
    (SIGN, "accepted", errors.NotReturnedError),
    (ASK, "offered", errors.NotAcceptedError),
    (ASK, "completed", errors.AlreadyCompletedError),
    *[(command, "cancelled", errors.WorkOrderCancelledError) for command in COMMANDS],
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


REPEATS: list[tuple[WorkOrderCommand, WorkOrderState]] = [
    (ACCEPT, "accepted"),
    (with_changes(ACCEPT, handler="Xu-Lei"), "accepted"),
    (ACCEPT, "completed"),
    (ACCEPT, "notified"),
    (NOTIFY, "notified"),
]


@pytest.mark.parametrize(("command", "state"), REPEATS)
def test_a_repeat_decides_nothing(command: WorkOrderCommand, state: WorkOrderState) -> None:
    ticket.given(*PAST[state]).when(command).then_nothing()


def test_who_accepts_it_is_its_handler() -> None:
    state = ticket.given(OFFERED).when(ACCEPT).then(ACCEPTED)
    assert work_orders_of(state)[0].handler == "xu-lei"


def test_a_promise_at_acceptance_is_recorded() -> None:
    """T-06."""
    promise = AT + 4 * HOUR
    accepted = msgspec.structs.replace(ACCEPTED, promised_until=promise)
    command = with_changes(ACCEPT, promised_until=promise)
    state = ticket.given(OFFERED).when(command).then(accepted)
    assert work_orders_of(state)[0].promised_until == promise


def test_another_promise_is_no_repeat_of_the_acceptance() -> None:
    again = with_changes(ACCEPT, promised_until=AT + HOUR)
    ticket.given(OFFERED, ACCEPTED).when(again).then_raises(errors.AlreadyAcceptedError)


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


@pytest.mark.parametrize("written", ["xu-lei", "Xu-Lei", " XU-LEI "])
def test_the_person_complained_about_cannot_accept_it(written: str) -> None:
    """C-10, however the name is written."""
    offered = msgspec.structs.replace(OFFERED, against_person=written)
    ticket.given(offered).when(ACCEPT).then_raises(errors.HandlerComplainedAboutError)


def test_what_a_department_refuses_the_centre_arbitrates() -> None:
    proposal = with_changes(REFUSE, proposed_department="key-accounts")
    refused = msgspec.structs.replace(REFUSED, proposed_department="key-accounts")
    state = ticket.given(OFFERED).when(proposal).then(refused)
    assert work_orders_of(state)[0].state == "in_arbitration"
    state = ticket.given(OFFERED, refused).when(ARBITRATE).then(ARBITRATED)
    order = work_orders_of(state)[0]
    assert (order.state, order.department) == ("offered", "key-accounts")


def test_the_centre_may_leave_it_where_it_is() -> None:
    same = with_changes(ARBITRATE, department="billing")
    back = msgspec.structs.replace(ARBITRATED, department="billing")
    ticket.given(OFFERED, REFUSED).when(same).then(back)
    ticket.given(OFFERED, REFUSED, back).when(same).then_nothing()


@pytest.mark.parametrize("state", ["offered", "accepted"])
def test_a_transferred_work_order_is_offered_again(state: WorkOrderState) -> None:
    after = ticket.given(*PAST[state]).when(TRANSFER).then(TRANSFERRED)
    order = work_orders_of(after)[0]
    assert (order.state, order.department, order.handler) == ("offered", "key-accounts", None)


def test_a_transfer_to_where_it_is_decides_nothing() -> None:
    same = with_changes(TRANSFER, department="billing")
    ticket.given(OFFERED, ACCEPTED).when(same).then_nothing()


def test_who_gets_it_by_transfer_must_accept_it_again() -> None:
    past = OFFERED, ACCEPTED, TRANSFERRED
    ticket.given(*past).when(CONTACT).then_raises(errors.NotAcceptedError)


@pytest.mark.parametrize("state", ["accepted", "completed", "notified"])
def test_the_customer_can_be_called_before_and_after_completion(state: WorkOrderState) -> None:
    ticket.given(*PAST[state]).when(CONTACT).then(attempted("no_answer"))


def test_the_same_attempt_reported_twice_is_one() -> None:
    past = OFFERED, ACCEPTED, attempted("no_answer")
    ticket.given(*past).when(CONTACT).then_nothing()
    later = with_changes(CONTACT, at=AT + HOUR)
    ticket.given(*past).when(later).then(attempted("no_answer", AT + HOUR))


def test_a_finding_can_be_mended_until_the_form_is_returned() -> None:
    """H-04, H-05."""
    other = with_changes(VERIFY, finding="unsubstantiated")
    mended = msgspec.structs.replace(VERIFIED, finding="unsubstantiated")
    ticket.given(OFFERED, ACCEPTED).when(VERIFY).then(VERIFIED)
    ticket.given(OFFERED, ACCEPTED, VERIFIED).when(VERIFY).then_nothing()
    ticket.given(OFFERED, ACCEPTED, VERIFIED).when(other).then(mended)
    past = OFFERED, ACCEPTED, VERIFIED, COMPLETED
    ticket.given(*past).when(VERIFY).then_nothing()
    ticket.given(*past).when(other).then_raises(errors.AlreadyCompletedError)


def test_the_same_finding_with_a_note_is_recorded_again() -> None:
    """H-04, H-05."""
    noted = with_changes(VERIFY, note=TEXT)
    again = msgspec.structs.replace(VERIFIED, note=TEXT)
    ticket.given(OFFERED, ACCEPTED, again).when(noted).then(again)
    past = OFFERED, ACCEPTED, VERIFIED, COMPLETED
    ticket.given(*past).when(noted).then_raises(errors.AlreadyCompletedError)


def test_what_is_not_done_is_written_with_its_reason() -> None:
    """H-16."""
    state = ticket.given(OFFERED, ACCEPTED).when(REPORT).then(reported())
    assert work_orders_of(state)[0].follow_ups == 1
    ticket.given(OFFERED, ACCEPTED, reported()).when(REPORT).then_nothing()


def test_an_unsolved_work_order_is_completed_only_after_the_packs_follow_ups() -> None:
    """H-16."""
    weeks = [reported(AT + week * timedelta(weeks=1)) for week in range(3)]
    done = reported(AT + timedelta(days=1), done=True)
    unsolved = msgspec.structs.replace(COMPLETED, solved=False)
    missing = errors.FollowUpsMissingError
    ticket.given(OFFERED, ACCEPTED).when(UNSOLVED).then_raises(missing)
    ticket.given(OFFERED, ACCEPTED, *weeks[:2], done).when(UNSOLVED).then_raises(missing)
    ticket.given(OFFERED, ACCEPTED, *weeks).when(UNSOLVED).then(unsolved)
    stricter = with_changes(UNSOLVED, before_unsolved=4)
    ticket.given(OFFERED, ACCEPTED, *weeks).when(stricter).then_raises(missing)


def test_a_solved_work_order_needs_no_follow_ups() -> None:
    """H-06."""
    ticket.given(OFFERED, ACCEPTED).when(COMPLETE).then(COMPLETED)


def test_a_result_notice_before_completion_is_refused() -> None:
    """H-27."""
    past = OFFERED, ACCEPTED, VERIFIED
    ticket.given(*past).when(NOTIFY).then_raises(errors.NotCompletedError)
    ticket.given(*past).when(UNREACHABLE).then_raises(errors.NotCompletedError)


def test_the_result_is_told_after_completion() -> None:
    """H-27."""
    past = PAST["completed"]
    state = ticket.given(*past).when(NOTIFY).then(notified())
    assert work_orders_of(state)[0].state == "notified"


@pytest.mark.parametrize("about", ["progress", "overdue"])
@pytest.mark.parametrize("state", ["offered", "accepted", "in_arbitration", "completed"])
def test_progress_and_delay_are_told_at_any_time(state: WorkOrderState, about: NoticeAbout) -> None:
    """H-10, H-14."""
    command = with_changes(NOTIFY, about=about)
    after = ticket.given(*PAST[state]).when(command)
    assert [order.state for order in work_orders_of(after.state)] == [state]
    assert len(after.events) == 1
    repeated = ticket.given(*PAST[state], *after.events).when(command)
    repeated.then_nothing()


def test_unreachable_is_said_only_after_the_pack_s_attempts() -> None:
    """C-07, C-08: two calls at least two hours apart."""
    missing = errors.AttemptsMissingError
    first = attempted("no_answer")
    early = attempted("wrong_number", AT + HOUR)
    second = attempted("no_answer", AT + 2 * HOUR)
    given_up = notified(outcome="unreachable", at=AT + 3 * HOUR)
    past = PAST["completed"]
    ticket.given(*past).when(UNREACHABLE).then_raises(missing)
    ticket.given(*past, first).when(UNREACHABLE).then_raises(missing)
    ticket.given(*past, first, early).when(UNREACHABLE).then_raises(missing)
    ticket.given(*past, first, early, second).when(UNREACHABLE).then(given_up)


def test_attempts_before_the_customer_was_last_reached_do_not_count() -> None:
    """C-07."""
    calls = (
        attempted("no_answer"),
        attempted("no_answer", AT + 2 * HOUR),
        attempted("reached", AT + 3 * HOUR),
    )
    past = *PAST["completed"], *calls
    ticket.given(*past).when(UNREACHABLE).then_raises(errors.AttemptsMissingError)


def test_where_the_pack_asks_for_a_visit_only_one_with_a_note_counts() -> None:
    """C-07: still none, straight to the address; nobody home, a note."""
    required = Attempts(calls=2, apart=Duration("2h"), visit=True)
    command = with_changes(UNREACHABLE, before_unreachable=required)
    calls = attempted("no_answer"), attempted("no_answer", AT + 2 * HOUR)
    visit = attempted("nobody_home", AT + 2 * HOUR, "visit")
    noted = attempted("nobody_home", AT + 2 * HOUR, "visit", note_left=True)
    given_up = notified(outcome="unreachable", at=AT + 3 * HOUR)
    past = PAST["completed"]
    missing = errors.AttemptsMissingError
    ticket.given(*past, *calls).when(command).then_raises(missing)
    ticket.given(*past, *calls, visit).when(command).then_raises(missing)
    ticket.given(*past, calls[0], noted).when(command).then_raises(missing)
    ticket.given(*past, *calls, noted).when(command).then(given_up)


def test_a_customer_given_up_may_still_be_reached() -> None:
    past = *PAST["completed"], notified(outcome="unreachable")
    ticket.given(*past).when(UNREACHABLE).then_nothing()
    ticket.given(*past).when(NOTIFY).then(notified())
    ticket.given(*past, notified()).when(NOTIFY).then_nothing()


def test_every_error_has_its_code_and_both_titles() -> None:
    rules = [one for one in vars(errors).values() if isinstance(one, type)]
    own = [one for one in rules if issubclass(one, BrokenRuleError)]
    assert len({rule.code for rule in own}) == len(own)
    assert all(rule.zh.endswith("。") and rule.en.endswith(".") for rule in own)
