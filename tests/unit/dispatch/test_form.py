"""H-28: what the handling form carries, and what it lacks."""

from dataclasses import replace as with_changes

import msgspec
import pytest

from services.dispatch.domain.form import FormPart, has_form, missing_parts
from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from services.dispatch.routing import is_called_back
from shared.contracts.dispatch import DispatchEvent, Signatory
from shared.packs import Packs, shipped
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import ASKED, OFFERED, PAST, SIGNED, VERIFIED, H, cancelled
from tests.unit.support.examples import CASE, CONCLUDED, T, W

HEADS: list[FormPart] = ["handler", "department_manager", "project_manager"]


def missing(*past: DispatchEvent) -> list[FormPart]:
    return [*missing_parts(find_order(TICKET.fold(past), W), revisited=True)]


def signed(*roles: Signatory) -> list[DispatchEvent]:
    return [msgspec.structs.replace(SIGNED, signed_as=role) for role in roles]


@pytest.mark.parametrize(
    ("past", "lacks"),
    [
        ((OFFERED,), ["finding", "solution", *HEADS]),
        ((*PAST["accepted"], VERIFIED), ["solution", *HEADS]),
        ((*PAST["completed"],), ["finding", *HEADS]),
        ((*PAST["completed"], *signed("handler", "project_manager")), ["finding", HEADS[1]]),
        ((*PAST["notified"], *signed("department_manager")), ["finding", HEADS[0], HEADS[2]]),
    ],
)
def test_the_form_says_what_it_lacks(
    past: tuple[DispatchEvent, ...], lacks: list[FormPart]
) -> None:
    """H-28."""
    assert missing(*past) == lacks


def test_a_form_with_finding_solution_signatures_and_revisit_is_complete() -> None:
    """H-28."""
    accepted, completed = PAST["accepted"], PAST["completed"][-1]
    roles = signed("handler", "department_manager", "project_manager")
    past = *accepted, VERIFIED, completed, *roles
    assert missing(*past) == []
    whole = find_order(TICKET.fold(past), W)
    assert [*missing_parts(whole, revisited=False)] == ["revisit"]


def test_help_and_what_is_cancelled_leave_no_form() -> None:
    """H-28, T-08."""
    helped = TICKET.fold((*PAST["accepted"], ASKED))
    assert [has_form(find_order(helped, one)) for one in (W, H)] == [True, False]
    gone = find_order(TICKET.fold((OFFERED, cancelled("answered"))), W)
    assert not has_form(gone)
    assert has_form(with_changes(gone, state="notified"))


async def test_a_work_order_shows_its_form(desk: WorkDesk) -> None:
    """H-28: in lists, too; the answer to a command leaves it out."""
    await desk.do("acceptance")
    await desk.do("verification", {"finding": "substantiated"})
    done = await desk.do("completion", {"solution": "更换光猫"})
    assert "form" not in done
    for role in ("handler", "department_manager"):
        await desk.do("sign-off", {"role": role, "opinion": "同意"})
    [item] = await desk.items(WORK_ORDERS, ticket_id=T)
    shown = (await desk.show()).json()
    lacks = ["project_manager", "revisit"]
    assert item["form"] == shown["form"] == {"complete": False, "missing": lacks}

    await desk.do("sign-off", {"role": "project_manager", "opinion": "同意"})
    assert (await desk.show()).json()["form"] == {"complete": False, "missing": ["revisit"]}
    await desk.heard.hear(CONCLUDED)
    assert (await desk.show()).json()["form"] == {"complete": True, "missing": []}


def test_who_is_not_called_back_is_not_missed() -> None:
    """H-28, H-19: a pack may exempt a kind; an unknown one exempts none."""
    packs = shipped()
    exempting = msgspec.structs.replace(packs.named("hotline-400").revisit, exempt=("praise",))
    own = Packs(
        {"own": msgspec.structs.replace(packs.named("hotline-400"), revisit=exempting, name="own")}
    )
    praise = msgspec.structs.replace(CASE, pack="own", kind="praise")
    assert not is_called_back(own, praise)
    assert is_called_back(own, CASE)
    assert is_called_back(packs, praise)
