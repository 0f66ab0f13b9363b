"""`huiyin dead-letters`: what could not be handled, looked at, tried again, given up."""

import json
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import console, shown, shown_json, visible, visible_json
from services.cli.views import Json
from shared.settings import ServiceName

PATH = "reporting/v1/dead-letters"
PAGE = 500

LetterId = Annotated[UUID, typer.Argument(help="As `huiyin dead-letters list` shows it.")]
Owner = Annotated[ServiceName | None, typer.Option("--service", help="Ask this one alone.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Events that a service could not handle; each keeps its ticket's later events waiting.",
)


@app.command("list")
def list_letters(*, service: Owner = None, as_json: Json = False) -> None:
    """Shows the letters of all services, oldest first."""
    api = Api()
    items: list[dict[str, Any]] = []
    cursor, silent = None, set()
    while True:
        page = api.get(PATH, limit=PAGE, cursor=cursor, service=service).json()
        items += page["items"]
        silent |= set(page["unreachable"])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    if as_json:
        typer.echo(visible_json(_indented({"items": items, "unreachable": sorted(silent)})))
        return
    out = console()
    for name in sorted(silent):
        out.print(shown(f"{name} does not answer: its letters are not shown.", "bold red"))
    out.print(_table(items) if items else "No dead letters.")


def _table(items: list[dict[str, Any]]) -> Table:
    table = Table("letter", "service", "event", "subject", "error", "tries", "parked", box=None)
    for item in items:
        table.add_row(
            shown(item["letter_id"]),
            shown(item["service"]),
            shown(f"{item['publisher']}: {item['type']}"),
            shown(item["subject"]),
            shown(item["error"]),
            str(item["attempts"]),
            shown(item["parked_at"][:19]),
        )
    return table


@app.command()
def show(letter_id: LetterId, *, service: Owner = None) -> None:
    """Shows a letter with its headers and its event, as JSON."""
    answer = Api().get(f"{PATH}/{letter_id}", service=service)
    console().print(shown_json(_indented(answer.json())), soft_wrap=True)


def _indented(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


@app.command()
def redrive(letter_id: LetterId, *, service: Owner = None) -> None:
    """Handles the letter again, and what waits behind it, with today's code and rules."""
    done = Api().post(f"{PATH}/{letter_id}/redrive", service=service).json()
    typer.echo(visible(f"Handled {done['redriven']} of {done['subject']}; {done['left']} left."))
    if done["left"]:
        raise typer.Exit(1)


@app.command()
def discard(
    letter_id: LetterId,
    *,
    reason: Annotated[str, typer.Option(help="Why the event is given up; it is kept.")],
    service: Owner = None,
) -> None:
    """Gives a letter up for good; the next one of its subject may be handled."""
    body = {"reason": reason}
    Api().post(f"{PATH}/{letter_id}/discard", body, service=service)
    typer.echo(f"Discarded {letter_id}.")
