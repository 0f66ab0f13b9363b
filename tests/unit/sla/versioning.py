"""Publishing and recalculating in a running sla, for the tests of both."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.sla.bootstrap import Sla
from services.sla.explaining import explanation_of
from services.sla.explanation_models import ExplanationQuery
from services.sla.judge import Judgement
from services.sla.ordering import recalculation_of
from services.sla.publishing import notice_command, pack_command
from services.sla.version_models import (
    CalendarVersionRequest,
    PackVersionRequest,
    RecalculationRequest,
)
from shared.contracts.sla import CalendarPublished, DeadlineMoved, PackPublished
from shared.messaging.envelope import Cause
from shared.messaging.topics import PARTITIONS
from shared.operations import Operation
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import World
from tests.until import until

CAUSE = Cause(actor="pack-owner", correlation_id=ex.CORRELATION)
HEADED = """extends: hotline-400
name: hotline-400
version: 2
clocks:
  - name: answer
    from: [ticket-registered, round-started]
    until: [customer-notified-result, ticket-answered]
    calendar: office
    rules:
"""


def next_version(limit: str, ladder: str = "full") -> str:
    """The regulation's next version, with one limit for every answer."""
    return f"{HEADED}      - {{ clause: H-12, limit: {limit}, ladder: {ladder} }}\n"


FIVE_DAYS = next_version("5wd")
NEW_YEAR = {
    "year": 2027,
    "announced_by": "国务院办公厅",
    "announced_on": "2026-12-29",
    "days_off": ["2027-01-01..2027-01-04"],
}
"""The Monday is off, too, which nobody could guess."""


async def publish_pack(sla: Sla, text: str, effective_from: datetime) -> PackPublished:
    """As the route does."""
    sent = {"pack": text, "effective_from": effective_from.isoformat()}
    body = PackVersionRequest.model_validate_json(msgspec.json.encode(sent))
    now = sla.core.now()
    command = pack_command(sla.regulations, "hotline-400", body, now, now)
    handled = await sla.publishing.packs.handle(command.pack_id, command, CAUSE)
    sla.regulations.packs.take(handled.state[-1])
    return handled.state[-1]


async def publish_notice(
    sla: Sla, notice: dict[str, Any], effective_from: datetime
) -> CalendarPublished:
    """As the route does."""
    sent = {"notice": notice, "effective_from": effective_from.isoformat()}
    body = CalendarVersionRequest.model_validate_json(msgspec.json.encode(sent))
    now = sla.core.now()
    command = notice_command(sla.regulations.calendars, "cn", body, now, now)
    handled = await sla.publishing.calendars.handle(command.calendar_id, command, CAUSE)
    sla.regulations.calendars.take(handled.state[-1])
    return handled.state[-1]


async def order(world: World, run: UUID, **asked: str) -> Operation:
    """As the route does."""
    sla = world.line.sla
    sent = {"scope": "open", "reason": "依通知重算", **asked}
    body = RecalculationRequest.model_validate_json(msgspec.json.encode(sent))
    command = recalculation_of(sla.regulations, body, run, sla.core.now())
    operation, _ = await sla.recalculations.begin(command, CAUSE, "pack-owner", None)
    return operation


async def recalculated(world: World, run: UUID, **asked: str) -> dict[str, Any]:
    """What it came to."""
    await order(world, run, **asked)
    return await result_of(world, run)


async def result_of(world: World, run: UUID) -> dict[str, Any]:
    """Once it is done."""
    recalculations = world.line.sla.recalculations

    async def is_done() -> bool:
        operation = await recalculations.find(run)
        return operation is not None and operation.state == "done"

    await until(is_done, "recalculated")
    operation = await recalculations.find(run)
    assert operation is not None
    assert operation.progress == 1.0
    assert operation.result is not None
    return operation.result


async def tried(world: World, run: UUID, **asked: str) -> dict[str, Any]:
    """What a trial of it came to, over all partitions."""
    sent = {"scope": "open", "reason": "试算", **asked}
    body = RecalculationRequest.model_validate_json(msgspec.json.encode(sent))
    now = world.line.sla.core.now()
    command = recalculation_of(world.line.sla.regulations, body, run, now)
    trials = world.line.trials
    await trials.begin(command, "pack-owner")

    async def is_done() -> bool:
        operation = await trials.find(run)
        return operation is not None and operation.state == "done"

    await until(is_done, "tried")
    operation = await trials.find(run)
    assert operation is not None
    assert operation.result is not None
    result = dict(operation.result)
    assert result.pop("partitions") == list(range(PARTITIONS))
    return result


async def moved(world: World, ticket_id: UUID) -> list[DeadlineMoved]:
    """Every deadline of the ticket that was said to be another one."""
    return [event for event in await world.said(ticket_id) if isinstance(event, DeadlineMoved)]


async def register(world: World, ticket_id: UUID, version: int = 1) -> None:
    """A general complaint of this moment."""
    now, case = world.clock.now(), ex.case()._replace(pack_version=version)
    await world.say("intake", other.registered(now, case, ticket_id), ticket_id)
    await world.settled()


def judgement_of(sla: Sla, ticket_id: UUID) -> Judgement:
    watched = sla.book.find(ticket_id)
    judgement = sla.judge.judge(watched) if watched else None
    assert judgement is not None
    return judgement


def due(sla: Sla, ticket_id: UUID) -> str | None:
    (clock,) = judgement_of(sla, ticket_id).clocks
    return ex.local(clock.deadline.due_at)


def explained(sla: Sla, ticket_id: UUID) -> tuple[int, str, bool]:
    found = explanation_of(
        sla, ticket_id, judgement_of(sla, ticket_id), "answer", ExplanationQuery()
    )
    assert found.limit.until == found.due_at
    return found.pack_version, found.calendar, found.drifted
