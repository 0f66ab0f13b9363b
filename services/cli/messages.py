"""`huiyin messages`: what was said on a topic, or about a ticket on all of them."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import console, shown, visible, visible_json
from services.cli.views import Json, time_of


def messages(
    *,
    topic: Annotated[str, typer.Option(help="intake, dispatch, sla or revisit.")] = "intake",
    ticket: Annotated[
        str | None, typer.Option(help="Number or id: its messages in all topics.")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="As ticket-registered, or with its version.")
    ] = None,
    partition: Annotated[int | None, typer.Option(min=0, help="Of one partition.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"], help="Recorded by then."),
    ] = None,
    before: Annotated[int | None, typer.Option(min=1, help="Before this position.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """Shows messages, newest first; that you look is recorded."""
    answer = Api().get(
        "reporting/v1/messages",
        missing="There is no such ticket.",
        topic=topic,
        ticket=ticket,
        type=type_,
        partition=partition,
        at=at.isoformat() if at else None,
        before=before,
        limit=limit,
    )
    if as_json:
        typer.echo(visible_json(answer.text))
        return
    found, out = answer.json(), console()
    table = Table("recorded", "topic", "partition", "position", "type", "ticket", "who", box=None)
    for one in found["items"]:
        table.add_row(
            shown(time_of(one["recorded_at"])),
            shown(one["topic"]),
            str(one["partition"]),
            str(one["position"]),
            shown(one["type"]),
            shown(one["ticket_id"] or "-"),
            shown(one["actor"]),
        )
    out.print(table if found["items"] else "No message is like this.")
    if found["before"]:
        typer.echo(visible(f"Older ones: --before {found['before']}"))
