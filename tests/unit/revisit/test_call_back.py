"""What revisit decides about a ticket's call-backs."""

from dataclasses import replace as with_changes
from datetime import timedelta

import msgspec
import pytest

from services.revisit.domain.call_back import CALL_BACKS
from services.revisit.domain.commands import (
    AttemptRevisit,
    ConcludeRevisit,
    RevisitCommand,
)
from services.revisit.domain.errors import (
    AlreadyConcludedError,
    AttemptsExhaustedError,
    AttemptsMissingError,
    BeforeTicketError,
    RevisitCancelledError,
    RevisitNotScheduledError,
    RoundIsPastError,
    TooSoonError,
)
from services.revisit.domain.stages import Concluded, Due, InProgress, revisit_id_of
from shared.contracts.revisit import CallBackEvent
from shared.contracts.terms import ContactChannel
from shared.decider import BrokenRuleError
from shared.packs import Duration, Retry
from shared.testing.decider_spec import DeciderSpec
from tests.unit.revisit.examples import (
    ATTEMPT,
    CANCEL,
    CANCELLED,
    CONCLUDE,
    GIVE_UP,
    ORDERED,
    SCHEDULE,
    SCHEDULED,
    SCHEDULED_AGAIN,
    SOLVED,
    UNREACHABLE,
    UNSOLVED,
    attempted,
)
from tests.unit.support.examples import AT, HOUR, TEXT, T

call_backs = DeciderSpec(CALL_BACKS)
MINUTE = timedelta(minutes=1)
NO_ANSWER = attempted("no_answer")
NO_ANSWER_LATER = attempted("no_answer", AT + 2 * HOUR)


def test_a_result_that_the_customer_heard_is_revisited() -> None:
    """H-19."""
    call_backs.given().when(SCHEDULE).then(SCHEDULED)


def test_scheduling_a_round_twice_decides_nothing() -> None:
    call_backs.given(SCHEDULED).when(SCHEDULE).then_nothing()
    call_backs.given(SCHEDULED, SOLVED).when(SCHEDULE).then_nothing()


def test_each_round_has_its_own_revisit() -> None:
    """H-20."""
    again = with_changes(SCHEDULE, round=2)
    call_backs.given(SCHEDULED, UNSOLVED, ORDERED).when(again).then(SCHEDULED_AGAIN)


def test_a_round_and_its_ticket_alone_make_a_revisits_id() -> None:
    assert revisit_id_of(T, 1) == SCHEDULED.revisit_id != revisit_id_of(T, 2)


def test_every_call_is_kept() -> None:
    call_backs.given(SCHEDULED).when(ATTEMPT).then(NO_ANSWER)
    later = with_changes(ATTEMPT, at=AT + 2 * HOUR)
    call_backs.given(SCHEDULED, NO_ANSWER).when(later).then(NO_ANSWER_LATER)


def test_the_same_call_told_twice_counts_once() -> None:
    call_backs.given(SCHEDULED, NO_ANSWER).when(with_changes(ATTEMPT, note=TEXT)).then_nothing()
    call_backs.given(SCHEDULED, NO_ANSWER, SOLVED).when(ATTEMPT).then_nothing()


def test_a_satisfied_customer_concludes_the_revisit() -> None:
    """H-19."""
    call_backs.given(SCHEDULED).when(CONCLUDE).then(SOLVED)


def test_an_unsolved_matter_goes_back_to_the_department_for_another_round() -> None:
    """H-20."""
    unsolved = with_changes(CONCLUDE, solved=False, score=2)
    call_backs.given(SCHEDULED, NO_ANSWER).when(unsolved).then(UNSOLVED, ORDERED)


def test_it_goes_back_again_and_again() -> None:
    """H-20."""
    unsolved = with_changes(CONCLUDE, solved=False, round=2)
    _, ordered = (
        call_backs.given(SCHEDULED, UNSOLVED, ORDERED, SCHEDULED_AGAIN).when(unsolved).events
    )
    assert ordered.round == 3


def test_what_else_the_customer_complained_of_is_carried_on() -> None:
    """T-13."""
    heard = with_changes(CONCLUDE, remarks=TEXT, new_complaint=TEXT)
    call_backs.given(SCHEDULED).when(heard).then(
        msgspec.structs.replace(SOLVED, remarks=TEXT, new_complaint=TEXT)
    )


def test_two_failed_calls_two_hours_apart_are_enough_to_give_up() -> None:
    """H-19, with the pack's `before_unreachable`."""
    call_backs.given(SCHEDULED, NO_ANSWER, NO_ANSWER_LATER).when(GIVE_UP).then(UNREACHABLE)


def test_a_customer_who_hangs_up_was_not_reached() -> None:
    refused = attempted("refused", AT + 2 * HOUR)
    call_backs.given(SCHEDULED, NO_ANSWER, refused).when(GIVE_UP).then(UNREACHABLE)


