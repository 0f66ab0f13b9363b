"""What there is after a simulation, as the API itself lists it."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from services.cli.simulation.desk import Desk
from services.cli.simulation.matters import PACKS
from services.cli.simulation.tally import Tally
from services.cli.terminal import shown
from shared.contracts.terms import STATUSES

OUTBOUND = "outbound tasks, for which it takes a key made with --pack mobile-key-account"


@dataclass
class Totals:
    """One run's tickets by pack and status, by kind and by rounds; escalations by step."""

    tickets: dict[str, Counter[str]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    rounds: Counter[int] = field(default_factory=Counter)
    escalations: Counter[str] = field(default_factory=Counter)
    withdrawn: int = 0
    """Escalations taken back, because what they were about had been done and was told later."""
    longest: str = ""
    """The number of a closed ticket with the most rounds."""


async def count_up(desk: Desk, tickets: Collection[str], begun: datetime) -> Totals:
    """Reads the lists. Raises StoryEnded."""
    totals = Totals()
    most, missing = 0, set(tickets)
    async for ticket in desk.pages("intake/v1/tickets"):
        if not missing:
            break
        if ticket["ticket_id"] not in missing:
            continue
        missing.remove(ticket["ticket_id"])
        totals.tickets.setdefault(ticket["pack"], Counter())[ticket["status"]] += 1
        totals.kinds[ticket["kind"]] += 1
        totals.rounds[ticket["rounds"]] += 1
        if ticket["status"] == "closed" and ticket["rounds"] > most:
            most, totals.longest = ticket["rounds"], ticket["number"]
    async for escalation in desk.pages("sla/v1/escalations"):
        if datetime.fromisoformat(escalation["raised_at"]) < begun:
            break
        if escalation["ticket_id"] not in tickets:
            continue
        if escalation["state"] == "withdrawn":
            totals.withdrawn += 1
        else:
            totals.escalations[escalation["step"]] += 1
    return totals


def as_data(totals: Totals, tally: Tally, seed: int) -> dict[str, Any]:
    """For programs."""
    problems = [
        {"code": code, "times": times, "sentence": tally.sentences[code]}
        for code, times in tally.unexpected.items()
    ]
    answers = {
        "calls": tally.calls,
        "waited": tally.waited,
        "faster": tally.faster,
        "not_offered": tally.not_offered,
    }
    rounds = {str(number): tickets for number, tickets in sorted(totals.rounds.items())}
    return {"seed": seed, **vars(totals), "rounds": rounds, **answers, "problems": problems}


def as_tables(totals: Totals, tally: Tally) -> Group:
    """For people: what nobody expected comes last, in red."""
    lines = [
        _line("kinds", totals.kinds.items()),
        _line("rounds", sorted(totals.rounds.items())),
        _line("escalations", sorted(totals.escalations.items())),
        _line("withdrawn again", [("escalations", totals.withdrawn)]),
        _line("asked again", tally.waited.items()),
        _line("somebody was faster", tally.faster.items()),
        _line("left out", [(OUTBOUND, tally.not_offered)]),
    ]
    problems = [
        shown(f"{times} times {code}: {tally.sentences[code].rstrip('.')}.", "red")
        for code, times in tally.unexpected.items()
    ]
    return Group(_table(totals), "", *[line for line in lines if line], *problems)


def _table(totals: Totals) -> Table:
    every = sum(totals.tickets.values(), Counter[str]())
    used = [status for status in STATUSES if every[status]]
    table = Table("pack", "tickets", *used, box=None)
    for pack in PACKS:
        found = totals.tickets.get(pack, Counter())
        table.add_row(pack, str(found.total()), *[str(found[status] or "-") for status in used])
    table.add_row("all", str(every.total()), *[str(every[status]) for status in used])
    return table


def _line(what: str, counted: Iterable[tuple[object, int]]) -> Text | None:
    told = ", ".join(f"{number} {name}" for name, number in counted if number)
    return shown(f"{what}: {told}") if told else None
