"""`huiyin replay sla`: state built anew from the first event, with a progress bar."""

from typing import Annotated

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.operation import Answer, LongWork
from services.cli.terminal import console, shown, visible
from services.cli.views import Json, tell_whose

app = typer.Typer(
    no_args_is_help=True,
    help="State built anew from the first event, and compared with the live one.",
)


@app.callback()
def _services() -> None:
    """Named, because another service's replay may follow."""


@app.command()
def sla(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only compare; the live state stays.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Replays sla's facts; without --dry-run what was built anew takes the live state's place.

    Exit code 1 if the two differ, or the replay failed.
    """
    api = Api()
    REPLAY.follow(api, api.post("sla/v1/replays", {"dry_run": dry_run}).json(), as_json=as_json)


def _tell(done: Answer) -> None:
    out, result = console(), done["result"]
    tell_whose([one["partition"] for one in result["partitions"]])
    counted = f"{result['records']} records, {result['tickets']} tickets"
    if not result["differing"]:
        out.print(shown(f"{counted}: the same state.", "green"))
        return
    what = "The rebuilt state took its place." if result["replaced"] else "The live state stays."
    out.print(shown(f"{counted}: {result['differing']} differ. {what}", "bold red"))
    table = Table("ticket", "partition", "only live", "only rebuilt", "changed", box=None)
    for one in result["differences"]:
        events = [visible(" ".join(one[key])) for key in ("only_live", "only_rebuilt", "changed")]
        table.add_row(shown(one["ticket_id"]), str(one["partition"]), *map(shown, events))
    out.print(table)


REPLAY = LongWork(
    kind="replay",
    name="replay",
    words="replaying sla",
    tell=_tell,
    comfort="The live state stays.",
    is_well=lambda result: not result["differing"],
)
