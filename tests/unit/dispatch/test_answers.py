"""What a department may answer, and who stands for it."""

from dataclasses import replace as with_changes

import msgspec
import pytest

from services.dispatch.domain import errors, signing_errors
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState
from shared.packs import Authority
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPTED,
    OFFERED,
    PAST,
    PROPOSE,
    PROPOSED,
    REVIEW,
    REVIEWED,
    SIGN,
    SIGNED,
    TAKE_OVER,
    TAKEN_OVER,
    WRITE,
    WRITTEN,
    cancelled,
    kept,
)
from tests.unit.support.examples import AT, HOUR

ticket = DeciderSpec(TICKET)
IN_WORK = OFFERED, ACCEPTED
AUTHORITY = Authority(remedies={"handler": ("voucher",), "manager": ("voucher", "refund")})


def test_a_solution_is_proposed_with_what_the_customer_said() -> None:
    """T-07."""
    state = ticket.given(*IN_WORK).when(PROPOSE).then(PROPOSED)
    [proposal] = work_orders_of(state)[0].proposals
    assert (proposal.remedy, proposal.accepted_by_customer) == ("refund", True)
    ticket.given(*IN_WORK, PROPOSED).when(PROPOSE).then_nothing()
    again = with_changes(PROPOSE, at=AT + HOUR)
    later = msgspec.structs.replace(PROPOSED, at=AT + HOUR)
    ticket.given(*IN_WORK, PROPOSED).when(again).then(later)


def test_nobody_promises_what_is_beyond_their_authority() -> None:
    """H-24, T-05."""
    beyond = errors.BeyondAuthorityError
    limited = with_changes(PROPOSE, authority=AUTHORITY)
    ticket.given(*IN_WORK).when(limited).then_raises(beyond)
    unlisted = with_changes(limited, level="supervisor", remedy="voucher")
    ticket.given(*IN_WORK).when(unlisted).then_raises(beyond)
    manager = with_changes(limited, level="manager")
    promised = msgspec.structs.replace(PROPOSED, level="manager")
    ticket.given(*IN_WORK).when(manager).then(promised)


def test_a_solution_without_a_remedy_is_within_everybodys_authority() -> None:
    """H-24."""
    command = with_changes(PROPOSE, authority=AUTHORITY, remedy=None)
    proposed = msgspec.structs.replace(PROPOSED, remedy=None)
    ticket.given(*IN_WORK).when(command).then(proposed)


@pytest.mark.parametrize("state", ["offered", "accepted", "in_arbitration"])
def test_who_takes_it_over_is_its_handler_and_the_first_owner_stays(state: WorkOrderState) -> None:
    """H-07, U-11."""
    after = ticket.given(*PAST[state]).when(TAKE_OVER).then(TAKEN_OVER)
    order = work_orders_of(after)[0]
    assert (order.level, order.handler) == ("manager", "gao-feng")
    held = "offered" if state == "in_arbitration" else state  # it is somebody's again
    assert (order.first_owner, order.state) == ("zhang-min", held)
    ticket.given(*PAST[state], TAKEN_OVER).when(TAKE_OVER).then_nothing()
    higher = with_changes(TAKE_OVER, level="province")
    up = msgspec.structs.replace(TAKEN_OVER, level="province")
    ticket.given(*PAST[state], TAKEN_OVER).when(higher).then(up)


def test_the_person_complained_about_does_not_take_it_over() -> None:
    """C-10, however the name is written."""
    offered = msgspec.structs.replace(OFFERED, against_person=" Gao-Feng")
    ticket.given(offered).when(TAKE_OVER).then_raises(errors.HandlerComplainedAboutError)


@pytest.mark.parametrize("state", ["accepted", "completed", "notified"])
def test_a_written_answer_is_sent_and_reviewed(state: WorkOrderState) -> None:
    """H-17, H-18."""
    ticket.given(*PAST[state]).when(WRITE).then(WRITTEN)
    after = ticket.given(*PAST[state], WRITTEN).when(REVIEW).then(REVIEWED)
    answer = work_orders_of(after)[0].written_answer
    assert answer is not None
    assert (answer.approved, answer.reviewed_by) == (True, "cui-jun")
    ticket.given(*PAST[state], WRITTEN, REVIEWED).when(REVIEW).then_nothing()


