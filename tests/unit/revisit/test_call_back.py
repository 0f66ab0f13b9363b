"""What revisit decides about a ticket's call-backs."""

from dataclasses import replace as with_changes

import msgspec
import pytest

from services.revisit.domain.call_back import CALL_BACKS, Concluded, Due, InProgress, revisit_id_of
from services.revisit.domain.commands import (
    AttemptRevisit,
    CancelRevisits,
    ConcludeRevisit,
    RevisitCommand,
    ScheduleRevisit,
)
from services.revisit.domain.errors import (
    AlreadyConcludedError,
    AttemptsMissingError,
    RevisitCancelledError,
    RevisitNotScheduledError,
    RoundIsPastError,
)
from shared import packs
from shared.contracts.revisit import CallBackEvent
from tests.unit.revisit.examples import (
    CANCELLED,
    ORDERED,
    SCHEDULED,
    SCHEDULED_AGAIN,
    SOLVED,
    UNREACHABLE,
    UNSOLVED,
    attempted,
)
from tests.unit.support.examples import AT, CASE, HOUR, NUMBER, TEXT, T

SCHEDULE = ScheduleRevisit(
    ticket_id=T, round=1, case=CASE, number=NUMBER, department="network", at=AT
)
ATTEMPT = AttemptRevisit(
    ticket_id=T, round=1, channel="phone", outcome="no_answer", note=None, at=AT
)
CONCLUDE = ConcludeRevisit(
    ticket_id=T,
    round=1,
    solved=True,
    before_unreachable=packs.load("hotline-400").revisit.before_unreachable,
    score=5,
    remarks=None,
    new_complaint=None,
    at=AT,
)
GIVE_UP = with_changes(CONCLUDE, solved=None, score=None, at=AT + 3 * HOUR)
CANCEL = CancelRevisits(ticket_id=T, up_to_round=None, reason="withdrawn", at=AT)
NO_ANSWER = attempted("no_answer")
NO_ANSWER_LATER = attempted("no_answer", AT + 2 * HOUR)


def decided(given: list[CallBackEvent], command: RevisitCommand) -> list[CallBackEvent]:
    return CALL_BACKS.decide(command, CALL_BACKS.fold(given))


def test_a_result_that_the_customer_heard_is_revisited() -> None:
    """H-19."""
    assert decided([], SCHEDULE) == [SCHEDULED]


def test_scheduling_a_round_twice_decides_nothing() -> None:
    assert decided([SCHEDULED], SCHEDULE) == []
    assert decided([SCHEDULED, SOLVED], SCHEDULE) == []


def test_each_round_has_its_own_revisit() -> None:
    """H-20."""
    again = with_changes(SCHEDULE, round=2)
    assert decided([SCHEDULED, UNSOLVED, ORDERED], again) == [SCHEDULED_AGAIN]


def test_a_round_and_its_ticket_alone_make_a_revisits_id() -> None:
    assert revisit_id_of(T, 1) == SCHEDULED.revisit_id != revisit_id_of(T, 2)


def test_every_call_is_kept() -> None:
    assert decided([SCHEDULED], ATTEMPT) == [NO_ANSWER]
    later = with_changes(ATTEMPT, at=AT + 2 * HOUR)
    assert decided([SCHEDULED, NO_ANSWER], later) == [NO_ANSWER_LATER]


def test_the_same_call_told_twice_counts_once() -> None:
    assert decided([SCHEDULED, NO_ANSWER], with_changes(ATTEMPT, note=TEXT)) == []
    assert decided([SCHEDULED, NO_ANSWER, SOLVED], ATTEMPT) == []


def test_a_satisfied_customer_concludes_the_revisit() -> None:
    """H-19."""
    assert decided([SCHEDULED], CONCLUDE) == [SOLVED]


def test_an_unsolved_matter_goes_back_to_the_department_for_another_round() -> None:
    """H-20."""
    unsolved = with_changes(CONCLUDE, solved=False, score=2)
    assert decided([SCHEDULED, NO_ANSWER], unsolved) == [UNSOLVED, ORDERED]


def test_it_goes_back_again_and_again() -> None:
    """H-20."""
    unsolved = with_changes(CONCLUDE, solved=False, round=2)
    _, ordered = decided([SCHEDULED, UNSOLVED, ORDERED, SCHEDULED_AGAIN], unsolved)
    assert ordered.round == 3


def test_what_else_the_customer_complained_of_is_carried_on() -> None:
    """T-13."""
    heard = with_changes(CONCLUDE, remarks=TEXT, new_complaint=TEXT)
    assert decided([SCHEDULED], heard) == [
        msgspec.structs.replace(SOLVED, remarks=TEXT, new_complaint=TEXT)
    ]


def test_two_failed_calls_two_hours_apart_are_enough_to_give_up() -> None:
    """H-19, with the pack's `before_unreachable`."""
    assert decided([SCHEDULED, NO_ANSWER, NO_ANSWER_LATER], GIVE_UP) == [UNREACHABLE]


def test_a_customer_who_hangs_up_was_not_reached() -> None:
    refused = attempted("refused", AT + 2 * HOUR)
    assert decided([SCHEDULED, NO_ANSWER, refused], GIVE_UP) == [UNREACHABLE]


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
    with pytest.raises(AttemptsMissingError):
        decided([SCHEDULED, *calls], GIVE_UP)


def test_a_pack_may_ask_for_a_visit_besides() -> None:
    """C-07."""
    asks_visit = msgspec.structs.replace(GIVE_UP.before_unreachable, visit=True)
    command = with_changes(GIVE_UP, before_unreachable=asks_visit)
    calls: list[CallBackEvent] = [SCHEDULED, NO_ANSWER, NO_ANSWER_LATER]
    with pytest.raises(AttemptsMissingError):
        decided(calls, command)
    visit = msgspec.structs.replace(NO_ANSWER, channel="visit", at=AT + HOUR)
    assert decided([*calls, visit], command) == [UNREACHABLE]


def test_the_same_result_told_twice_decides_nothing() -> None:
    assert decided([SCHEDULED, SOLVED], with_changes(CONCLUDE, at=AT + HOUR)) == []


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
    with pytest.raises(AlreadyConcludedError):
        decided([SCHEDULED, SOLVED], other)


def test_nobody_is_called_about_a_ticket_that_was_taken_back() -> None:
    assert decided([SCHEDULED, NO_ANSWER], CANCEL) == [CANCELLED]


def test_what_is_over_is_not_cancelled() -> None:
    assert decided([], CANCEL) == []
    assert decided([SCHEDULED, SOLVED], CANCEL) == []
    assert decided([SCHEDULED, CANCELLED], CANCEL) == []


def test_closing_a_round_cancels_nothing_of_the_next() -> None:
    up_to_1 = with_changes(CANCEL, up_to_round=1, reason="closed")
    past: list[CallBackEvent] = [SCHEDULED, UNSOLVED, ORDERED, SCHEDULED_AGAIN]
    assert decided(past, up_to_1) == []


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
    given: list[CallBackEvent], command: RevisitCommand, broken: type[Exception]
) -> None:
    with pytest.raises(broken):
        decided(given, command)


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
