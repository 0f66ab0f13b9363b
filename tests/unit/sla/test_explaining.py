"""What `GET …/clocks/{clock}/explanation` answers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.sla.domain.errors import ClockNotFoundError
from services.sla.domain.facts import Facts
from services.sla.explaining import explanation_of, extensions_of
from services.sla.explanation_models import ExplanationQuery
from shared.contracts.dispatch import HandlingResumed, HandlingSuspended
from shared.contracts.intake import TicketReclassified
from tests.unit.sla import examples as ex
from tests.unit.sla import rows
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World

MONDAY = ex.at("2026-11-23 10:00")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A complaint of Monday, on Friday morning: accepted in time, missed, answered late."""
    found = World(tmp_path, JumpingClock(MONDAY))
    async with found.running():
        await found.say("intake", other.registered(MONDAY))
        await found.say("dispatch", other.offered(MONDAY))
        await found.say("dispatch", other.accepted(MONDAY + ex.minutes(5)))
        await found.settled()
        found.pass_time(days=4)
        await found.settled()
        yield found


def explained(world: World, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - as it is
    sla = world.line.sla
    watched = sla.book.find(ex.TICKET)
    assert watched is not None
    judgement = sla.judge.judge(watched)
    assert judgement is not None
    query = ExplanationQuery(**asked)
    found = explanation_of(sla, ex.TICKET, judgement, "answer", query)
    shown: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return shown


async def test_every_line_of_a_deadline_is_named(world: World) -> None:
    found = explained(world)
    assert (found["pack"], found["pack_version"]) == ("hotline-400", 1)
    assert (found["calendar"], found["zone"]) == ("office.v1", "Asia/Shanghai")
    assert (found["state"], found["drifted"], found["provisional"]) == ("missed", False, False)
    assert found["rule"] == {
        "clause": "H-12",
        "kind": ["complaint", "fault_report", "suggestion", "service_request"],
        "severity": ["general"],
        "target": "1wd",
        "limit": "3wd",
        "ladder": "answer",
    }
    assert found["lost"] == found["pauses"] == found["extensions"] == []
    assert (found["target"]["promised"], found["limit"]["promised"]) == ("1wd", "3wd")
    assert found["limit"]["until"] == found["due_at"]
    assert len(found["limit"]["workdays"]) == 3
    for reckoned in (found["limit"], found["target"], found["used"]):
        assert sum(one["seconds"] for one in reckoned["segments"]) == reckoned["seconds"]
    first = found["limit"]["segments"][0]
    assert first == {
        "from": "2026-11-23T02:00:00Z",
        "until": "2026-11-23T04:00:00Z",
        "seconds": 7200,
    }


async def test_pauses_and_another_class_are_lines_of_their_own(world: World) -> None:
    """SLA-ENGINE, explain: with the events that told of them; what is paused is not used."""
    order = {"work_order_id": str(other.offered(MONDAY).work_order_id), "ticket_id": str(ex.TICKET)}
    rest = {**order, "round": 1, "reason": "force_majeure", "at": "2026-11-24T00:00:00Z"}
    goes_on = {**order, "round": 1, "at": "2026-11-24T12:00:00Z"}
    await world.say("dispatch", msgspec.convert(rest, HandlingSuspended))
    await world.say("dispatch", msgspec.convert(goes_on, HandlingResumed))
    case = other.contract_case(ex.case("complaint", "major"))
    again = TicketReclassified(
        ticket_id=ex.TICKET,
        case=case,
        previous_kind="complaint",
        previous_severity="general",
        reason=other.TEXT,
        at=ex.at("2026-11-25 09:00"),
    )
    await world.say("intake", again)
    await world.settled()
    found = explained(world)
    (pause,) = found["pauses"]
    facts = {fact.name: fact.event_id for fact in _facts(world)}
    assert pause == {
        "reason": "force_majeure",
        "from": "2026-11-24T00:00:00Z",
        "until": "2026-11-24T12:00:00Z",
        "event_ids": [facts["force_majeure"], facts["handling-resumed"]],
    }
    assert (found["rule"]["clause"], found["lost"]) == ("H-13", [])
    assert len(found["limit"]["workdays"]) == 7
    assert found["limit"]["until"] == found["due_at"] == "2026-12-03T09:30:00Z"
    days = {one["from"][:10] for one in found["limit"]["segments"]}
    assert "2026-11-24" not in days


async def test_a_rung_that_was_withdrawn_and_comes_again_waits(world: World) -> None:
    """It was put off: whoever reads `withdrawn` would take it for gone."""
    order = {"work_order_id": str(other.offered(MONDAY).work_order_id), "ticket_id": str(ex.TICKET)}
    rest = {**order, "round": 1, "reason": "force_majeure", "at": "2026-11-24T00:00:00Z"}
    assert _rungs(explained(world))["level-2"] == "raised"
    await world.say("dispatch", msgspec.convert(rest, HandlingSuspended))
    await world.settled()
    found = explained(world)
    assert _rungs(found)["level-2"] == "waiting"
    assert [one["escalation_id"] for one in found["rungs"]] == [None] * 6


def _rungs(found: dict[str, Any]) -> dict[str, str]:
    return {one["step"]: one["state"] for one in found["rungs"]}


async def test_it_names_the_events_that_started_and_stopped_the_clock(world: World) -> None:
    open_clock = explained(world)
    assert open_clock["stopped"] is None
    assert open_clock["used"]["until"] == open_clock["as_of"]
    told_at = world.clock.now()
    await world.say("dispatch", other.notified(told_at))
    await world.settled()
    world.pass_time(days=1)
    found = explained(world)
    facts = {fact.name: fact.event_id for fact in _facts(world)}
    assert found["started"]["event_id"] == facts["ticket-registered"]
    assert found["stopped"]["event_id"] == facts["customer-notified-result"]
    assert found["stopped"]["fact"] == "customer-notified-result"
    assert found["used"]["until"] == found["stopped_at"] == found["stopped"]["at"]
    assert found["state"] == "met_late"


def _facts(world: World) -> Facts:
    watched = world.line.sla.book.find(ex.TICKET)
    assert watched is not None
    return watched.facts


async def test_each_rung_says_what_became_of_it_and_after_how_much_time(world: World) -> None:
    found = explained(world)
    became = {one["step"]: (one["state"], one["reason"]) for one in found["rungs"]}
    assert became == {
        "reminder": ("not-raised", "accepted"),
        "warning": ("raised", None),
        "level-1": ("raised", None),
        "level-2": ("raised", None),
        "level-3": ("waiting", None),
        "level-4": ("waiting", None),
    }
    limit = found["limit"]["seconds"]
    spent = {one["step"]: one["seconds"] / limit for one in found["rungs"]}
    assert (spent["reminder"], spent["level-2"], spent["level-4"]) == (0.5, 1.0, 2.0)
    raised = {one.step: str(one.escalation_id) for one in await world.rows()}
    shown = {one["step"]: one["escalation_id"] for one in found["rungs"] if one["escalation_id"]}
    assert shown == raised


async def test_of_several_clocks_the_newest_is_explained_unless_one_is_named(world: World) -> None:
    await world.say("revisit", other.rectified(world.clock.now()))
    await world.settled()
    newest, first = explained(world), explained(world, round=1)
    assert (newest["round"], first["round"]) == (2, 1)
    assert (first["state"], first["reason"]) == ("cancelled", "next-round")
    named = explained(world, occurrence=UUID(first["occurrence"]))
    assert named == first
    with pytest.raises(ClockNotFoundError):
        explained(world, round=3)
    with pytest.raises(ClockNotFoundError):
        explained(world, round=2, occurrence=UUID(first["occurrence"]))


@pytest.mark.parametrize(
    ("minutes", "until", "refused"),
    [
        (20, 90, "extension-not-longer"),
        (20, 120, "extension-not-longer"),
        (20, 180, None),
        (121, 180, "consent-after-limit"),
    ],
)
def test_an_explanation_says_which_longer_time_did_not_count_and_why(
    minutes: int, until: int, refused: str | None
) -> None:
    """T-04: an hour was made two before."""
    told = [
        ex.registered(MONDAY),
        ex.offered(MONDAY),
        ex.fact("extension-agreed", MONDAY + ex.minutes(10), until=MONDAY + ex.minutes(120)),
        ex.fact(
            "extension-agreed",
            MONDAY + ex.minutes(minutes),
            until=MONDAY + ex.minutes(until),
            event="second",
        ),
    ]
    clock = rows.the("travel-platform", "answer", told, MONDAY + ex.minutes(125))
    assert [one.refused for one in extensions_of(clock)] == [None, refused]
