"""A key moment that stands for several tasks: which, by when, and for whom."""

from dataclasses import replace as with_changes
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from services.revisit.domain.commands import CreateOutboundTask
from services.revisit.domain.errors import (
    DueMissingError,
    ImplausibleDueError,
    OutboundTaskNotCreatedError,
)
from services.revisit.domain.outbound_plan import others, steps
from services.revisit.domain.outbound_rules import is_call
from services.revisit.domain.outbound_stages import NotCreated, Open, Suppressed
from services.revisit.domain.outbound_task import OUTBOUND_TASK
from shared.contracts.revisit import OutboundTaskCreated, OutboundTaskSuppressed
from shared.packs import Pack, WrongDataError, read_pack, shipped
from shared.testing.decider_spec import DeciderSpec
from tests.unit.revisit.outbound_examples import CREATE, CUSTOMER, TASK, outbound_rules
from tests.unit.support.examples import AT, HOUR

DAY = timedelta(days=1)
DEPARTURE = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)
"""Saturday, 14:30 in Shanghai."""
TRAVEL = shipped().named("travel-platform")
MOMENT = with_changes(CREATE, moment="departure", due_at=DEPARTURE, rules=outbound_rules(TRAVEL))
FIRST, CALL, SMS = steps(MOMENT)
CONFIRMATION = OutboundTaskCreated(
    task_id=TASK,
    client="crm",
    customer_ref=CUSTOMER,
    pack="travel-platform",
    pack_version=1,
    moment="arrival-confirmation",
    due_at=datetime(2026, 11, 26, 13, tzinfo=UTC),
    planned_for="departure",
    channel="phone",
    at=AT,
)
task = DeciderSpec(OUTBOUND_TASK)


def due(command: CreateOutboundTask) -> datetime:
    state = task.given().when(command)
    [event] = state.events
    assert isinstance(event, OutboundTaskCreated)
    return event.due_at


def test_two_days_before_the_arrival_is_confirmed_and_on_the_day_a_call_and_an_sms() -> None:
    """T-12."""
    task.given().when(FIRST).then(CONFIRMATION)
    called = msgspec.structs.replace(
        CONFIRMATION, task_id=CALL.task_id, moment="departure-call", due_at=DEPARTURE
    )
    task.given().when(CALL).then(called)
    written = msgspec.structs.replace(
        called, task_id=SMS.task_id, moment="departure-sms", channel="sms"
    )
    task.given().when(SMS).then(written)


def test_a_day_ends_with_its_calls_and_no_task_is_due_after_the_moment() -> None:
    """T-12: 21:00 of the pack's zone, or the departure itself."""
    late = DEPARTURE + 8 * HOUR  # 22:30 in Shanghai
    assert due(with_changes(CALL, due_at=late)) == datetime(2026, 11, 28, 13, tzinfo=UTC)
    past_midnight = DEPARTURE + 10 * HOUR  # 00:30 on Sunday
    assert due(with_changes(CALL, due_at=past_midnight)) == past_midnight
    assert due(with_changes(FIRST, due_at=past_midnight)) == CONFIRMATION.due_at + DAY


def test_a_task_whose_day_is_over_is_due_on_the_day_on_which_it_is_told() -> None:
    """T-12: who books the evening before is called that evening."""
    told = with_changes(FIRST, at=DEPARTURE - DAY)
    assert due(told) == datetime(2026, 11, 27, 13, tzinfo=UTC)
    at_night = datetime(2026, 11, 27, 14, tzinfo=UTC)  # 22:00: nobody is called any more
    assert due(with_changes(FIRST, at=at_night)) == at_night


def test_a_day_without_calls_ends_at_midnight() -> None:
    """T-12."""
    office = read_pack(
        """
        extends: travel-platform
        name: office-tours
        version: 1
        calendars:
          - { name: calls, version: 1, weekly: { monday-friday: ["09:00-17:00"] } }
        """,
        "office-tours.yaml",
    )
    on_monday = with_changes(FIRST, rules=outbound_rules(office), due_at=DEPARTURE + 2 * DAY)
    assert str(due(on_monday)) == "2026-11-28 16:00:00+00:00", "Saturday's midnight in Shanghai"
    on_sunday = with_changes(on_monday, due_at=DEPARTURE + DAY)
    assert due(on_sunday) == datetime(2026, 11, 27, 9, tzinfo=UTC), "Friday's last call"