@pytest.mark.parametrize(
    "calls",
    [
        [],
        [NO_ANSWER],
        [NO_ANSWER, attempted("no_answer", AT + HOUR)],
        [NO_ANSWER, attempted("reached", AT + 2 * HOUR)],
        [NO_ANSWER, attempted("no_answer", AT + 4 * HOUR)],
    ],
    ids=["none", "one", "too close together", "one was answered", "one came after giving up"],
)
def test_fewer_are_not_enough(calls: list[CallBackEvent]) -> None:
    """H-19, with the pack's `before_unreachable`."""
    call_backs.given(SCHEDULED, *calls).when(GIVE_UP).then_raises(AttemptsMissingError)


@pytest.mark.parametrize("channel", ["sms", "email", "app", "visit"])
def test_only_calls_by_phone_count(channel: ContactChannel) -> None:
    """H-19: an SMS that nobody answered is no call in vain."""
    written = msgspec.structs.replace(NO_ANSWER_LATER, channel=channel)
    past = SCHEDULED, NO_ANSWER, written
    call_backs.given(*past).when(GIVE_UP).then_raises(AttemptsMissingError)
    nobody_called = with_changes(GIVE_UP, retry=RETRY, at=AT + 9 * HOUR)
    messages = [msgspec.structs.replace(one, channel=channel) for one in IN_VAIN]
    call_backs.given(SCHEDULED, *messages).when(nobody_called).then_raises(AttemptsMissingError)


def test_a_pack_may_ask_for_a_visit_besides() -> None:
    """C-07."""
    asks_visit = msgspec.structs.replace(GIVE_UP.before_unreachable, visit=True)
    command = with_changes(GIVE_UP, before_unreachable=asks_visit)
    calls: list[CallBackEvent] = [SCHEDULED, NO_ANSWER, NO_ANSWER_LATER]
    call_backs.given(*calls).when(command).then_raises(AttemptsMissingError)
    visit = msgspec.structs.replace(NO_ANSWER, channel="visit", at=AT + HOUR)
    call_backs.given(*calls, visit).when(command).then(UNREACHABLE)


def test_who_was_reached_after_the_calls_is_not_unreachable() -> None:
    """C-08: whenever that is entered; and who was reached before them may be."""
    calls: list[CallBackEvent] = [SCHEDULED, NO_ANSWER, NO_ANSWER_LATER]
    since = attempted("reached", NO_ANSWER_LATER.at)
    call_backs.given(*calls, since).when(GIVE_UP).then_raises(AttemptsMissingError)
    call_backs.given(*calls, attempted("reached", AT - MINUTE)).when(GIVE_UP).then(UNREACHABLE)


RETRY = Retry(apart=Duration("2h"), at_most=3)
IN_VAIN = [attempted("no_answer", AT + hours * HOUR) for hours in (0, 2, 4)]


def test_a_pack_may_ask_for_a_pause_before_the_next_call() -> None:
    """H-19, with the pack's `retry`."""
    for hours in (1, 1.99):
        soon = with_changes(ATTEMPT, outcome="reached", retry=RETRY, at=AT + hours * HOUR)
        call_backs.given(SCHEDULED, NO_ANSWER).when(soon).then_raises(TooSoonError)
    later = with_changes(ATTEMPT, retry=RETRY, at=AT + 2 * HOUR)
    call_backs.given(SCHEDULED, NO_ANSWER).when(later).then(NO_ANSWER_LATER)


def test_a_call_entered_late_keeps_the_pause_to_the_one_after_it() -> None:
    """H-19, with the pack's `retry`."""
    late = with_changes(ATTEMPT, retry=RETRY, at=AT + HOUR)
    call_backs.given(SCHEDULED, NO_ANSWER_LATER).when(late).then_raises(TooSoonError)


def test_after_a_call_that_was_answered_nobody_has_to_wait() -> None:
    """H-19, with the pack's `retry`."""
    soon = with_changes(ATTEMPT, retry=RETRY, at=AT + HOUR)
    reached = attempted("reached")
    call_backs.given(SCHEDULED, reached).when(soon).then(attempted("no_answer", AT + HOUR))


def test_after_as_many_in_vain_as_the_pack_allows_there_is_no_other_call() -> None:
    """H-19, with the pack's `retry`."""
    another = with_changes(ATTEMPT, retry=RETRY, at=AT + 9 * HOUR)
    assert len(call_backs.given(SCHEDULED, *IN_VAIN[:2]).when(another).events) == 1
    call_backs.given(SCHEDULED, *IN_VAIN).when(another).then_raises(AttemptsExhaustedError)
    call_backs.given(SCHEDULED, *IN_VAIN).when(ATTEMPT).then_nothing()


