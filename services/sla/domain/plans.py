"""What a pack says of each clock, in the terms of what was heard: worked out once per version."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.sla.domain.meanings import AFTERWARDS, ANSWER, meant_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from services.sla.domain.facts import FactName
    from shared import packs


@dataclass(frozen=True, slots=True)
class Plan:
    """One clock of a pack."""

    clock: "packs.Clock"
    starts: "Mapping[FactName, packs.Fact]"
    """Which facts start it, and what the pack calls each."""
    stops: "Sequence[FactName]"
    movers: "frozenset[FactName]"
    """What may move its limit."""
    calendar_version: str
    every_round: bool
    """The next round ends it."""
    first_round: bool
    """No later round starts it."""
    until_recorded: bool
    """It is known only when over."""
    starts_again: bool
    """Only what comes after its start stops it."""
    takes_over: bool
    """It waits for a higher level than held the ticket."""
    on_miss: bool
    """The answer's miss starts it, too."""
    said: bool
    """Its limit is what the fact that starts it says."""
    half: bool
    """Its limit is a half of what the answer has left."""


def plan_of(pack: "packs.Pack", clock: "packs.Clock", calendar_version: str) -> Plan:
    movers: set[FactName] = {"ticket-reclassified", *clock.pauses}
    if clock.pauses:
        movers.add("handling-resumed")
    if clock.name == ANSWER and pack.extension is not None:
        movers.add("extension-agreed")
    untils = {rule.until for rule in clock.rules}
    return Plan(
        clock=clock,
        starts={name: fact for fact in clock.starts for name in meant_by(fact)},
        stops=tuple(dict.fromkeys(name for fact in clock.until for name in meant_by(fact))),
        movers=frozenset(movers),
        calendar_version=calendar_version,
        every_round=clock.rounds == "every",
        first_round=clock.rounds == "first",
        until_recorded="recorded" in clock.until,
        starts_again=not AFTERWARDS.isdisjoint(clock.starts),
        takes_over="taken-over-higher" in clock.until,
        on_miss="answer-missed" in clock.starts,
        said="promised" in untils,
        half="half-of-answer" in untils,
    )
