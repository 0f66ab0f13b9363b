"""`huiyin escalations`: who was called on because time ran out, and that it was seen."""

from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.explain import id_of
from services.cli.terminal import console, shown, visible, visible_json
from services.cli.timers import Department, Limit, tell_more
from services.cli.views import Json, time_of

PATH = "sla/v1/escalations"

app = typer.Typer(
    no_args_is_help=True,
    help="What was raised because time ran out; an acknowledgement says that it was seen.",
)


@app.command("list")
def list_escalations(
    *,
    only_open: Annotated[bool, typer.Option("--open", help="Only what nobody has seen.")] = False,
    ticket: Annotated[
        str | None, typer.Option(help="Only of this ticket, by its id or number.")
    ] = None,
    department: Department = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Shows escalations, newest first."""
    api = Api()
    answer = api.get(
        PATH,
        state="open" if only_open else None,
        ticket_id=str(id_of(api, ticket)) if ticket else None,
        department=department,
        limit=limit,
    )
    if as_json:
        typer.echo(visible_json(answer.text))
        return
    found = answer.json()
    console().print(_table(found["items"]) if found["items"] else "No escalations.")
    tell_more(found)


def _table(items: list[dict[str, Any]]) -> Table:
    table = Table("escalation", "raised", "step", "clock", "ticket", "calls on", "state", box=None)
    for item in items:
        table.add_row(
            shown(item["escalation_id"]),
            shown(time_of(item["raised_at"])),
            shown(item["step"]),
            shown(item["clock"]),
            shown(item["ticket_id"]),
            shown(", ".join(item["addressee"])),
            shown(item["state"]),
        )
    return table


@app.command()
def acknowledge(
    escalation_id: Annotated[UUID, typer.Argument(help="As `huiyin escalations list` shows it.")],
) -> None:
    """Says that it was seen; no clock changes by it."""
    done = Api().post(f"{PATH}/{escalation_id}/acknowledgement", {}).json()
    typer.echo(visible(f"Acknowledged {escalation_id} as {done['acknowledged_by']}."))
