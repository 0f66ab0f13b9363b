"""A row of the clock table, told as facts: given a pack and what happened, which clocks run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack
from uuid import uuid5

from services.sla.domain.clocks import Clock
from services.sla.domain.facts import Fact, FactName, Responsible
from services.sla.domain.published import NOTHING, Published
from services.sla.domain.reading import clocks
from tests.unit.sla import examples as ex
from tests.unit.sla.examples import _Told

MAIN, HELP, APPEAL = (str(uuid5(ex.ORDER, name)) for name in ("1", "help", "appeal"))
"""The first round's work order, another department's, and an appeal."""


def of(
    pack: str, name: str, told: Sequence[Fact], now: datetime, standing: Published = NOTHING
) -> list[Clock]:
    """Every occurrence of one of the pack's clocks."""
    found = clocks(ex.facts_of(*told), ex.whole(pack), now, standing)
    return [clock for clock in found if clock.key.name == name]


def the(pack: str, name: str, told: Sequence[Fact], now: datetime) -> Clock:
    """The only one."""
    (found,) = of(pack, name, told, now)
    return found


def on_main(name: FactName, when: datetime, **told: Unpack[_Told]) -> Fact:
    """Something of the first round's own work order."""
    told.setdefault("order", MAIN)
    return ex.fact(name, when, **told)


def help_offered(when: datetime) -> Fact:
    people = Responsible("network", "tang-wei", helps=True)
    return ex.fact("help-offered", when, None, people, order=HELP)


def begun(name: FactName, when: datetime, **told: Unpack[_Told]) -> Fact:
    """A contact or an outbound task, which is watched as a ticket is."""
    return ex.fact(name, when, ex.case("service_request"), **told)


def steps(clock: Clock) -> dict[str, str | None]:
    return {rung.step: ex.local(rung.due_at) for rung in clock.rungs}


def seen(clock: Clock) -> tuple[str, str | None, str | None]:
    """State, target and limit."""
    return clock.state, ex.local(clock.deadline.target_at), ex.local(clock.deadline.due_at)
