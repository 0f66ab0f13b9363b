"""`huiyin timers` and `huiyin due`: how all promises stand, and which run out next."""

from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.lists import Department, Limit, show_list
from services.cli.terminal import console, echo_json, shown
from services.cli.views import UNKNOWN, Json, tell_whose, time_of

COUNTS = "overdue", "within_1h", "within_4h", "today", "unacknowledged"


def timers(*, as_json: Json = False) -> None:
    """Shows how all timers stand, by pack and department."""
    answer = Api().get("sla/v1/timers")
    if as_json:
        echo_json(answer.text)
        return
    found, out = answer.json(), console()
    catching_up, raising = found["catching_up"], found["raising"]
    tell_whose(catching_up["partitions"])
    if catching_up["partitions_behind"]:
        behind = f"CATCHING UP: {catching_up['partitions_behind']} partitions are not read yet."
        out.print(shown(f"{behind} Nothing of them is raised before.", "bold yellow"))
    if raising["raised"]:
        middle, most = _seconds(raising["p50_seconds"]), _seconds(raising["p99_seconds"])
        last = f"of the last {raising['raised']} half were raised within {middle}"
        out.print(shown(f"Lag: {last}, 99 of 100 within {most}."))
    out.print(f"Next due: {time_of(found['next_due_at']) or 'nothing'}.")
    out.print(_groups(found) if found["groups"] else "Nothing is overdue or due today.")


def _groups(found: dict[str, Any]) -> Table:
    table = Table("pack", "department", "overdue", "in 1 h", "in 4 h", "today", "open", box=None)
    for group in found["groups"]:
        name = group["department"] or "-"
        table.add_row(shown(group["pack"]), shown(name), *_counts(group))
    table.add_row("all", "", *_counts(found["totals"]), style="bold")
    return table


def _counts(group: dict[str, Any]) -> list[str]:
    return [str(group[name]) for name in COUNTS]


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s"


def due(
    *,
    within: Annotated[str, typer.Option(help="How soon: 90s, 30m, 2h or 1d.")] = "2h",
    department: Department = None,
    pack: Annotated[str | None, typer.Option(help="Only under this regulation.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Shows the limits that run out soon, missed ones that still run among them."""
    answer = Api().get("sla/v1/due", within=within, department=department, pack=pack, limit=limit)
    if not as_json:
        tell_whose(answer.json()["partitions"])
    show_list(
        answer,
        ("due", "state", "clock", "ticket", "pack", "department"),
        lambda one: (
            time_of(one["due_at"]) or UNKNOWN,
            shown(one["state"], "bold red" if one["state"] == "missed" else ""),
            *(one[name] for name in ("clock", "ticket_id", "pack", "department")),
        ),
        empty=f"Nothing is due within {within}.",
        as_json=as_json,
    )
