"""`huiyin escalations`: who was called on because time ran out, and that it was seen."""

from typing import Annotated
from uuid import UUID

import typer

from services.cli.client import Api
from services.cli.explain import id_of
from services.cli.lists import Department, Limit, show_list
from services.cli.terminal import visible
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
    show_list(
        answer,
        ("escalation", "raised", "step", "clock", "ticket", "calls on", "state"),
        lambda one: (
            one["escalation_id"],
            time_of(one["raised_at"]),
            *(one[name] for name in ("step", "clock", "ticket_id")),
            ", ".join(one["addressee"]),
            one["state"],
        ),
        empty="No escalations.",
        as_json=as_json,
    )


@app.command()
def acknowledge(
    escalation_id: Annotated[UUID, typer.Argument(help="As `huiyin escalations list` shows it.")],
) -> None:
    """Says that it was seen; no clock changes by it."""
    done = Api().post(f"{PATH}/{escalation_id}/acknowledgement", {}).json()
    typer.echo(visible(f"Acknowledged {escalation_id} as {done['acknowledged_by']}."))