def test_a_plan_needs_to_know_when_the_moment_is() -> None:
    """T-12."""
    task.given().when(with_changes(FIRST, due_at=None)).then_raises(DueMissingError)


@pytest.mark.parametrize("due_at", [AT, AT - HOUR, AT + timedelta(days=3654)])
def test_a_moment_lies_ahead_and_within_ten_years(due_at: datetime) -> None:
    """T-12."""
    task.given().when(with_changes(FIRST, due_at=due_at)).then_raises(ImplausibleDueError)


def test_the_whole_set_follows_from_the_first_task() -> None:
    """T-12: whoever tries again after a crash makes the same tasks, not others."""
    again = with_changes(MOMENT, task_id=UUID(int=999), at=AT + HOUR, served=False)
    assert others(again, Open(CONFIRMATION)) == (CALL, SMS)
    assert len({one.task_id for one in (FIRST, CALL, SMS)}) == 3
    with pytest.raises(OutboundTaskNotCreatedError):
        others(again, NotCreated())


def test_a_moment_without_a_plan_is_one_task() -> None:
    assert steps(CREATE) == (CREATE,)
    assert steps(with_changes(CREATE, rules=None)) == (with_changes(CREATE, rules=None),)


def exempting(*moments: str) -> Pack:
    assert TRAVEL.outbound is not None
    outbound = msgspec.structs.replace(TRAVEL.outbound, exempt_moments=moments)
    return msgspec.structs.replace(TRAVEL, outbound=outbound)


@pytest.mark.parametrize(
    ("moment", "suppressed"),
    [("departure", [True, True, True]), ("departure-sms", [False, False, True])],
)
def test_an_exempt_moment_suppresses_its_tasks_and_an_exempt_task_itself(
    moment: str, suppressed: list[bool]
) -> None:
    """M-02, T-12."""
    command = with_changes(MOMENT, rules=outbound_rules(exempting(moment)))
    states = [task.given().when(step).state for step in steps(command)]
    assert [isinstance(state, Suppressed) for state in states] == suppressed


def test_who_is_not_served_is_spared_the_whole_set() -> None:
    """M-01."""
    assert TRAVEL.outbound is not None
    outbound = msgspec.structs.replace(TRAVEL.outbound, served_group_only=True)
    rules = outbound_rules(msgspec.structs.replace(TRAVEL, outbound=outbound))
    first = task.given().when(with_changes(FIRST, rules=rules, served=False)).state
    assert isinstance(first, Suppressed)
    assert first.suppressed.exempted_by == "served-group"
    for step in others(with_changes(MOMENT, rules=rules), first):
        [event] = task.given().when(step).events
        assert isinstance(event, OutboundTaskSuppressed)
        assert event.exempted_by == "served-group"


def test_where_the_pack_does_not_ask_everybody_is_served() -> None:
    """M-01."""
    task.given().when(with_changes(FIRST, served=False)).then(CONFIRMATION)


def test_a_call_counts_and_a_message_does_not() -> None:
    """M-04."""
    assert [one for one in ("phone", "sms", "email", "visit") if is_call(one)] == ["phone"]


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ("[]", "plans"),
        ("[{ moment: a, days_before: -1 }]", "days_before"),
        ("[{ moment: a, days_before: 0, channel: pigeon }]", "Invalid enum value 'pigeon'"),
        (
            "[{ moment: a, days_before: 0 }, { moment: a, days_before: 1 }]",
            "outbound.plans.trip[1].moment: a is planned already: one name, one task",
        ),
        ("[{ moment: trip, days_before: 0 }]", "trip is planned already"),
        ("[{ moment: a, day: 0 }]", "unknown field; there are moment, days_before, channel"),
    ],
)
def test_a_wrong_plan_is_refused(plan: str, problem: str) -> None:
    head = "extends: travel-platform\nname: x\nversion: 1\n"
    text = f"{head}outbound: {{ plans: {{ trip: {plan} }} }}"
    with pytest.raises(WrongDataError) as refused:
        read_pack(text, "x.yaml")
    assert "x.yaml, line 4: " in str(refused.value)
    assert problem in str(refused.value)