def test_who_wrote_an_answer_does_not_review_it() -> None:
    """H-18."""
    own = with_changes(REVIEW, reviewed_by="Xu-Lei")
    ticket.given(*IN_WORK, WRITTEN).when(own).then_raises(errors.ReviewedByAuthorError)


def test_a_review_stands() -> None:
    """H-18."""
    past = *IN_WORK, WRITTEN, REVIEWED
    for other in (
        with_changes(REVIEW, approved=False),
        with_changes(REVIEW, reviewed_by="pan-xin"),
    ):
        ticket.given(*past).when(other).then_raises(errors.AlreadyReviewedError)


def test_only_a_refused_written_answer_is_sent_again() -> None:
    """H-17, H-18."""
    stands = errors.WrittenAnswerStandsError
    refused = msgspec.structs.replace(REVIEWED, approved=False)
    ticket.given(*IN_WORK, WRITTEN).when(WRITE).then_raises(stands)
    ticket.given(*IN_WORK, WRITTEN, REVIEWED).when(WRITE).then_raises(stands)
    ticket.given(*IN_WORK, WRITTEN, refused).when(WRITE).then(WRITTEN)
    ticket.given(*IN_WORK, WRITTEN, refused, WRITTEN).when(REVIEW).then(REVIEWED)


@pytest.mark.parametrize("state", ["completed", "notified"])
def test_each_role_signs_the_form_once(state: WorkOrderState) -> None:
    """H-28."""
    after = ticket.given(*PAST[state]).when(SIGN).then(SIGNED)
    assert [one.signed_as for one in work_orders_of(after)[0].signatures] == ["handler"]
    past = *PAST[state], SIGNED
    ticket.given(*past).when(SIGN).then_raises(signing_errors.AlreadySignedError)
    manager = with_changes(SIGN, signed_as="department_manager", signed_by="gao-feng")
    signed = msgspec.structs.replace(SIGNED, signed_as="department_manager", signed_by="gao-feng")
    ticket.given(*past).when(manager).then(signed)


def test_another_than_the_manager_does_not_sign_as_the_manager() -> None:
    """H-28: whom the directory knows in another place; a system that enters for people may."""
    known = with_changes(SIGN, signed_as="department_manager", is_known=True)
    signed = msgspec.structs.replace(SIGNED, signed_as="department_manager")
    past = PAST["completed"]
    ticket.given(*past).when(known).then_raises(signing_errors.NotTheManagerError)
    ticket.given(*past).when(with_changes(known, is_manager=True)).then(signed)
    ticket.given(*past).when(with_changes(known, is_known=False)).then(signed)


def test_who_handled_it_does_not_sign_for_the_project() -> None:
    """H-28: not even the manager, who may sign in both other places."""
    own = with_changes(
        SIGN, signed_as="project_manager", signed_by="Xu-Lei", is_known=True, is_manager=True
    )
    past = PAST["completed"]
    ticket.given(*past).when(own).then_raises(signing_errors.SignedByHandlerError)
    signed = msgspec.structs.replace(SIGNED, signed_as="project_manager", signed_by="cui-jun")
    ticket.given(*past).when(with_changes(own, signed_by="cui-jun")).then(signed)
    system = msgspec.structs.replace(signed, signed_by="Xu-Lei")
    ticket.given(*past).when(with_changes(own, is_known=False)).then(system)


def test_the_form_is_signed_after_the_ticket_s_end_too() -> None:
    """H-28: it carries the revisit's result, by which the ticket closes."""
    ticket.given(*PAST["notified"], kept("closed")).when(SIGN).then(SIGNED)
    ticket.given(*PAST["notified"], kept("closed")).when(WRITE).then_raises(
        errors.TicketClosedError
    )
    ticket.given(OFFERED, cancelled("closed")).when(SIGN).then_raises(
        errors.WorkOrderCancelledError
    )
