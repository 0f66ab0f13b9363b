"""`huiyin recalculate`: tickets judged anew, with a progress bar."""

from typing import Annotated

import typer
from rich.table import Column, Table

from services.cli.client import Api
from services.cli.operation import Answer, LongWork
from services.cli.terminal import console, shown
from services.cli.views import Json, tell_whose, time_of, zone_here
from shared.messaging.topics import PARTITIONS

FIGURES = {
    "tickets": "tickets looked at",
    "changed": "tickets changed",
    "deadlines_moved": "deadlines moved",
    "no_longer_provisional": "no longer provisional",
    "clocks_started": "clocks started",
    "clocks_cancelled": "clocks cancelled",
    "clocks_missed": "limits missed",
    "escalations_raised": "escalations raised",
    "escalations_withdrawn": "withdrawn",
}
STANDS = "the recalculation stands, and goes on when the server starts again"
ENDS = "a trial ends with its process: try it again"


def recalculate(
    *,
    scope: Annotated[
        str, typer.Option(help="open, new (since a version took effect) or period.")
    ] = "open",
    reason: Annotated[str, typer.Option(help="Why; it stands in each moved deadline.")],
    pack: Annotated[str | None, typer.Option(help="By this pack's newest version.")] = None,
    calendar: Annotated[
        str | None, typer.Option(help="By this country's newest version: cn.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="Of a period.")] = None,
    until: Annotated[str | None, typer.Option(help="Of a period.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    as_json: Json = False,
) -> None:
    """Moves what was promised where it would be promised otherwise now, each deadline once.

    Exit code 1 if it failed.
    """
    given = {"pack": pack, "calendar": calendar, "from": since, "until": until}
    asked = {name: value for name, value in given.items() if value is not None}
    api = Api()
    begun = api.post(
        "sla/v1/recalculations", {"scope": scope, "reason": reason, "dry_run": dry_run, **asked}
    ).json()
    RECALCULATION.follow(api, begun, as_json=as_json)


def _tell(done: Answer) -> None:
    out, result = console(), done["result"]
    if done["asked"]["dry_run"]:
        tell_whose(result.get("partitions", range(PARTITIONS)))  # older releases did not say
        out.print("A trial: nothing was moved.")
    out.print(shown(", ".join(f"{result[name]} {words}" for name, words in FIGURES.items())))
    if result["not_judged"]:
        words = "tickets could not be judged: no calendar reaches that far, or their pack is gone"
        out.print(shown(f"{result['not_judged']} {words}", "yellow"))
    was_due = f"was due ({zone_here()})"
    ticket_id = Column("ticket", no_wrap=True)  # whole even at 80 columns: to be looked up
    clock_name = Column("clock", overflow="fold")
    table = Table(ticket_id, clock_name, was_due, "is due", box=None, pad_edge=False)
    for one in result["deadlines"]:
        due = time_of(one["due_at"]) + _certainty(one)
        clock = shown(f"{one['clock']}, round {one['round']}")
        table.add_row(shown(one["ticket_id"]), clock, time_of(one["previous_due_at"]), due)
    if table.row_count:
        out.print(table)
    told = result["deadlines_moved"] + result["no_longer_provisional"]
    hidden = told - len(result["deadlines"])
    if hidden > 0:
        out.print(shown(f"and {hidden} more deadlines"))


def _certainty(deadline: Answer) -> str:
    if deadline["confirmed"]:
        return " (no longer provisional)"
    return " (provisional)" if deadline["provisional"] else ""


RECALCULATION = LongWork(
    kind="recalculation",
    name="recalculation",
    words="judging tickets anew",
    tell=_tell,
    fate=lambda operation: ENDS if operation["asked"]["dry_run"] else STANDS,
)
