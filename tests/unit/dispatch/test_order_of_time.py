"""However late it is entered, nothing happened before what it follows from."""

from dataclasses import replace as with_changes
from datetime import timedelta

import msgspec

from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.time_errors import (
    BeforeAcceptanceError,
    BeforeCompletionError,
    BeforeWrittenAnswerError,
)
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.appeal_examples import (
    ANSWER,
    APPEAL_ANSWERED,
    APPEALED,
    IN_WORK,
    TAKEN_ON,
)
from tests.unit.dispatch.desk import WorkDesk
from tests.unit.dispatch.examples import (
    ACCEPTED,
    COMPLETE,
    COMPLETED,
    NOTIFY,
    OFFERED,
    REVIEW,
    REVIEWED,
    SIGN,
    SIGNED,
    WRITTEN,
    attempted,
    notified,
)
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, HOUR

ticket = DeciderSpec(TICKET)
MINUTE = timedelta(minutes=1)
LATE = msgspec.structs.replace(ACCEPTED, at=AT + HOUR)
DONE = OFFERED, ACCEPTED, msgspec.structs.replace(COMPLETED, at=AT + 5 * HOUR)
CALLS = attempted("no_answer"), attempted("no_answer", AT + 2 * HOUR)


def test_the_result_was_not_told_before_the_completion() -> None:
    """H-27: whether the customer was reached or not."""
    early = with_changes(NOTIFY, at=AT + 4 * HOUR)
    ticket.given(*DONE).when(early).then_raises(BeforeCompletionError)
    unreachable = with_changes(early, outcome="unreachable")
    ticket.given(*DONE, *CALLS).when(unreachable).then_raises(BeforeCompletionError)


def test_a_result_is_told_to_the_minute() -> None:
    """H-27."""
    at = AT + 5 * HOUR - MINUTE
    ticket.given(*DONE).when(with_changes(NOTIFY, at=at)).then(notified(at=at))


def test_progress_told_before_the_completion_is_entered_after_it() -> None:
    early = with_changes(NOTIFY, about="progress", at=AT + 4 * HOUR)
    ticket.given(*DONE).when(early).then(notified("progress", at=early.at))


def test_nothing_was_completed_before_somebody_took_it_on() -> None:
    """H-27."""
    early = with_changes(COMPLETE, at=AT + HOUR - 2 * MINUTE)
    ticket.given(OFFERED, LATE).when(early).then_raises(BeforeAcceptanceError)
    to_the_minute = with_changes(COMPLETE, at=AT + HOUR - MINUTE)
    completed = msgspec.structs.replace(COMPLETED, at=to_the_minute.at)
    ticket.given(OFFERED, LATE).when(to_the_minute).then(completed)


def test_nor_was_an_appeal_answered() -> None:
    """U-12."""
    late = msgspec.structs.replace(TAKEN_ON, at=ANSWER.at + HOUR)
    ticket.given(OFFERED, APPEALED, late).when(ANSWER).then_raises(BeforeAcceptanceError)
    ticket.given(*IN_WORK).when(ANSWER).then(APPEAL_ANSWERED)


def test_nor_did_anybody_sign_the_form_before_it_came_back() -> None:
    """H-28."""
    ticket.given(*DONE).when(SIGN).then_raises(BeforeCompletionError)
    at = AT + 5 * HOUR - MINUTE
    signed = msgspec.structs.replace(SIGNED, at=at)
    ticket.given(*DONE).when(with_changes(SIGN, at=at)).then(signed)


def test_nor_was_an_answer_reviewed_before_it_was_written() -> None:
    """H-18: its clock runs from the review to what was written down of it."""
    past = OFFERED, ACCEPTED, msgspec.structs.replace(WRITTEN, at=AT + HOUR)
    early = with_changes(REVIEW, at=AT + HOUR - 2 * MINUTE)
    ticket.given(*past).when(early).then_raises(BeforeWrittenAnswerError)
    at = AT + HOUR - MINUTE
    reviewed = msgspec.structs.replace(REVIEWED, at=at)
    ticket.given(*past).when(with_changes(REVIEW, at=at)).then(reviewed)


async def test_a_notice_dated_before_its_completion_is_refused_in_words(desk: WorkDesk) -> None:
    """H-27: it would turn a clock that was missed into one that was met."""
    desk.clock.time += 5 * HOUR
    await desk.do("acceptance", {"at": AT.isoformat()})
    await desk.do("completion", {"solution": "更换光猫"})
    told = {"about": "result", "channel": "phone", "outcome": "reached", "at": AT.isoformat()}
    assert code_of(await desk.post("customer-notice", told)) == (409, "before-completion")
    await desk.do("customer-notice", {**told, "at": desk.clock.time.isoformat()})
