"""How a manager of an area plans a visit, and tries to spare the customer one."""

from dataclasses import replace as with_changes
from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from shared.contracts.dispatch import ContactAttempted, DispatchEvent, Guidance
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    COMPLETE,
    COMPLETED,
    CONTACT,
    OFFERED,
    PAST,
    attempted,
)
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, HOUR, REGISTERED, TEXT, W

ticket = DeciderSpec(TICKET)
OTHER = UUID(int=21)
FINISH = with_changes(COMPLETE, visit_after_guidance=True, at=AT + 3 * HOUR)
FINISHED = msgspec.structs.replace(COMPLETED, at=AT + 3 * HOUR)


def guided(guidance: Guidance, hours: int = 0) -> ContactAttempted:
    return msgspec.structs.replace(attempted("reached", AT + hours * HOUR), guidance=guidance)


def visited(hours: int) -> ContactAttempted:
    return attempted("reached", AT + hours * HOUR, "visit")


def test_who_accepts_it_plans_tools_and_parts() -> None:
    """C-02."""
    planned = msgspec.structs.replace(ACCEPTED, plan=TEXT)
    ticket.given(OFFERED).when(with_changes(ACCEPT, plan=TEXT)).then(planned)


def test_a_plan_is_no_repeat_of_an_acceptance() -> None:
    """Texts can't be compared: what is sent again would be lost."""
    again = with_changes(ACCEPT, plan=TEXT)
    ticket.given(OFFERED, ACCEPTED).when(again).then_raises(errors.AlreadyAcceptedError)


def test_guidance_is_recorded_with_the_call() -> None:
    """C-06."""
    call = with_changes(CONTACT, outcome="reached", guidance="unsolved")
    past = PAST["accepted"]
    left = ticket.given(*past).when(call, call).then(guided("unsolved"))
    assert find_order(left, W).contact_attempts[0].guidance == "unsolved"


@pytest.mark.parametrize(
    "calls",
    [
        (guided("refused"),),
        (guided("unsolved"),),
        (guided("solved"), guided("unsolved", 1)),
        (visited(1), guided("unsolved", 2)),
        (guided("unsolved"), attempted("nobody_home", AT + HOUR, "visit", note_left=True)),
    ],
)
def test_whom_guidance_did_not_help_is_visited_first(calls: tuple[DispatchEvent, ...]) -> None:
    """C-06: a visit at which nobody was met solves nothing."""
    past = *PAST["accepted"], *calls
    ticket.given(*past).when(FINISH).then_raises(errors.VisitMissingError)


@pytest.mark.parametrize(
    "calls",
    [
        (),
        (attempted("reached"),),
        (guided("solved"),),
        (guided("unsolved"), visited(1)),
        (visited(2), guided("unsolved", 1)),
        (guided("unsolved"), guided("solved", 1)),
    ],
)
def test_who_was_helped_or_visited_needs_no_more(calls: tuple[DispatchEvent, ...]) -> None:
    """C-06: in whatever order it was entered, the newest guidance counts."""
    ticket.given(*PAST["accepted"], *calls).when(FINISH).then(FINISHED)


def test_it_is_completed_unsolved_and_where_the_pack_asks_no_visit() -> None:
    """C-06 forbids only to call it solved."""
    past = *PAST["accepted"], guided("refused")
    unsolved = with_changes(FINISH, solved=False, before_unsolved=0)
    ticket.given(*past).when(unsolved).then(msgspec.structs.replace(FINISHED, solved=False))
    ticket.given(*past).when(with_changes(FINISH, visit_after_guidance=False)).then(FINISHED)


async def test_the_field_service_visits_whom_the_phone_did_not_help(desk: WorkDesk) -> None:
    """C-02, C-06: the plan is read as the other texts are."""
    case = msgspec.structs.replace(REGISTERED.case, pack="cable-field-service")
    other = msgspec.structs.replace(
        REGISTERED, ticket_id=OTHER, case=case, area="朝阳", number="T20261123-7K3Q9D2N"
    )
    await desk.heard.hear(other)
    [item] = await desk.items(WORK_ORDERS, ticket_id=OTHER)
    url = f"{WORK_ORDERS}/{item['work_order_id']}"
    for path, body in (
        ("acceptance", {"plan": "光功率计、皮线光缆"}),
        ("contact-attempts", {"channel": "phone", "outcome": "reached", "guidance": "refused"}),
    ):
        assert (await desk.client.post(f"{url}/{path}", json=body)).status_code == 200
    early = await desk.client.post(f"{url}/completion", json={"solution": "更换皮线"})
    assert code_of(early) == (409, "visit-missing")
    visit = {"channel": "visit", "outcome": "reached"}
    await desk.client.post(f"{url}/contact-attempts", json=visit)
    done = await desk.client.post(f"{url}/completion", json={"solution": "更换皮线"})
    assert done.json()["state"] == "completed"
    shown = (await desk.client.get(url)).json()
    plan = shown["texts"][0]
    assert (plan["field"], plan["text"]) == ("plan", "光功率计、皮线光缆")
    assert [one["guidance"] for one in shown["contact_attempts"]] == ["refused", None]


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "visit", "outcome": "reached", "guidance": "solved"},
        {"channel": "phone", "outcome": "no_answer", "guidance": "solved"},
        {"channel": "phone", "outcome": "reached", "guidance": "tried"},
    ],
)
async def test_only_who_is_reached_by_phone_is_guided(desk: WorkDesk, body: dict[str, str]) -> None:
    """C-06."""
    await desk.do("acceptance")
    assert code_of(await desk.post("contact-attempts", body)) == (422, "malformed")
