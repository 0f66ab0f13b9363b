"""What a list behind a number tells besides: who promised, and who was called on."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from services.reporting.bootstrap import Reporting
from services.reporting.figures.models import SubjectsQuery, SubjectView
from services.reporting.figures.registry import figures
from services.reporting.figures.subjects import read_subjects
from shared.contracts import dispatch, sla
from tests.unit.reporting.telling import Wire
from tests.unit.reporting.test_figures import EVERYTHING, hear, listening
from tests.unit.support.examples import (
    AT,
    CLOCK_STARTED,
    DUE_AT,
    HOUR,
    NOTIFIED,
    NUMBER,
    OFFERED,
    REGISTERED,
    T,
    W,
)

PROMISE = uuid5(T, "promise")


async def behind(reporting: Reporting, name: str, **asked: str) -> list[SubjectView]:
    query = SubjectsQuery.model_validate({"month": "2026-11", **asked})
    items, _ = await read_subjects(
        reporting.core, EVERYTHING, reporting.directory, figures()[name], query, None
    )
    return items


def begun() -> Wire:
    found = Wire()
    found.say("intake", T, REGISTERED)
    found.say("dispatch", T, OFFERED)
    return found


async def test_a_broken_promise_is_listed_with_its_maker_and_their_supervisor(
    tmp_path: Path,
) -> None:
    """T-11: one of two promises was not kept; who made it, and who is above them."""
    told = begun()
    for event_id, minutes in ((PROMISE, 1), (UUID(int=8), 2)):
        attempt = dispatch.ContactAttempted(
            work_order_id=W,
            ticket_id=T,
            round=1,
            channel="phone",
            outcome="reached",
            promised_until=AT + minutes * HOUR,
            at=AT,
        )
        told.say("dispatch", T, attempt, actor="xu-lei", event_id=event_id)
        named: dict[str, Any] = {
            "ticket_id": T,
            "clock": "promise",
            "round": 1,
            "occurrence": str(event_id),
        }
        started = sla.ClockStarted(
            **named,
            pack="p",
            pack_version=1,
            calendar_version="c",
            due_at=AT + minutes * HOUR,
            at=AT,
        )
        told.say("sla", T, started)
        late = event_id == PROMISE
        told.say("sla", T, sla.ClockMet(**named, late=late, at=AT + HOUR))
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *told.interleaved(1))
        [broken] = await behind(reporting, "promises_kept", part="unmet")
    assert (broken.number, broken.above, broken.below) == (NUMBER, 1, 2)
    assert isinstance(broken.promises, list)
    first, second = broken.promises
    assert (first.made_by, first.supervisor, first.kept) == ("xu-lei", "he-bin", False)
    assert (first.made_at, first.until, first.department) == (AT, AT + HOUR, "billing")
    assert second.kept


def say_broken(told: Wire, promise: UUID) -> None:
    """What was promised with that event was not kept."""
    named: dict[str, Any] = {
        "ticket_id": T,
        "clock": "promise",
        "round": 1,
        "occurrence": str(promise),
        "at": AT,
    }
    started = sla.ClockStarted(**named, pack="p", pack_version=1, calendar_version="c")
    told.say("sla", T, started)
    told.say("sla", T, sla.ClockMissed(**named))


async def makers_of_broken(told: Wire, folder: Path) -> list[str]:
    async with listening(folder) as (reporting, consumer):
        await hear(consumer, *told.interleaved(1))
        [broken] = await behind(reporting, "promises_kept", part="unmet")
    assert isinstance(broken.promises, list)
    return [one.made_by for one in broken.promises]


@pytest.mark.parametrize(("key", "maker"), [("crm", "xu-lei"), ("luo-yan", "luo-yan")])
async def test_who_spoke_is_who_promised(tmp_path: Path, key: str, maker: str) -> None:
    """T-11: a system's key speaks for the handler, a person's for themselves."""
    said: dict[str, Any] = {"work_order_id": W, "ticket_id": T, "round": 1, "handler": "xu-lei"}
    attempt = dispatch.ContactAttempted(
        **said, channel="phone", outcome="reached", promised_until=AT + HOUR, at=AT
    )
    notice = msgspec.structs.replace(NOTIFIED, handler="xu-lei", promised_until=AT + HOUR)
    told = begun()
    for event_id, event in ((PROMISE, attempt), (UUID(int=8), notice)):
        told.say("dispatch", T, event, actor=key, event_id=event_id)
        say_broken(told, event_id)
    assert await makers_of_broken(told, tmp_path) == [maker, maker]


async def test_who_takes_it_on_is_who_promises_whoever_s_key_says_so(tmp_path: Path) -> None:
    """T-11: a system's key speaks for the handler."""
    told = begun()
    accepted = dispatch.WorkOrderAccepted(
        work_order_id=W, ticket_id=T, round=1, handler="xu-lei", promised_until=AT + HOUR, at=AT
    )
    told.say("dispatch", T, accepted, actor="crm", event_id=PROMISE)
    say_broken(told, PROMISE)
    assert await makers_of_broken(told, tmp_path) == ["xu-lei"]


async def test_what_is_overdue_stands_at_the_level_that_can_act(tmp_path: Path) -> None:
    """U-13: a city's ticket, taken over by the province, is overdue there, and who was told."""
    told = begun()
    taken = dispatch.TakenOver(
        work_order_id=W,
        ticket_id=T,
        round=1,
        level="province",
        handler="ren-jie",
        department="province-service",
        department_level="province",
        at=AT,
    )
    told.say("dispatch", T, taken)
    told.say("sla", T, CLOCK_STARTED)
    named: dict[str, Any] = {"ticket_id": T, "clock": "answer", "round": 1, "occurrence": "x"}
    told.say("sla", T, sla.ClockMissed(**named, at=DUE_AT))
    again = sla.DeadlineMoved(**named, reason="重算", due_at=DUE_AT, missed=True, at=DUE_AT)
    told.say("sla", T, again)
    raised = sla.EscalationRaised(
        **named,
        escalation_id=UUID(int=4),
        step="level-2",
        addressee=("lu-ping",),
        due_at=DUE_AT,
        at=DUE_AT,
    )
    told.say("sla", T, raised)
    async with listening(tmp_path) as (reporting, consumer):
        await hear(consumer, *told.interleaved(1))
        [overdue] = await behind(reporting, "overdue", group_by="level", value="province")
        assert await behind(reporting, "overdue", group_by="level", value="city") == []
        assert isinstance(overdue.waiting, list)
        [waiting] = overdue.waiting
        assert (waiting.clock, waiting.due_at) == ("answer", DUE_AT)
        assert waiting.called_on == {"level-2": ("lu-ping",)}
        after = Wire(sequences={("sla", T): 4}, newest=told.newest, logs=told.logs)
        after.say("sla", T, sla.ClockMet(**named, late=True, at=DUE_AT))
        await hear(consumer, ("sla", after.logs["sla"][-1]))
        assert await behind(reporting, "overdue") == []
