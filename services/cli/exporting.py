"""`huiyin export`: a ticket or a period with its proof, as a file for `huiyin verify`."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

import httpx
import typer
from rich.progress import BarColumn, DownloadColumn, TextColumn

from services.cli.client import Api
from services.cli.saving import name_in
from services.cli.terminal import NOT_REACHED, WRONG_USE, console, progress, reason_of, shown, stop

Form = Literal["jsonl", "csv", "xlsx"]


def export(
    ticket: Annotated[str | None, typer.Argument(help="The ticket's id or number.")] = None,
    *,
    since: Annotated[
        str | None,
        typer.Option("--from", help="From this time, like 2026-11-01T00:00+08:00 …"),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--to", help="… to this one; all, unless said."),
    ] = None,
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            help="What `huiyin verify` reads, or a table; of a ticket also a workbook.",
        ),
    ] = "jsonl",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to; its own name unless said.")
    ] = None,
) -> None:
    """Writes a ticket, or everything of a period, with its proof into one file.

    What was personal is not in it. That it was taken is recorded.
    """
    path, query, missing = _asked(ticket, since, until, form)
    with Api().stream(path, query, missing) as response:
        place = output or Path(name_in(response, f"huiyin-proof.{form}"))
        size = _write(response, place)
    check = f" Check it with `huiyin verify {place} --key …`." if form == "jsonl" else ""
    console().print(shown(f"{place}: {size} bytes.{check}"))


def _asked(
    ticket: str | None, since: str | None, until: str | None, form: Form
) -> tuple[str, dict[str, str], str]:
    """Where the file is, what is asked for, and what is said if it is not there."""
    if ticket is not None and (since or until):
        stop("Give a ticket, or a period with --from and --to; not both.", WRONG_USE)
    if ticket is not None:
        path = f"reporting/v1/tickets/{quote(ticket, safe='')}/proof"
        return path, {"format": form}, f"There is no ticket {ticket}: give its id or its number."
    if form == "xlsx":
        stop("A period is too large for a workbook: take --format csv.", WRONG_USE)
    asked = {"from": since, "to": until, "format": None if form == "jsonl" else form}
    query = {name: said for name, said in asked.items() if said}
    return "reporting/v1/audit/export", query, ""


def _write(response: httpx.Response, place: Path) -> int:
    bar = progress(TextColumn("exporting"), BarColumn(), DownloadColumn())
    total = int(response.headers.get("content-length", 0)) or None
    try:
        with bar, place.open("wb") as file:
            task = bar.add_task("", total=total)
            for part in response.iter_bytes():
                file.write(part)
                bar.update(task, advance=len(part))
            return file.tell()
    except OSError as error:
        stop(f"{place} cannot be written ({reason_of(error)}): give another --output.", WRONG_USE)
    except httpx.TransportError:
        stop(f"The answer broke off; {place} is not whole: export it again.", NOT_REACHED)
