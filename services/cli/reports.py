"""`huiyin reports`: what went to the superior, with its hash; built, listed, taken away."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.lists import Limit, show_list
from services.cli.saving import save
from services.cli.terminal import SAID_NO, console, echo_json, shown, stop
from services.cli.views import Json, time_of

PATH = "reporting/v1/reports"
ReportId = Annotated[UUID, typer.Argument(help="As `huiyin reports list` shows it.")]

app = typer.Typer(
    no_args_is_help=True,
    help="""Reports to the superior, of each day, week and month. The system builds them itself and
archives each with the SHA-256 of its bytes; whoever is named fetches it here.""",
)


@app.command("list")
def list_reports(*, limit: Limit = 50, as_json: Json = False) -> None:
    """Shows the reports that there are for this key, oldest first."""
    show_list(
        Api().get(PATH, limit=limit),
        ("report", "period", "of", "for", "built", "by", "SHA-256"),
        lambda one: (
            *(one[name] for name in ("report_id", "period", "scope", "sent_to")),
            time_of(one["built_at"]),
            one["built_by"],
            one["sha256"],
        ),
        empty="No reports.",
        as_json=as_json,
    )


@app.command()
def show(report_id: ReportId, *, as_json: Json = False) -> None:
    """Shows whom a report is for, where it lies and the SHA-256 that it was archived with."""
    answer = _get(Api(), report_id)
    if as_json:
        echo_json(answer.text)
        return
    _tell(answer.json())


@app.command()
def build(
    unit: Annotated[Literal["day", "week", "month"], typer.Argument(help="Of which length.")],
    *,
    period: Annotated[
        str | None,
        typer.Option(help="Like 2026-11, 2026-W48 or 2026-11-23; the last that is over if none."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Builds a report now and archives it: it stands as it is, whatever changes later."""
    body = {} if period is None else {"period": period}
    answer = Api().post(f"{PATH}/{unit}", body)
    if as_json:
        echo_json(answer.text)
        return
    _tell(answer.json())


@app.command()
def download(
    report_id: ReportId,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to; its own name unless said.")
    ] = None,
) -> None:
    """Writes the workbook into a file, the very bytes that were archived.

    Exit code 1 if they are not those of the archived SHA-256.
    """
    api = Api()
    archived = _get(api, report_id).json()["sha256"]
    answer = api.get(f"{PATH}/{report_id}/file")
    found = sha256(answer.content).hexdigest()
    if found != archived:
        stop(f"The file has the SHA-256 {found}, and was archived with {archived}.", SAID_NO)
    place = save(answer, output)
    console().print(shown(f"{place}: {len(answer.content)} bytes, SHA-256 {found} as archived."))


def _get(api: Api, report_id: UUID) -> httpx.Response:
    missing = f"There is no report {report_id}: `huiyin reports list` shows which there are."
    return api.get(f"{PATH}/{report_id}", missing=missing)


def _tell(report: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    for name, value in (
        ("report", report["report_id"]),
        ("period", f"{report['unit']} {report['period']}"),
        ("of", report["scope"]),
        ("for", report["sent_to"]),
        ("built", f"{time_of(report['built_at'])} by {report['built_by']}"),
        ("SHA-256", report["sha256"]),
        ("lies at", report["file"]),
    ):
        table.add_row(name, shown(value))
    console().print(table)
