"""What revisit decides about a call at a key moment."""

from dataclasses import replace as with_changes
from datetime import datetime, timedelta

import msgspec
import pytest

from services.revisit.domain.commands import ConcludeOutboundTask, OutboundTaskCommand
from services.revisit.domain.errors import (
    BeforeOutboundTaskError,
    ImplausibleDueError,
    InformationNotPassedError,
    OutboundNotOfferedError,
    OutboundTaskConcludedError,
    OutboundTaskNotCreatedError,
    OutboundTaskSuppressedError,
    OutsideContactTimeError,
)
from services.revisit.domain.outbound_stages import Concluded, NotCreated, Open, Suppressed
from services.revisit.domain.outbound_task import OUTBOUND_TASK
from shared.contracts.revisit import OutboundTaskEvent, TaskOutcome
from shared.decider import BrokenRuleError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.revisit.outbound_examples import (
    ATTEMPT,
    ATTEMPTED,
    CONCLUDE,
    CONCLUDED,
    CREATE,
    CREATED,
    DUE,
    SUPPRESSED,
)
from tests.unit.support.examples import AT, HOUR, TEXT

task = DeciderSpec(OUTBOUND_TASK)
MINUTE = timedelta(minutes=1)
PASSED_ON = msgspec.structs.replace(CREATED, passed_to="counter")
PASSED = with_changes(CONCLUDE, information_passed_at=AT + HOUR, at=AT + 2 * HOUR)


def test_a_key_moment_makes_a_task_that_the_packs_calendar_counts() -> None:
    """M-02."""
    task.given().when(CREATE).then(CREATED)


def test_whoever_sees_the_moment_may_say_by_when() -> None:
    """M-02."""
    command = with_changes(CREATE, due_at=DUE + HOUR)
    task.given().when(command).then(msgspec.structs.replace(CREATED, due_at=DUE + HOUR))


@pytest.mark.parametrize("due_at", [AT, AT - HOUR, AT + timedelta(days=3654)])
def test_a_due_time_lies_ahead_and_within_ten_years(due_at: datetime) -> None:
    command = with_changes(CREATE, due_at=due_at)
    task.given().when(command).then_raises(ImplausibleDueError)


def test_a_moment_that_the_pack_exempts_is_suppressed() -> None:
    """M-02."""
    task.given().when(with_changes(CREATE, moment="mourning")).then(SUPPRESSED)


def test_so_is_one_that_the_client_exempts() -> None:
    """M-02."""
    by_client = msgspec.structs.replace(SUPPRESSED, moment="contract-change", exempted_by="client")
    task.given().when(with_changes(CREATE, exempt=True)).then(by_client)


def test_a_pack_without_outbound_rules_offers_no_tasks() -> None:
    for exempt in (False, True):
        command = with_changes(CREATE, rules=None, exempt=exempt)
        task.given().when(command).then_raises(OutboundNotOfferedError)


@pytest.mark.parametrize("before", [CREATED, SUPPRESSED])
def test_a_task_is_created_once(before: OutboundTaskEvent) -> None:
    task.given(before).when(CREATE).then_nothing()


def test_who_takes_it_on_is_kept() -> None:
    """M-03."""
    task.given().when(with_changes(CREATE, passed_to="counter")).then(PASSED_ON)


def test_every_call_is_kept() -> None:
    task.given(CREATED).when(ATTEMPT).then(ATTEMPTED)
    later = with_changes(ATTEMPT, outcome="reached", at=AT + HOUR)
    reached = msgspec.structs.replace(ATTEMPTED, outcome="reached", at=AT + HOUR)
    task.given(CREATED, ATTEMPTED).when(later).then(reached)


def test_the_same_call_told_twice_counts_once() -> None:
    task.given(CREATED, ATTEMPTED).when(with_changes(ATTEMPT, note=TEXT)).then_nothing()
    task.given(CREATED, ATTEMPTED, CONCLUDED).when(ATTEMPT).then_nothing()


@pytest.mark.parametrize(
    ("hours", "allowed"),
    [(2, False), (3.99, False), (4, True), (7.99, True), (8, False), (23, True)],
    ids=["noon", "before two", "two", "before six", "six", "next morning"],
)
def test_nobody_is_called_at_a_bad_time(hours: float, allowed: bool) -> None:  # noqa: FBT001
    """M-04: 09:00 to 12:00 and 14:00 to 18:00; the clock stands at 10:00."""
    outcome = task.given(CREATED).when(with_changes(ATTEMPT, at=AT + hours * HOUR))
    if allowed:
        assert len(outcome.events) == 1
    else:
        outcome.then_raises(OutsideContactTimeError)


