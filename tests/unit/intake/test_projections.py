"""A ticket's status over all services, in whatever order their topics arrive."""

from itertools import combinations
from uuid import UUID

import msgspec
import pytest

from services.intake.progress_view import project_progress, project_promise
from services.intake.projections import TicketSummary, project_summary
from shared.contracts import dispatch, revisit, sla
from tests.unit.intake.examples import CLOSED, WITHDRAWN
from tests.unit.support.examples import (
    ANSWERED,
    AT,
    CASE,
    CLOCK_STARTED,
    DEADLINE_MOVED,
    DUE_AT,
    NOTIFIED,
    NUMBER,
    OFFERED,
    REGISTERED,
    TEXT,
    T,
    W,
)

R = UUID(int=22)
ACCEPTED = dispatch.WorkOrderAccepted(work_order_id=W, ticket_id=T, round=1, handler="li", at=AT)
TRANSFERRED = dispatch.WorkOrderTransferred(
    work_order_id=W,
    ticket_id=T,
    round=1,
    from_department="billing",
    department="key-accounts",
    reason=TEXT,
    at=AT,
)
CALLED = dispatch.ContactAttempted(
    work_order_id=W, ticket_id=T, round=1, channel="phone", outcome="no_answer", at=AT
)
COMPLETED = dispatch.WorkOrderCompleted(
    work_order_id=W,
    ticket_id=T,
    round=1,
    department="billing",
    solution=TEXT,
    solved=True,
    at=AT,
)
ATTEMPTED = revisit.RevisitAttempted(
    revisit_id=R, ticket_id=T, round=1, channel="phone", outcome="reached", at=AT
)
RECTIFIED = revisit.RectificationOrdered(
    revisit_id=R, ticket_id=T, round=2, case=CASE, number=NUMBER, at=AT
)
Progress = dispatch.HandlingEvent | revisit.CallBackEvent


def summary(*progress: Progress) -> TicketSummary:
    view = project_summary(None, REGISTERED, 1)
    for event in progress:
        view = project_progress(view, event)
    assert view is not None
    return view


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], "registered"),
        ([OFFERED], "dispatched"),
        ([OFFERED, ACCEPTED], "accepted"),
        ([OFFERED, ACCEPTED, TRANSFERRED], "dispatched"),
        ([OFFERED, ACCEPTED, NOTIFIED], "notified"),
        ([OFFERED, ACCEPTED, COMPLETED, CALLED], "completed"),
        ([OFFERED, ACCEPTED, NOTIFIED, CALLED], "notified"),
        ([OFFERED, ACCEPTED, CALLED, TRANSFERRED], "dispatched"),
        ([OFFERED, ACCEPTED, NOTIFIED, ATTEMPTED], "in_revisit"),
        ([OFFERED, ACCEPTED, NOTIFIED, ATTEMPTED, RECTIFIED], "dispatched"),
    ],
)
def test_the_status_follows_the_work(events: list[Progress], status: str) -> None:
    assert summary(*events).status == status


def test_any_interleaving_of_the_two_topics_gives_the_same_status() -> None:
    first: list[Progress] = [OFFERED, ACCEPTED, NOTIFIED]
    second: list[Progress] = [ATTEMPTED, RECTIFIED]
    seen = set()
    for places in combinations(range(5), 3):
        left, right = iter(first), iter(second)
        mixed = [next(left) if place in places else next(right) for place in range(5)]
        view = summary(*mixed)
        seen.add((view.status, view.rounds, view.department))
    assert seen == {("dispatched", 2, "billing")}


def test_a_withdrawn_ticket_shows_that_whatever_comes_later() -> None:
    view = project_summary(summary(OFFERED), WITHDRAWN, 2)
    late = project_progress(view, NOTIFIED)
    assert late is not None
    assert late.status == "withdrawn"


def test_an_answer_at_once_counts_as_the_notice_of_its_round_only() -> None:
    view = project_summary(summary(OFFERED), ANSWERED, 2)
    assert view is not None
    assert view.status == "notified"
    again = project_progress(view, RECTIFIED)
    assert again is not None
    assert again.status == "dispatched"


def test_closing_says_how() -> None:
    view = project_summary(summary(OFFERED, NOTIFIED), CLOSED, 2)
    assert view is not None
    assert (view.status, view.closed_as, view.version) == ("closed", "solved", 2)


MISSED = sla.ClockMissed(ticket_id=T, clock="answer", round=1, occurrence="x", at=AT)
MET_LATE = sla.ClockMet(ticket_id=T, clock="answer", round=1, occurrence="x", late=True, at=AT)


def test_a_promise_shows_what_sla_said_last() -> None:
    view = project_promise(project_promise(summary(), CLOCK_STARTED), MISSED)
    assert view is not None
    assert [(one.state, one.due_at) for one in view.promises] == [("missed", DUE_AT)]
    view = project_promise(view, MET_LATE)
    assert view is not None
    assert [one.state for one in view.promises] == ["met_late"]


def test_a_promise_that_stands_still_shows_no_time_until_it_goes_on() -> None:
    """SLA-ENGINE, pause: and a miss that was restated runs again."""
    paused = sla.ClockPaused(
        ticket_id=T,
        clock="answer",
        round=1,
        occurrence="x",
        reason="awaiting_customer",
        at=AT,
    )
    view = project_promise(project_promise(summary(), CLOCK_STARTED), paused)
    assert view is not None
    assert [(one.state, one.due_at) for one in view.promises] == [("paused", None)]
    resumed = sla.ClockResumed(
        ticket_id=T,
        clock="answer",
        round=1,
        occurrence="x",
        reason="resumed",
        due_at=DUE_AT,
        at=AT,
    )
    view = project_promise(view, resumed)
    assert view is not None
    assert [(one.state, one.due_at) for one in view.promises] == [("running", DUE_AT)]
    view = project_promise(project_promise(view, MISSED), DEADLINE_MOVED)
    assert view is not None
    due_at = DEADLINE_MOVED.due_at
    assert [(one.state, one.due_at) for one in view.promises] == [("running", due_at)]
    again = msgspec.structs.replace(DEADLINE_MOVED, missed=True)
    view = project_promise(project_promise(view, MISSED), again)
    assert view is not None
    assert [(one.state, one.due_at) for one in view.promises] == [("missed", due_at)]


def test_a_takeover_may_move_it_to_another_department() -> None:
    """U-01."""
    taken = dispatch.TakenOver(
        work_order_id=W, ticket_id=T, round=1, level="manager", handler="gao-feng", at=AT
    )
    assert summary(OFFERED, ACCEPTED, taken) == summary(OFFERED, ACCEPTED)
    up = msgspec.structs.replace(taken, level="province", department="province-service")
    view = summary(OFFERED, ACCEPTED, up)
    assert (view.department, view.status) == ("province-service", "accepted")


def test_what_is_written_down_of_an_earlier_round_moves_nothing() -> None:
    again = msgspec.structs.replace(OFFERED, round=2)
    told = msgspec.structs.replace(NOTIFIED, round=2)
    before = summary(OFFERED, ACCEPTED, NOTIFIED, RECTIFIED, again, told)
    assert before.status == "notified"
    assert project_progress(before, CALLED) == before


def test_another_departments_help_moves_nothing() -> None:
    """T-08; U-12: nor does an appeal's own work order."""
    before = summary(OFFERED, ACCEPTED)
    for role in ("help", "appeal"):
        for event in (OFFERED, TRANSFERRED, NOTIFIED):
            beside = msgspec.structs.replace(event, role=role, department="key-accounts")
            assert summary(OFFERED, ACCEPTED, beside) == before
