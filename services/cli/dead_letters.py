"""`huiyin dead-letters`: what could not be handled, looked at, tried again, given up."""

import json
from typing import Annotated, Any, Literal
from uuid import UUID

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.many_letters import PATH, Owner, Wanted, event_of, many
from services.cli.options import takes
from services.cli.terminal import console, echo_json, shown, shown_json, visible
from services.cli.views import Json

PAGE = 500

LetterId = Annotated[UUID, typer.Argument(help="As `huiyin dead-letters list` shows it.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Events that a service could not handle; each keeps its ticket's later events waiting.",
)


@app.command("list")
def list_letters(
    *,
    service: Owner = None,
    state: Annotated[
        Literal["parked", "discarded", "redriven"],
        typer.Option(help="Those that wait, or those that were closed."),
    ] = "parked",
    subject: Annotated[str | None, typer.Option(help="Only of this ticket or subject.")] = None,
    as_json: Json = False,
) -> None:
    """Shows the letters of all services, oldest first; closed ones newest first."""
    items, silent = _all({"service": service, "state": state, "subject": subject})
    if as_json:
        echo_json(_indented({"items": items, "unreachable": sorted(silent)}))
        return
    out = console()
    for name in sorted(silent):
        out.print(shown(f"{name} does not answer: its letters are not shown.", "bold red"))
    out.print(_table(items) if items else "No dead letters.")


def _all(query: dict[str, Any]) -> tuple[list[dict[str, Any]], set[str]]:
    """Page after page, and who did not answer."""
    api = Api()
    items: list[dict[str, Any]] = []
    cursor, silent = None, set()
    while True:
        page = api.get(PATH, limit=PAGE, cursor=cursor, **query).json()
        items += page["items"]
        silent |= set(page["unreachable"])
        cursor = page["next_cursor"]
        if cursor is None:
            return items, silent


def _table(items: list[dict[str, Any]]) -> Table:
    table = Table("letter", "service", "event", "subject", "error", "tries", "parked", box=None)
    if any(item.get("closed_at") for item in items):
        for heading in ("closed", "by", "why"):
            table.add_column(heading)
    for item in items:
        closed = (item.get("closed_at") or "")[:19], item.get("closed_by"), item.get("reason")
        row = (
            item["letter_id"],
            item["service"],
            event_of(item),
            item["subject"],
            item["error"],
            str(item["attempts"]),
            item["parked_at"][:19],
            *(one or "" for one in closed),
        )
        table.add_row(*[shown(one) for one in row[: len(table.columns)]])
    return table


@app.command()
def show(letter_id: LetterId, *, service: Owner = None) -> None:
    """Shows a letter with its headers and its event, as JSON."""
    answer = Api().get(f"{PATH}/{letter_id}", service=service)
    console().print(shown_json(_indented(answer.json())), soft_wrap=True)


def _indented(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


@app.command()
@takes(Wanted)
def redrive(wanted: Wanted) -> None:
    """Handles letters again, and what waits behind each, with today's code and rules."""
    if wanted.single is None:
        many("redrive", wanted)
        return
    body = {"reason": wanted.reason} if wanted.reason else None
    path = f"{PATH}/{wanted.single}/redrive"
    done = Api().post(path, body, service=wanted.service).json()
    typer.echo(visible(f"Handled {done['redriven']} of {done['subject']}; {done['left']} left."))
    if done["left"]:
        raise typer.Exit(1)


@app.command()
@takes(Wanted)
def discard(wanted: Wanted) -> None:
    """Gives letters up for good; the next one of each subject may be handled."""
    if wanted.single is None or not wanted.reason:
        many("discard", wanted)
        return
    body = {"reason": wanted.reason}
    Api().post(f"{PATH}/{wanted.single}/discard", body, service=wanted.service)
    typer.echo(f"Discarded {wanted.single}.")
