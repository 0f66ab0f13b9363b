"""`huiyin canary`: whether the whole line is alive, in one look and one exit code."""

from typing import Any

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import SAID_NO, console, echo_json, shown
from services.cli.views import UNKNOWN, Json, time_of


def canary(*, as_json: Json = False) -> None:
    """Shows when a ticket of the system's own last went through all services; 1 if one is late."""
    answer = Api().get("reporting/v1/canary")
    found = answer.json()
    if as_json:
        echo_json(answer.text)
    else:
        _show(found)
    if found["late"]:
        raise typer.Exit(SAID_NO)


def _show(found: dict[str, Any]) -> None:
    out = console()
    if found["every_seconds"] is None:
        out.print("There are no canaries here: HUIYIN_CANARY_SECONDS is 0.")
        return
    if found["late"]:
        out.print(shown(f"LATE: {found['words']['en']}", "bold red"))
    elif found["last_back_at"] is None:
        out.print("No canary has come back yet, and none is late.")
    else:
        out.print(shown(f"Alive: {_ago(found['seconds_since_back'])} the last one was back."))
    table = Table("stage", "service", "last seen", "", box=None)
    for stage in found["stages"]:
        table.add_row(
            shown(stage["stage"]),
            shown(stage["service"]),
            shown(time_of(stage["last_seen_at"]) or UNKNOWN),
            shown(_ago(stage["seconds_since"])),
        )
    out.print(table)


def _ago(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.0f} s ago"
