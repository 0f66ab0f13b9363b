"""What is done about a work order: contact, finding, progress, completion."""

from dataclasses import replace as with_changes
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPTED,
    COMPLETE,
    COMPLETED,
    CONTACT,
    OFFERED,
    PAST,
    REPORT,
    VERIFIED,
    VERIFY,
    attempted,
    reported,
)
from tests.unit.support.examples import AT, HOUR, TEXT

ticket = DeciderSpec(TICKET)
UNSOLVED = with_changes(COMPLETE, solved=False)


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
    late = with_changes(UNSOLVED, at=weeks[-1].at)
    unsolved = msgspec.structs.replace(COMPLETED, solved=False, at=late.at)
    missing = errors.FollowUpsMissingError
    ticket.given(OFFERED, ACCEPTED).when(late).then_raises(missing)
    ticket.given(OFFERED, ACCEPTED, *weeks[:2], done).when(late).then_raises(missing)
    ticket.given(OFFERED, ACCEPTED, *weeks).when(late).then(unsolved)
    stricter = with_changes(late, before_unsolved=4)
    ticket.given(OFFERED, ACCEPTED, *weeks).when(stricter).then_raises(missing)


def test_what_was_followed_up_later_does_not_count_for_an_earlier_completion() -> None:
    """H-16: however late either is entered."""
    weeks = [reported(AT + week * timedelta(weeks=1)) for week in range(3)]
    earlier = with_changes(UNSOLVED, at=weeks[-1].at - timedelta(minutes=2))
    missing = errors.FollowUpsMissingError
    ticket.given(OFFERED, ACCEPTED, *weeks).when(earlier).then_raises(missing)


def test_follow_ups_of_one_week_count_as_one_where_the_pack_says_so() -> None:
    """H-16: once a week; a week begins on Monday in the pack's zone."""
    monday = datetime(2026, 11, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    missing = errors.FollowUpsMissingError
    weekly = with_changes(UNSOLVED, follow_up_zone="Asia/Shanghai", at=monday + timedelta(days=14))
    in_haste = [reported(monday + timedelta(minutes=minute)) for minute in range(3)]
    ticket.given(OFFERED, ACCEPTED, *in_haste).when(weekly).then_raises(missing)
    sunday = reported(monday - timedelta(minutes=1))
    next_sunday = reported(monday + timedelta(days=7, minutes=-1))
    past = OFFERED, ACCEPTED, sunday, reported(monday), next_sunday
    ticket.given(*past).when(weekly).then_raises(missing)
    unsolved = msgspec.structs.replace(COMPLETED, solved=False, at=weekly.at)
    ticket.given(*past, reported(monday + timedelta(days=7))).when(weekly).then(unsolved)


def test_a_solved_work_order_needs_no_follow_ups() -> None:
    """H-06."""
    ticket.given(OFFERED, ACCEPTED).when(COMPLETE).then(COMPLETED)