def test_a_holiday_is_no_bad_time() -> None:
    """M-04: public holidays included."""
    new_year = AT.replace(year=2027, month=1, day=1)
    assert len(task.given(CREATED).when(with_changes(ATTEMPT, at=new_year)).events) == 1


def test_a_result_concludes_the_task_with_or_without_a_call() -> None:
    task.given(CREATED).when(CONCLUDE).then(CONCLUDED)
    task.given(CREATED, ATTEMPTED).when(CONCLUDE).then(CONCLUDED)


@pytest.mark.parametrize("outcome", ["done", "refused", "unreachable"])
def test_what_was_passed_on_needs_the_information_passed(outcome: TaskOutcome) -> None:
    """M-03."""
    command = with_changes(CONCLUDE, outcome=outcome)
    task.given(PASSED_ON).when(command).then_raises(InformationNotPassedError)


def test_its_result_comes_back_with_who_took_it_on_and_when_they_were_told() -> None:
    """M-03."""
    result = msgspec.structs.replace(
        CONCLUDED, passed_to="counter", information_passed_at=AT + HOUR, at=AT + 2 * HOUR
    )
    task.given(PASSED_ON).when(PASSED).then(result)


def test_the_same_result_told_twice_decides_nothing() -> None:
    task.given(CREATED, CONCLUDED).when(with_changes(CONCLUDE, at=AT + HOUR)).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        with_changes(CONCLUDE, outcome="refused"),
        with_changes(CONCLUDE, score=4),
        with_changes(CONCLUDE, filled_fields=None),
        PASSED,
    ],
)
def test_another_result_cannot_take_its_place(other: ConcludeOutboundTask) -> None:
    task.given(CREATED, CONCLUDED).when(other).then_raises(OutboundTaskConcludedError)


@pytest.mark.parametrize(
    ("given", "command", "broken"),
    [
        ([], ATTEMPT, OutboundTaskNotCreatedError),
        ([], CONCLUDE, OutboundTaskNotCreatedError),
        ([SUPPRESSED], ATTEMPT, OutboundTaskSuppressedError),
        ([SUPPRESSED], CONCLUDE, OutboundTaskSuppressedError),
        ([CREATED, CONCLUDED], ATTEMPT, OutboundTaskConcludedError),
    ],
)
def test_what_the_rules_refuse(
    given: list[OutboundTaskEvent], command: OutboundTaskCommand, broken: type[BrokenRuleError]
) -> None:
    task.given(*given).when(command).then_raises(broken)


@pytest.mark.parametrize(
    "command",
    [
        with_changes(ATTEMPT, at=AT - 2 * MINUTE),
        with_changes(CONCLUDE, at=AT - 2 * MINUTE),
        with_changes(CONCLUDE, information_passed_at=AT - 2 * MINUTE),
    ],
)
def test_nothing_was_done_before_the_moment(command: OutboundTaskCommand) -> None:
    task.given(CREATED).when(command).then_raises(BeforeOutboundTaskError)


def test_a_time_told_to_the_minute_is_not_before() -> None:
    assert len(task.given(CREATED).when(with_changes(ATTEMPT, at=AT - MINUTE)).events) == 1


def test_the_stages_of_a_task() -> None:
    past: list[OutboundTaskEvent] = [CREATED, ATTEMPTED, CONCLUDED]
    assert [OUTBOUND_TASK.fold(past[:length]) for length in range(4)] == [
        NotCreated(),
        Open(CREATED),
        Open(CREATED, (ATTEMPTED,)),
        Concluded(CREATED, (ATTEMPTED,), CONCLUDED),
    ]
    assert OUTBOUND_TASK.fold([SUPPRESSED]) == Suppressed(SUPPRESSED)


@pytest.mark.parametrize("stray", [ATTEMPTED, CONCLUDED])
def test_folding_never_raises(stray: OutboundTaskEvent) -> None:
    assert OUTBOUND_TASK.fold([stray]) == NotCreated()
    assert OUTBOUND_TASK.fold([SUPPRESSED, stray]) == Suppressed(SUPPRESSED)
    concluded = OUTBOUND_TASK.fold([CREATED, CONCLUDED])
    assert OUTBOUND_TASK.fold([stray], concluded) == concluded
