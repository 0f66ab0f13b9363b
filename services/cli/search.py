"""`huiyin search`: tickets by who acted, which event, under which rule or clause."""

from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import console, shown, visible, visible_json
from services.cli.views import Json, time_of


def search(  # noqa: PLR0913 - an option each
    *,
    actor: Annotated[str | None, typer.Option(help="Who acted, or is named in the event.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="As ticket-registered, or with its version.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="A routing rule, a clock, or a clause like H-12.")
    ] = None,
    customer: Annotated[UUID | None, typer.Option(help="By reference.")] = None,
    department: Annotated[str | None, typer.Option(help="Whose the ticket is now.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Recorded from, like 2026-11-01T00:00+08:00 …")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="… to this time.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="Where the answer before ended.")] = None,
    as_json: Json = False,
) -> None:
    """Shows events of tickets, newest first; that you search, and for what, is recorded."""
    asked: dict[str, Any] = {
        "actor": actor,
        "type": type_,
        "rule": rule,
        "customer": str(customer) if customer else None,
        "department": department,
        "from": since,
        "to": until,
        "cursor": cursor,
        "limit": limit,
    }
    answer = Api().get("reporting/v1/audit/search", **asked)
    if as_json:
        typer.echo(visible_json(answer.text))
    else:
        _tell(answer.json())


def _tell(found: dict[str, Any]) -> None:
    table = Table("recorded", "ticket", "event", "by", "rule", "department", box=None)
    for one in found["items"]:
        who = one["actor"] + (f" ({one['worker']})" if one["worker"] else "")
        rule_ = " ".join(word for word in (one["rule"], one["clause"]) if word)
        table.add_row(
            shown(time_of(one["recorded_at"])),
            shown(one["number"] or one["ticket_id"]),
            shown(one["type"].rpartition(".")[0]),
            *map(shown, (who, rule_ or "-", one["department"] or "-")),
        )
    console().print(table if found["items"] else "Nothing is like this.")
    if found["next_cursor"]:
        typer.echo(visible(f"Older ones: --cursor {found['next_cursor']}"))
