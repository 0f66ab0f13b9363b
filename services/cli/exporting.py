"""`huiyin export`: a ticket or a period with its proof, as a file for `huiyin verify`."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import httpx
import typer
from rich.progress import BarColumn, DownloadColumn, TextColumn

from services.cli.client import Api
from services.cli.saving import name_in
from services.cli.terminal import NOT_REACHED, WRONG_USE, console, progress, reason_of, shown, stop


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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to; its own name unless said.")
    ] = None,
) -> None:
    """Writes a ticket, or everything of a period, with its proof into one file.

    What was personal is not in it. That it was taken is recorded.
    """
    if ticket is not None and (since or until):
        stop("Give a ticket, or a period with --from and --to; not both.", WRONG_USE)
    api = Api()
    if ticket is not None:
        path = f"reporting/v1/tickets/{quote(ticket, safe='')}/proof"
        missing = f"There is no ticket {ticket}: give its id or its number."
        query = {"format": "jsonl"}
    else:
        path, missing = "reporting/v1/audit/export", ""
        asked = {"from": since, "to": until}
        query = {name: time for name, time in asked.items() if time}
    with api.stream(path, query, missing) as response:
        place = output or Path(name_in(response, "huiyin-proof.jsonl"))
        size = _write(response, place)
    console().print(shown(f"{place}: {size} bytes. Check it with `huiyin verify {place} --key …`."))


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
