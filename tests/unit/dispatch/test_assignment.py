"""Whose work order it is: accepted, refused, arbitrated, transferred."""

from dataclasses import replace as with_changes

import msgspec
import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    ARBITRATE,
    ARBITRATED,
    CONTACT,
    OFFERED,
    PAST,
    REFUSE,
    REFUSED,
    TRANSFER,
    TRANSFERRED,
)
from tests.unit.support.examples import AT, HOUR

ticket = DeciderSpec(TICKET)


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
