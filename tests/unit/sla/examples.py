"""Times, facts and regulations that the tests of sla share."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from services.sla.domain.clocks import Clock
from services.sla.domain.facts import Case, Fact, FactName, Facts, Responsible
from services.sla.domain.published import NOTHING, Published
from services.sla.domain.reading import clocks
from services.sla.domain.regulation import Regulation
from services.sla.regulations import Regulations
from shared.calendars import Calendars
from shared.contracts.terms import Channel, Kind, Level, Severity, Tier
from shared.packs import Packs, shipped

SHANGHAI = ZoneInfo("Asia/Shanghai")
IDS = UUID("11111111-0000-4000-8000-000000000000")
TICKET = UUID("22222222-0000-4000-8000-000000000000")
CORRELATION = UUID("33333333-0000-4000-8000-000000000000")
ORDER = UUID("44444444-0000-4000-8000-000000000000")
REGULATIONS = Regulations(shipped(), Calendars())
ANSWER_PACKS = Packs(
    {
        pack.name: msgspec.structs.replace(
            pack, clocks=tuple(clock for clock in pack.clocks if clock.name == "answer")
        )
        for pack in shipped()
    }
)
ANSWERS = Regulations(ANSWER_PACKS, Calendars())
"""The answer's clock alone: what most tests of the engine look at."""


def at(text: str) -> datetime:
    """A time in Shanghai, as `2026-11-23 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def local(moment: datetime | int | None) -> str | None:
    """The other way round, to the minute."""
    if isinstance(moment, int):
        moment = datetime.fromtimestamp(moment, UTC)
    return None if moment is None else moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def hotline() -> Regulation:
    """With the answer's clock alone."""
    found = ANSWERS.newest("hotline-400")
    assert found is not None
    return found


def whole(pack: str) -> Regulation:
    """A shipped pack with all of its clocks."""
    found = REGULATIONS.newest(pack)
    assert found is not None
    return found


def case(
    kind: Kind = "complaint",
    severity: Severity = "general",
    channel: Channel = "phone",
    tier: Tier = "standard",
    category: str | None = None,
) -> Case:
    return Case("crm", "hotline-400", 1, kind, severity, channel, tier, category)


class _Told(TypedDict, total=False):
    event: str
    round: int
    recorded_at: datetime
    order: str | None
    until: datetime


def fact(
    name: FactName,
    when: datetime,
    as_case: Case | None = None,
    responsible: Responsible | None = None,
    **told: Unpack[_Told],
) -> Fact:
    event = told.get("event", f"{name} {told.get('round', 1)}")
    return Fact(
        at=when,
        event_id=str(uuid5(IDS, event)),
        name=name,
        round=told.get("round", 1),
        recorded_at=told.get("recorded_at", when),
        correlation_id=str(CORRELATION),
        actor="desk",
        case=as_case,
        responsible=responsible,
        work_order_id=told.get("order"),
        until=int(told["until"].timestamp()) if "until" in told else None,
    )


def registered(when: datetime, as_case: Case | None = None, **told: Unpack[_Told]) -> Fact:
    return fact("ticket-registered", when, as_case or case(), **told)


def offered(when: datetime, round_number: int = 1, **who: Any) -> Fact:  # noqa: ANN401 - as it is
    people = Responsible(**{"department": "billing", **who})
    told = fact("work-order-offered", when, None, people, round=round_number)
    return replace(told, work_order_id=str(uuid5(ORDER, str(round_number))))


def accepted(when: datetime, round_number: int = 1, handler: str = "xu-lei") -> Fact:
    people = Responsible(handler=handler)
    told = fact("work-order-accepted", when, None, people, round=round_number)
    return replace(told, work_order_id=str(uuid5(ORDER, str(round_number))))


def taken_over(
    when: datetime, department: str | None, handler: str, level: Level | None = None
) -> Fact:
    people = Responsible(department, handler, level=level)
    told = fact("work-order-taken-over", when, None, people, event=f"taken over by {handler}")
    return replace(told, work_order_id=str(uuid5(ORDER, "1")))


def notified(when: datetime, round_number: int = 1) -> Fact:
    return fact("customer-notified-result", when, round=round_number)


def answered(when: datetime, round_number: int = 1) -> Fact:
    return fact("ticket-answered", when, round=round_number)


def withdrawn(when: datetime) -> Fact:
    return fact("ticket-withdrawn", when)


def merged(when: datetime, number: int = 1) -> Fact:
    return fact("ticket-merged", when, event=f"merged {number}")


def unmerged(when: datetime, number: int = 1) -> Fact:
    return fact("ticket-unmerged", when, event=f"unmerged {number}")


def rectified(when: datetime, round_number: int = 2) -> Fact:
    return fact("round-started", when, round=round_number)


def facts_of(*told: Fact) -> Facts:
    return take_in_all((), told)


def take_in_all(facts: Facts, more: Iterable[Fact]) -> Facts:
    """What packed records must come to, in the plainest way: each once, by when it happened."""
    for fact in more:
        if all(known.event_id != fact.event_id for known in facts):
            place = bisect_left(facts, _order(fact), key=_order)
            facts = (*facts[:place], fact, *facts[place:])
    return facts


def _order(fact: Fact) -> tuple[datetime, str]:
    return fact.at, fact.event_id


def read(told: Sequence[Fact], now: datetime, standing: Published = NOTHING) -> tuple[Clock, ...]:
    return clocks(facts_of(*told), hotline(), now, standing)


def the_clock(told: Sequence[Fact], now: datetime, round_number: int = 1) -> Clock:
    """The only clock of that round."""
    (found,) = (one for one in read(told, now) if one.key.round == round_number)
    return found


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
