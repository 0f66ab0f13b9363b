"""`huiyin search`: tickets by who acted, which event, under which rule or clause."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.client import Api
from services.cli.lists import Cursor, Limit, show_list
from services.cli.views import Json, time_of

HEADS = "recorded", "ticket", "event", "by", "rule", "department"


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
    limit: Limit = 50,
    cursor: Cursor = None,
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
    empty = "Nothing is like this."
    show_list(answer, HEADS, _row, empty=empty, as_json=as_json, by_cursor=True)


def _row(one: dict[str, Any]) -> Iterable[str | None]:
    yield from (time_of(one["recorded_at"]), one["number"] or one["ticket_id"])
    yield one["type"].rpartition(".")[0]
    yield one["actor"] + (f" ({one['worker']})" if one["worker"] else "")
    yield " ".join(word for word in (one["rule"], one["clause"]) if word)
    yield one["department"]
