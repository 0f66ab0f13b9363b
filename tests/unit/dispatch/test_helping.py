"""A second department's part in a round counts for itself alone."""

from dataclasses import replace as with_changes

import msgspec

from services.dispatch.domain import errors
from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import work_order_id
from shared.contracts.dispatch import CustomerNotified, WorkOrderCompleted
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.desk import WorkDesk
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    ASK,
    ASKED,
    COMPLETE,
    COMPLETED,
    EXTEND,
    NOTIFY,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFY,
    H,
    cancel,
    cancelled,
    kept,
)
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, HOUR, T, W

ticket = DeciderSpec(TICKET)
IN_WORK = OFFERED, ACCEPTED
HELPING = msgspec.structs.replace(ACCEPTED, work_order_id=H, role="help")
HELPED = msgspec.structs.replace(COMPLETED, work_order_id=H, role="help", department="key-accounts")
REQUEST = {"department": "key-accounts", "request": "请核对合同"}


def test_a_department_asked_for_help_is_offered_its_own_work_order() -> None:
    """T-08."""
    state = ticket.given(*IN_WORK).when(ASK).then(ASKED)
    assert find_order(state, W).state == "accepted"
    assert (find_order(state, H).role, find_order(state, H).state) == ("help", "offered")
    ticket.given(*IN_WORK, ASKED).when(ASK).then_nothing()


def test_each_department_asked_has_a_work_order_of_its_own() -> None:
    """T-08."""
    other = with_changes(ASK, department="field-service")
    asked = msgspec.structs.replace(
        ASKED,
        work_order_id=work_order_id(T, 1, "help", "field-service"),
        department="field-service",
    )
    ticket.given(*IN_WORK, ASKED).when(other).then(asked)


def test_who_helps_tells_the_customer_no_result() -> None:
    """T-08: progress they may tell; the result is the main work order's."""
    result = with_changes(NOTIFY, work_order_id=H)
    past = *IN_WORK, ASKED, HELPING
    ticket.given(*past, HELPED).when(result).then_raises(errors.HelpOrderError)
    ticket.given(*past).when(result).then_raises(errors.HelpOrderError)
    progress = with_changes(result, about="progress")
    [told] = ticket.given(*past).when(progress).events
    assert isinstance(told, CustomerNotified)
    assert (told.role, told.about) == ("help", "progress")


def test_the_responsible_department_asks_others() -> None:
    """T-08."""
    itself = errors.HelpFromItselfError
    own = with_changes(ASK, department="billing")
    ticket.given(*IN_WORK).when(own).then_raises(itself)
    helper = with_changes(ASK, work_order_id=H, department="field-service")
    ticket.given(*IN_WORK, ASKED, HELPING).when(helper).then_raises(itself)


def test_who_helps_agrees_on_no_longer_time() -> None:
    """T-04, T-08: the answer's limit is the main work order's."""
    longer = with_changes(EXTEND, work_order_id=H)
    ticket.given(*IN_WORK, ASKED, HELPING).when(longer).then_raises(errors.HelpOrderError)


def test_what_a_helping_department_does_says_that_it_helps() -> None:
    """T-08."""
    accept = with_changes(ACCEPT, work_order_id=H)
    ticket.given(*IN_WORK, ASKED).when(accept).then(HELPING)
    complete = with_changes(COMPLETE, work_order_id=H)
    state = ticket.given(*IN_WORK, ASKED, HELPING).when(complete).then(HELPED)
    assert find_order(state, W).state == "accepted"
    assert not find_order(state, H).is_open


def test_the_next_round_goes_to_the_department_responsible_before() -> None:
    """H-20, T-08."""
    past = *IN_WORK, ASKED, *PAST["notified"][2:]
    ticket.given(*past).when(RECTIFY).then(msgspec.structs.replace(OFFERED_AGAIN, handler="xu-lei"))


def test_help_is_no_longer_needed_once_the_ticket_is_closed() -> None:
    """T-08."""
    past = *PAST["notified"][:2], ASKED, *PAST["notified"][2:]
    nobody = msgspec.structs.replace(cancelled("closed"), work_order_id=H, role="help")
    ticket.given(*past).when(cancel("closed")).then(msgspec.structs.replace(nobody, at=AT + HOUR))
    done = *PAST["notified"][:2], ASKED, HELPING, HELPED, *PAST["notified"][2:]
    ticket.given(*done).when(cancel("closed")).then(kept("closed"))


async def test_who_is_asked_for_help_finds_it_with_the_request(desk: WorkDesk) -> None:
    """T-08."""
    await desk.do("acceptance")
    main = await desk.do("help", REQUEST)
    assert (main["role"], main["version"]) == ("main", 3)
    scopes = desk.key(
        "qin-yao", "tickets:read", "work:write", "pii:read", departments=("key-accounts",)
    )
    shown = (await desk.show(scopes, order=H)).json()
    assert (shown["role"], shown["department"]) == ("help", "key-accounts")
    assert [one["text"] for one in shown["texts"]] == ["请核对合同"]
    for path, body in (("acceptance", {}), ("completion", {"solution": "合同无误"})):
        assert (await desk.post(path, body, scopes, order=H)).status_code == 200
    [said] = await desk.heard.said(WorkOrderCompleted)
    assert said.role == "help"
    assert (await desk.show()).json()["state"] == "accepted"


async def test_lists_show_all_work_orders_at_their_tickets_version(desk: WorkDesk) -> None:
    await desk.do("acceptance")
    await desk.do("help", REQUEST)
    for order in (H, W):
        body = {"about": "progress", "channel": "phone", "outcome": "reached"}
        told = await desk.post("customer-notice", body, order=order)
        items = await desk.items("/dispatch/v1/work-orders", ticket_id=T)
        assert {one["version"] for one in items} == {told.json()["version"]}


async def test_a_department_that_is_not_there_cannot_help(desk: WorkDesk) -> None:
    await desk.do("acceptance")
    answer = await desk.post("help", {**REQUEST, "department": "circus"})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == "/department"
