"""Several dead letters at once: told first, counted, confirmed, and only then done."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import WRONG_USE, console, echo_json, shown, stop, visible
from services.cli.views import Json
from shared.settings import ServiceName

PATH = "reporting/v1/dead-letters"
Act = Literal["redrive", "discard"]
Owner = Annotated[ServiceName | None, typer.Option("--service", help="Ask this one alone.")]
DONE = {"redrive": "Redriven", "discard": "Given up"}
Asked = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What both commands take."""

    letters: Annotated[
        list[UUID] | None, typer.Argument(help="As `huiyin dead-letters list` shows them.")
    ] = None
    service: Owner = None
    everything: Annotated[bool, typer.Option("--all", help="All letters of the --service.")] = False
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be done, and in which order.")
    ] = False
    reason: Annotated[str | None, typer.Option(help="Why; it is kept with each letter.")] = None
    expect: Annotated[
        int | None,
        typer.Option(min=1, help="How many the dry run said; without it you are asked."),
    ] = None
    as_json: Json = False

    @property
    def single(self) -> UUID | None:
        """The only letter, where nothing is to be counted first."""
        if self.everything or self.dry_run or not self.letters or len(self.letters) > 1:
            return None
        return self.letters[0]


def many(act: Act, wanted: Wanted) -> None:
    """Shows what would be done, asks, and does it; with `expect` it asks nobody."""
    if not wanted.dry_run and not wanted.reason:
        stop("Give a --reason: it is kept with each letter; or --dry-run.", WRONG_USE)
    api = Api()
    asked, expected = _named(api, wanted), wanted.expect
    if wanted.dry_run or expected is None:
        expected = _rehearse(api, act, asked, as_json=wanted.as_json and wanted.dry_run)
        if wanted.dry_run or not expected:
            return
        typer.confirm(f"{act.capitalize()} these {expected}?", abort=True, err=True)
    _carry_out(api, act, {**asked, "expected": expected, "reason": wanted.reason}, wanted)


def _named(api: Api, wanted: Wanted) -> Asked:
    """The letters as the API takes them; ends the command where nothing, or both, is named."""
    letters, service = wanted.letters or [], wanted.service
    if wanted.everything == bool(letters):
        stop("Name letters, or all of one service with --all --service.", WRONG_USE)
    if wanted.everything:
        if service is None:
            stop("--all takes --service: the letters of one service at a time.", WRONG_USE)
        return {"service": service}
    owners = [service or _owner(api, letter) for letter in letters]
    pairs = zip(owners, letters, strict=True)
    return {"letters": [{"service": owner, "letter_id": str(letter)} for owner, letter in pairs]}


def _owner(api: Api, letter: UUID) -> str:
    found = api.get(f"{PATH}/{letter}", missing=f"There is no letter {letter}.").json()
    return str(found["service"])


def _rehearse(api: Api, act: Act, asked: Asked, *, as_json: bool) -> int:
    """Shows what would be done, in its order; returns how many letters it is about."""
    answer = api.post(f"{PATH}:{act}", {**asked, "dry_run": True})
    planned = answer.json()
    if as_json:
        echo_json(answer.text)
        return int(planned["count"])
    out = console()
    for name in planned["unreachable"]:
        out.print(shown(f"{name} does not answer: its letters are not among these.", "bold red"))
    out.print(_table(act, planned) if planned["count"] else "No dead letters.")
    if planned["more"]:
        out.print("These are a part: the rest is for the next time.")
    return int(planned["count"])


def event_of(letter: dict[str, Any]) -> str:
    """Whose event it is, and which; what can't be read at all has no name."""
    return f"{letter['publisher']}: {letter['type'] or 'unreadable'}"


def _table(act: Act, planned: dict[str, Any]) -> Table:
    table = Table("service", "subject", "#", "letter", "event", "error", "would be", box=None)
    for one in planned["sequences"]:
        for number, item in enumerate(one["items"], 1):
            outlook = "given up" if act == "discard" else item["outlook"]
            table.add_row(
                shown(one["service"]),
                shown(one["subject"]),
                str(number),
                shown(item["letter_id"]),
                shown(event_of(item)),
                shown(item["error"]),
                shown(f"{outlook} {item.get('stops_with') or ''}".strip()),
            )
    return table


def _carry_out(api: Api, act: Act, body: Asked, wanted: Wanted) -> None:
    """Does it; exit code 1 where letters are left."""
    answer = api.post(f"{PATH}:{act}", body)
    done = answer.json()
    if wanted.as_json:
        echo_json(answer.text)
    else:
        typer.echo(f"{DONE[act]}: {done['done']} of {body['expected']}; {done['left']} left.")
        for one in done["sequences"]:
            if one["problem"]:
                typer.echo(visible(f"{one['service']} {one['subject']}: {one['problem']}"))
    if done["left"]:
        raise typer.Exit(1)
