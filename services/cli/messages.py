"""`huiyin messages`: what was said on a topic, or about a ticket on all of them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from services.cli.client import Api
from services.cli.following import MISSING, PATH, Query, follow, row
from services.cli.lists import Cursor, Limit, show_list
from services.cli.options import takes
from services.cli.saving import save
from services.cli.terminal import WRONG_USE, stop, visible
from services.cli.views import Json

TIMES = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S.%f%z"]
HEADINGS = "recorded", "topic", "partition", "position", "type", "ticket", "who"
OWN = {"follow", "output", "as_json"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the messages are like, where they begin, and what becomes of them."""

    topic: Annotated[str, typer.Option(help="intake, dispatch, sla, revisit or all.")] = "intake"
    ticket: Annotated[
        str | None, typer.Option(help="Number or id: its messages in all topics.")
    ] = None
    key: Annotated[UUID | None, typer.Option(help="The record's key.")] = None
    type: Annotated[str | None, typer.Option(help="As ticket-registered, or with its version.")] = (
        None
    )
    header: Annotated[str | None, typer.Option(help="As ce_actor=crm, or the name alone.")] = None
    text: Annotated[str | None, typer.Option(help="Somewhere in the event.")] = None
    partition: Annotated[int | None, typer.Option(min=0, help="Of one partition.")] = None
    at: Annotated[datetime | None, typer.Option(formats=TIMES, help="Recorded by then.")] = None
    since: Annotated[datetime | None, typer.Option(formats=TIMES, help="Recorded after that.")] = (
        None
    )
    before: Annotated[int | None, typer.Option(min=1, help="Before this position.")] = None
    cursor: Cursor = None
    limit: Limit = 50
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what comes, --limit every 2 s at most.")
    ] = False
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Into this file: .csv or .jsonl.")
    ] = None
    as_json: Json = False

    def query(self) -> Query:
        """As the API takes it."""
        given = {name: value for name, value in vars(self).items() if name not in OWN}
        return {name: _text(value) for name, value in given.items() if value is not None}


def _text(value: object) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


@takes(Asked)
def messages(asked: Asked) -> None:
    """Shows messages, newest first; that you look is recorded."""
    if asked.output is not None:
        _write(asked.query(), asked.output)
    elif asked.follow:
        follow(asked.query(), as_json=asked.as_json)
    else:
        _show(asked.query(), as_json=asked.as_json)


def _show(asked: Query, *, as_json: bool) -> None:
    answer = Api().get(PATH, missing=MISSING, **asked)
    empty = "No message is like this."
    show_list(answer, HEADINGS, row, empty=empty, as_json=as_json, by_cursor=True)
    before = answer.json().get("before")
    if before and not as_json:
        typer.echo(visible(f"More: --before {before}"))


def _write(asked: Query, place: Path) -> None:
    """The messages as a file; its name says in which form."""
    kind = place.suffix.removeprefix(".")
    if kind not in {"csv", "jsonl"}:
        stop(f"{place} says no form: name it .csv or .jsonl.", WRONG_USE)
    answer = Api().get(PATH, missing=MISSING, **asked, format=kind)
    save(answer, place)
    more = " There are older ones: --limit takes up to 500." if "next" in answer.links else ""
    typer.echo(visible(f"{place}: {len(answer.content)} bytes.{more}"))
