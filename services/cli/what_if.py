"""`huiyin what-if`: a changed pack or calendar, tried on tickets that are there."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.operation import Answer, LongWork
from services.cli.reading import text_of
from services.cli.terminal import console, shown
from services.cli.views import Json, tell_whose, zone_here

FIGURES = {
    "tickets": "tickets judged",
    "changed": "tickets that change",
    "deadlines_moved": "deadlines moved",
    "clocks_added": "clocks added",
    "clocks_removed": "clocks removed",
}
COMPARED = "misses", "escalations"


def what_if(
    draft: Annotated[
        Path, typer.Argument(help="The draft, as YAML: a pack under the name of one that runs.")
    ],
    *,
    since: Annotated[
        str, typer.Option("--from", help="Tickets registered from then on: 2026-11-01T00:00+08:00.")
    ],
    until: Annotated[str, typer.Option(help="And before then.")],
    calendar_of: Annotated[
        str | None, typer.Option(help="The draft is a calendar: of this pack.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Shows which deadlines, misses and escalations a draft would change. Changes nothing itself.

    Exit code 1 if it failed.
    """
    api, text = Api(), text_of(draft)
    asked = {"draft": text, "from": since, "until": until}
    if calendar_of is not None:
        asked["calendar_of"] = calendar_of
    SIMULATION.follow(api, api.post("sla/v1/simulations", asked).json(), as_json=as_json)


def _tell(done: Answer) -> None:
    out, result = console(), done["result"]
    tell_whose(result["partitions"])
    totals = result["totals"]
    out.print(shown(", ".join(f"{totals[name]} {words}" for name, words in FIGURES.items())))
    for name in COMPARED:
        out.print(shown(f"{name}: {_compared(totals, name)}"))
    if result["not_judged"]:
        words = "tickets could not be judged: no calendar reaches that far, or their pack is gone"
        out.print(shown(f"{result['not_judged']} {words}", "yellow"))
    if result["departments"]:
        out.print()
        out.print(_departments(result))
    for ticket in result["changes"]:
        out.print()
        out.print(shown(f"{ticket['ticket_id']} {ticket['department'] or ''}".strip(), "bold"))
        out.print(_changes(ticket))
    hidden = totals["changed"] - len(result["changes"])
    if hidden > 0:
        out.print(shown(f"and {hidden} more tickets"))


def _departments(result: Answer) -> Table:
    table = Table("department", "tickets", "change", "deadlines", *COMPARED, box=None)
    for one in result["departments"]:
        counts = [str(one[name]) for name in ("tickets", "changed", "deadlines_moved")]
        compared = [_compared(one, name) for name in COMPARED]
        table.add_row(shown(one["department"] or "(none yet)"), *counts, *compared)
    return table


def _compared(counts: Answer, name: str) -> str:
    before, after = counts[f"{name}_before"], counts[f"{name}_after"]
    return f"{before} -> {after} ({after - before:+})"


def _changes(ticket: Answer) -> Table:
    table = Table("clock", f"due now ({zone_here()})", "due then", "escalations", box=None)
    for clock in ticket["clocks"]:
        before, after = clock["before"], clock["after"]
        table.add_row(
            shown(f"{clock['clock']}, round {clock['round']}"),
            shown(_standing(before)),
            shown(_standing(after)),
            shown(_escalations(before, after)),
        )
    return table


def _standing(found: Answer | None) -> str:
    if found is None:
        return "no such clock"
    due = datetime.fromisoformat(found["due_at"]).astimezone()
    return f"{due:%Y-%m-%d %H:%M:%S} {found['state']}"


def _escalations(before: Answer | None, after: Answer | None) -> str:
    old, new = (one["escalations"] if one else [] for one in (before, after))
    come = [f"+{step}" for step in new if step not in old]
    return " ".join([*come, *(f"-{step}" for step in old if step not in new)])


SIMULATION = LongWork(kind="what-if", name="simulation", words="judging tickets twice", tell=_tell)
