"""Dispatch decides by the version of the pack that the ticket's registration carries."""

from pathlib import Path
from uuid import UUID, uuid5

import msgspec
import pytest

from services.dispatch.handlers import HANDLERS
from services.dispatch.main import create_app
from shared.contracts import sla
from shared.contracts.dispatch import ProgressMessageSent, TakenOver, WorkOrderOffered
from shared.contracts.terms import Event
from shared.packs import Authority, PackVersionNotHeardError
from tests.unit.dispatch.desk import WorkDesk
from tests.unit.dispatch.service import ears
from tests.unit.support.desk import code_of, open_desk
from tests.unit.support.examples import AT, CASE, HOUR, REGISTERED, T, W
from tests.unit.support.published import published, second_version

BASE = second_version("hotline-400")
STRICT = second_version(
    "hotline-400",
    authority=Authority(remedies={"manager": ("refund",)}),
    progress_messages=("dispatched",),
    contact=msgspec.structs.replace(BASE.contact, written_answer=("phone",)),
    ladders=tuple(
        msgspec.structs.replace(
            ladder,
            rungs=tuple(msgspec.structs.replace(rung, takeover=None) for rung in ladder.rungs),
        )
        for ladder in BASE.ladders
    ),
)
PUBLISHED = published(STRICT, AT)
OTHER = uuid5(T, "other")
OTHERS_ORDER = uuid5(OTHER, "1/main")
NEWER = msgspec.structs.replace(
    REGISTERED, ticket_id=OTHER, case=msgspec.structs.replace(CASE, pack_version=2)
)
REMEDY = {"solution": "退费", "remedy": "refund", "accepted_by_customer": True}


def raised(ticket_id: UUID) -> sla.EscalationRaised:
    return sla.EscalationRaised(
        ticket_id=ticket_id,
        clock="answer",
        round=1,
        occurrence="x",
        escalation_id=uuid5(ticket_id, "level-2"),
        step="level-2",
        addressee=("gao-feng",),
        due_at=AT + HOUR,
        at=AT + HOUR,
    )


async def refusals(desk: WorkDesk) -> list[int]:
    """What a handler's proposal of a refund comes to, for the older and the newer ticket."""
    handler = desk.key("xu-lei", "work:write", "tickets:read", departments=("billing",))
    found = []
    for order in (W, OTHERS_ORDER):
        await desk.post("acceptance", {"handler": "xu-lei"}, order=order)
        answer = await desk.post("proposal", REMEDY, handler, order)
        if answer.status_code == 409:
            assert code_of(answer) == (409, "beyond-authority")
        found.append(answer.status_code)
    return found


async def test_authority_is_that_of_the_version_that_the_ticket_carries(tmp_path: Path) -> None:
    """H-24: under the second version a refund is the manager's; a restart forgets nothing."""
    async with open_desk(WorkDesk, create_app, HANDLERS, tmp_path, AT) as desk:
        await desk.heard.hear(REGISTERED, PUBLISHED, PUBLISHED, NEWER)
    async with open_desk(WorkDesk, create_app, HANDLERS, tmp_path, AT) as desk:
        assert await refusals(desk) == [200, 409]


@pytest.mark.parametrize("first", [REGISTERED, NEWER])
async def test_so_are_messages_written_answers_and_takeovers(tmp_path: Path, first: Event) -> None:
    """U-14, H-17, H-07: whichever ticket is heard first."""
    second = NEWER if first is REGISTERED else REGISTERED
    async with ears(tmp_path) as dispatch:
        await dispatch.hear(PUBLISHED, first, second, raised(T), raised(OTHER))
        offers = {one.ticket_id: one for one in await dispatch.said(WorkOrderOffered)}
        assert [offers[one].in_writing for one in (T, OTHER)] == [False, True]
        messages = await dispatch.said(ProgressMessageSent)
        assert [(one.ticket_id, one.about) for one in messages] == [(OTHER, "dispatched")]
        assert [one.ticket_id for one in await dispatch.said(TakenOver)] == [T]


async def test_a_ticket_whose_version_was_not_heard_waits_for_it(tmp_path: Path) -> None:
    """It is neither parked nor judged by another version; others go on."""
    async with ears(tmp_path) as dispatch:
        arrival = dispatch.arrival(NEWER)
        for _ in range(2):
            with pytest.raises(PackVersionNotHeardError):
                await dispatch.take(arrival)
        assert await dispatch.log() == []
        await dispatch.hear(PUBLISHED)
        await dispatch.take(arrival)
        [offered] = await dispatch.said(WorkOrderOffered)
        assert (offered.in_writing, offered.case.pack_version) == (True, 2)


async def test_a_command_waits_too_where_this_instance_has_not_heard_the_version(
    tmp_path: Path,
) -> None:
    """503 with Retry-After: another instance heard it and offered the work order."""
    async with open_desk(WorkDesk, create_app, HANDLERS, tmp_path, AT) as desk:
        await desk.heard.hear(PUBLISHED, NEWER)
        await desk.post("acceptance", {"handler": "xu-lei"}, order=OTHERS_ORDER)
        packs = desk.heard.service.core.packs
        packs._found["hotline-400"].pop()  # noqa: SLF001 - as an instance that hears it later
        answer = await desk.post("proposal", REMEDY, order=OTHERS_ORDER)
        assert code_of(answer) == (503, "pack-version-not-heard")
        assert answer.headers["retry-after"] == "1"
        listed = await desk.items("/dispatch/v1/work-orders")
        assert [one["work_order_id"] for one in listed] == [str(OTHERS_ORDER)]
