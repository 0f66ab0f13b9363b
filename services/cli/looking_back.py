"""`huiyin state`, `diff` and `readings`: a ticket as it was known, and who has looked."""

import json
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.lists import Limit, show_list
from services.cli.terminal import console, echo_json, shown
from services.cli.views import Json, time_of

Ticket = Annotated[str, typer.Argument(help="The ticket's id or number.")]
By = Annotated[
    Literal["record", "event"],
    typer.Option(help="Times count as recorded, or as they happened."),
]
OF_TICKET = "kind", "severity", "category", "tier", "customer_name", "rounds", "closed_as"
TIME_NAMES = "_at", "_until", "_from"


def state(
    ticket: Ticket,
    *,
    at: Annotated[
        str | None, typer.Option(help="As of this time, like 2026-11-21T09:00+08:00.")
    ] = None,
    by: By = "record",
    as_json: Json = False,
) -> None:
    """Shows a ticket, its work orders and its clocks as they were known at a time."""
    answer = Api().get(_path(ticket, "state"), missing=_missing(ticket), at=at, by=by)
    if as_json:
        echo_json(answer.text)
        return
    _tell_state(answer.json(), "known" if by == "record" else "happened")


def _tell_state(found: dict[str, Any], known: str) -> None:
    out = console()
    name = found["number"] or found["ticket_id"]
    out.print(
        shown(name, "bold")
        + shown(f" as of {time_of(found['as_of'])}: {found['events']} events {known} by then")
    )
    if found["ticket"] is None:
        out.print("Nothing was known of its registration yet.")
    else:
        out.print(shown(_ticket(found)))
    for table in (_orders(found), _clocks(found), _revisits(found)):
        if table.row_count:
            out.print()
            out.print(table)


def _path(ticket: str, what: str) -> str:
    return f"reporting/v1/tickets/{quote(ticket, safe='')}/{what}"


def _missing(ticket: str) -> str:
    return f"There is no ticket {ticket}: give its id or its number."


def _ticket(found: dict[str, Any]) -> str:
    ticket, policy = found["ticket"], found["policy"]
    told = [f"{name}={ticket[name]}" for name in OF_TICKET if ticket[name] is not None]
    return (
        f"{ticket['status']}  {'  '.join(told)}  under {policy['pack']} v{policy['pack_version']}"
    )


def _orders(found: dict[str, Any]) -> Table:
    table = Table("work order", "round", "department", "handler", "state", "offered", box=None)
    for one in found["work_orders"]:
        table.add_row(
            shown(one["role"]),
            str(one["round"]),
            shown(one["department"]),
            shown(one["handler"] or ""),
            shown(one["state"]),
            time_of(one["offered_at"]),
        )
    return table


def _clocks(found: dict[str, Any]) -> Table:
    table = Table("clock", "round", "state", "due", "stopped", "raised", box=None)
    for one in found["clocks"]:
        rungs = ", ".join(f"{rung['step']} {rung['state']}" for rung in one["rungs"])
        table.add_row(
            shown(one["clock"]),
            str(one["round"]),
            shown(one["state"]),
            time_of(one["due_at"]),
            time_of(one["stopped_at"]),
            shown(rungs),
        )
    return table


def _revisits(found: dict[str, Any]) -> Table:
    table = Table("call-back of round", "state", "tries", "solved", "score", box=None)
    for one in found["revisits"]:
        told = ["" if one[name] is None else str(one[name]) for name in ("solved", "score")]
        table.add_row(str(one["round"]), shown(one["state"]), str(one["attempts"]), *told)
    return table


def diff(
    ticket: Ticket,
    *,
    from_at: Annotated[
        str | None,
        typer.Option("--from", help="From this time on; from before the first event unless said."),
    ] = None,
    to: Annotated[str | None, typer.Option(help="Until this time; until now unless said.")] = None,
    by: By = "record",
    as_json: Json = False,
) -> None:
    """Shows what became different of a ticket between two times, and by which event."""
    query: dict[str, Any] = {"from": from_at, "to": to, "by": by}
    answer = Api().get(_path(ticket, "diff"), missing=_missing(ticket), **query)
    if as_json:
        echo_json(answer.text)
        return
    _tell_diff(answer.json())


def _tell_diff(found: dict[str, Any]) -> None:
    out = console()
    if not found["changes"]:
        out.print(f"Nothing is different; {len(found['events'])} events came in between.")
        return
    events = {one["event_id"]: one["type"].rpartition(".")[0] for one in found["events"]}
    table = Table("field", "before", "after", "by", box=None)
    for one in found["changes"]:
        values = (_value(one["path"], one[name]) for name in ("before", "after"))
        table.add_row(shown(one["path"]), *map(shown, values), shown(_event(events, one)))
    out.print(table)


def _event(events: dict[str, str], change: dict[str, Any]) -> str:
    return events.get(change["event_id"], change["event_id"] or "")


def _value(path: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return time_of(value) if path.endswith(TIME_NAMES) else value
    return json.dumps(value, ensure_ascii=False)


def readings(
    *,
    ticket: Annotated[str | None, typer.Option(help="Only of this ticket (id).")] = None,
    reader: Annotated[str | None, typer.Option(help="Only by this key's name.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Shows who looked at which ticket's history, newest first."""
    missing = f"There is no ticket {ticket}: give its id."
    query: dict[str, Any] = {"ticket_id": ticket, "reader": reader, "limit": limit}
    answer = Api().get("reporting/v1/readings", missing=missing, **query)
    show_list(
        answer,
        ("first", "last", "times", "reader", "looked at", "ticket", "asked"),
        lambda one: (
            time_of(one["first_at"]),
            time_of(one["last_at"]),
            str(one["times"]),
            *(one[name] for name in ("reader", "what", "ticket_id", "asked")),
        ),
        empty="Nobody has looked.",
        as_json=as_json,
    )
