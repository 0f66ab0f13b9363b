"""`huiyin tickets`: which tickets there are for a key, narrowed as the reader likes."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from services.cli.client import Api
from services.cli.lists import Cursor, Department, Limit, show_list
from services.cli.views import Json, time_of

HEADS = (
    *("ticket", "received", "status", "kind", "severity", "department"),
    *("customer", "rounds", "pack"),
)


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
    cursor: Cursor = None,
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
    empty = "No tickets are like this."
    show_list(answer, HEADS, _row, empty=empty, as_json=as_json, by_cursor=True)


def _row(one: dict[str, Any]) -> Iterable[str | None]:
    yield from (one["number"], time_of(one["received_at"]))
    yield from (one[name] for name in ("status", "kind", "severity", "department"))
    yield from (one["customer"]["name"], str(one["rounds"]), one["pack"])
