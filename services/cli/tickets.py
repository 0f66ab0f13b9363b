"""`huiyin tickets`: which tickets there are for a key, narrowed as the reader likes."""

from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import console, shown, visible, visible_json
from services.cli.timers import Department, Limit
from services.cli.views import Json, time_of


def tickets(  # noqa: PLR0913 - an option each
    *,
    status: Annotated[str | None, typer.Option(help="registered, dispatched … closed.")] = None,
    kind: Annotated[str | None, typer.Option(help="complaint, query, praise …")] = None,
    severity: Annotated[str | None, typer.Option(help="simple, general, complex …")] = None,
    department: Department = None,
    phone: Annotated[str | None, typer.Option(help="Of the customer with this number.")] = None,
    external_id: Annotated[
        str | None, typer.Option(help="As the system that posted it calls it.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Received from, like 2026-11-01T00:00+08:00 …")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="… to this time.")] = None,
    limit: Limit = 50,
    cursor: Annotated[str | None, typer.Option(help="Where the answer before ended.")] = None,
    as_json: Json = False,
) -> None:
    """Shows tickets with where they stand; `huiyin history <ticket>` tells one of them."""
    asked: dict[str, Any] = {
        "status": status,
        "kind": kind,
        "severity": severity,
        "department": department,
        "customer_phone": phone,
        "external_id": external_id,
        "received_from": since,
        "received_until": until,
        "limit": limit,
        "cursor": cursor,
    }
    answer = Api().get("intake/v1/tickets", **asked)
    if as_json:
        typer.echo(visible_json(answer.text))
    else:
        _tell(answer.json())


def _tell(found: dict[str, Any]) -> None:
    table = Table("ticket", "received", "status", "kind", "severity", "department", box=None)
    table.add_column("customer")
    table.add_column("rounds")
    table.add_column("pack")
    for one in found["items"]:
        table.add_row(
            shown(one["number"]),
            time_of(one["received_at"]),
            *(shown(one[name]) for name in ("status", "kind", "severity")),
            shown(one["department"] or "-"),
            shown(one["customer"]["name"]),
            str(one["rounds"]),
            shown(one["pack"]),
        )
    console().print(table if found["items"] else "No tickets are like this.")
    if found["next_cursor"]:
        typer.echo(visible(f"More: --cursor {found['next_cursor']}"))