def test_then_the_customer_is_unreachable_whatever_else_was_wanted() -> None:
    """H-19, with the pack's `retry`."""
    asks_visit = msgspec.structs.replace(GIVE_UP.before_unreachable, visit=True)
    command = with_changes(GIVE_UP, before_unreachable=asks_visit, retry=RETRY)
    call_backs.given(SCHEDULED, *IN_VAIN).when(command).then_raises(AttemptsMissingError)
    exhausted = with_changes(command, at=AT + 4 * HOUR)
    unreachable = msgspec.structs.replace(UNREACHABLE, at=AT + 4 * HOUR)
    call_backs.given(SCHEDULED, *IN_VAIN).when(exhausted).then(unreachable)


def test_without_the_pack_asking_calls_may_be_as_many_and_as_close_as_one_likes() -> None:
    at_once = with_changes(ATTEMPT, at=AT + MINUTE)
    past = [attempted("no_answer", AT + number * HOUR) for number in range(9)]
    assert len(call_backs.given(SCHEDULED, *past).when(at_once).events) == 1


def test_the_same_result_told_twice_decides_nothing() -> None:
    call_backs.given(SCHEDULED, SOLVED).when(with_changes(CONCLUDE, at=AT + HOUR)).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        with_changes(CONCLUDE, solved=False),
        with_changes(CONCLUDE, score=4),
        with_changes(CONCLUDE, remarks=TEXT),
        with_changes(CONCLUDE, new_complaint=TEXT),
        GIVE_UP,
    ],
)
def test_another_result_cannot_take_its_place(other: ConcludeRevisit) -> None:
    call_backs.given(SCHEDULED, SOLVED).when(other).then_raises(AlreadyConcludedError)


def test_nobody_is_called_about_a_ticket_that_was_taken_back() -> None:
    call_backs.given(SCHEDULED, NO_ANSWER).when(CANCEL).then(CANCELLED)


def test_what_is_over_is_not_cancelled() -> None:
    call_backs.given().when(CANCEL).then_nothing()
    call_backs.given(SCHEDULED, SOLVED).when(CANCEL).then_nothing()
    call_backs.given(SCHEDULED, CANCELLED).when(CANCEL).then_nothing()


def test_closing_a_round_cancels_nothing_of_the_next() -> None:
    up_to_1 = with_changes(CANCEL, up_to_round=1, reason="closed")
    past: list[CallBackEvent] = [SCHEDULED, UNSOLVED, ORDERED, SCHEDULED_AGAIN]
    call_backs.given(*past).when(up_to_1).then_nothing()


@pytest.mark.parametrize(
    ("given", "command", "broken"),
    [
        ([], ATTEMPT, RevisitNotScheduledError),
        ([], CONCLUDE, RevisitNotScheduledError),
        ([SCHEDULED, SOLVED], with_changes(ATTEMPT, at=AT + HOUR), AlreadyConcludedError),
        ([SCHEDULED, CANCELLED], ATTEMPT, RevisitCancelledError),
        ([SCHEDULED, CANCELLED], CONCLUDE, RevisitCancelledError),
        ([SCHEDULED_AGAIN], SCHEDULE, RoundIsPastError),
    ],
)
def test_what_the_rules_refuse(
    given: list[CallBackEvent], command: RevisitCommand, broken: type[BrokenRuleError]
) -> None:
    call_backs.given(*given).when(command).then_raises(broken)


@pytest.mark.parametrize("command", [ATTEMPT, CONCLUDE], ids=lambda one: type(one).__name__)
def test_nobody_called_back_before_the_customer_was_told(
    command: AttemptRevisit | ConcludeRevisit,
) -> None:
    early = with_changes(command, at=AT - 2 * MINUTE)
    pasts: list[list[CallBackEvent]] = [[SCHEDULED], [SCHEDULED, SOLVED], [SCHEDULED, CANCELLED]]
    for past in pasts:
        call_backs.given(*past).when(early).then_raises(BeforeTicketError)
    to_the_minute = with_changes(command, at=AT - MINUTE)
    assert len(call_backs.given(SCHEDULED).when(to_the_minute).events) == 1
    old = msgspec.structs.replace(SCHEDULED, told_at=None)
    assert len(call_backs.given(old).when(early).events) == 1


def test_the_stages_of_a_revisit() -> None:
    past: list[CallBackEvent] = [SCHEDULED, NO_ANSWER, SOLVED]
    assert [CALL_BACKS.fold(past[:length])[1] for length in (1, 2, 3)] == [
        Due(SCHEDULED),
        InProgress(SCHEDULED, (NO_ANSWER,)),
        Concluded(SCHEDULED, (NO_ANSWER,), SOLVED),
    ]


@pytest.mark.parametrize("stray", [NO_ANSWER, SOLVED, CANCELLED, ORDERED])
def test_folding_never_raises(stray: CallBackEvent) -> None:
    assert CALL_BACKS.fold([stray]) == {}
    concluded = CALL_BACKS.fold([SCHEDULED, SOLVED])
    assert CALL_BACKS.fold([stray], concluded) == concluded
