"""`huiyin inspections`: a random sample that can be drawn again by its seed, and its findings."""

from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.lists import Limit, show_list
from services.cli.terminal import console, echo_json, shown
from services.cli.views import Json, time_of

PATH = "reporting/v1/inspections"
InspectionId = Annotated[UUID, typer.Argument(help="As `huiyin inspections list` shows it.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Unannounced inspections: a random sample of tickets, and what was found of each.",
)


@app.command("list")
def list_inspections(*, limit: Limit = 50, as_json: Json = False) -> None:
    """Shows the inspections that there are for this key, oldest first."""
    show_list(
        Api().get(PATH, limit=limit),
        ("inspection", "of", "drawn"),
        lambda one: (one["inspection_id"], one["scope"], time_of(one["drawn_at"])),
        empty="No inspections.",
        as_json=as_json,
    )


@app.command()
def show(inspection_id: InspectionId, *, as_json: Json = False) -> None:
    """Shows the sample and its findings; their words to keys with `pii:read`, which is recorded."""
    missing = f"There is no inspection {inspection_id}: `huiyin inspections list` shows them."
    _answer(Api().get(f"{PATH}/{inspection_id}", missing=missing), as_json=as_json)


@app.command()
def draw(
    count: Annotated[int, typer.Argument(min=1, max=500, help="How many tickets.")],
    *,
    seed: Annotated[
        str | None,
        typer.Option(help="Draws the same of the same tickets again; a new one if none."),
    ] = None,
    month: Annotated[
        str | None, typer.Option(help="Of which month, like 2026-11; the current one if none.")
    ] = None,
    week: Annotated[str | None, typer.Option(help="Like 2026-W48.")] = None,
    day: Annotated[str | None, typer.Option(help="Like 2026-11-23.")] = None,
    department: Annotated[str | None, typer.Option(help="Only of this department.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind, like complaint.")] = None,
    as_json: Json = False,
) -> None:
    """Draws a sample of what this key may see; its seed and frame are kept, to draw it again."""
    asked = {"month": month, "week": week, "day": day, "department": department, "kind": kind}
    scope = {name: value for name, value in asked.items() if value is not None}
    body = {"n": count, "scope": scope} | ({} if seed is None else {"seed": seed})
    _answer(Api().post(PATH, body), as_json=as_json)


@app.command("find")
def publish_finding(
    inspection_id: InspectionId,
    ticket_id: Annotated[UUID, typer.Argument(help="One of the sample.")],
    *,
    verdict: Annotated[Literal["passed", "failed"], typer.Option(help="What it came to.")],
    finding: Annotated[str, typer.Option(help="What was found.")],
    as_json: Json = False,
) -> None:
    """Records what was found of a ticket of the sample."""
    body = {"ticket_id": str(ticket_id), "verdict": verdict, "finding": finding}
    _answer(Api().post(f"{PATH}/{inspection_id}/findings", body), as_json=as_json)


def _answer(answer: httpx.Response, *, as_json: bool) -> None:
    if as_json:
        echo_json(answer.text)
        return
    found, out = answer.json(), console()
    narrowed = " ".join(filter(None, (found["department"], found["kind"])))
    out.print(shown(found["inspection_id"], "bold") + shown(f", of {found['scope']} {narrowed}"))
    days = f"{found['first_day']} to {found['last_day']}"
    drawn = f"{len(found['drawn'])} of {found['frame_count']} tickets, {days}"
    out.print(shown(f"{drawn}; drawn {time_of(found['drawn_at'])} by {found['drawn_by']}"))
    out.print(shown(f"seed {found['seed']}, frame SHA-256 {found['frame_sha256']}"))
    out.print(_sample(found))


def _sample(found: dict[str, Any]) -> Table:
    findings = {one["ticket_id"]: one for one in found["findings"]}
    table = Table("ticket", "verdict", "by", "found", "finding", box=None)
    for ticket_id in found["drawn"]:
        one = findings.get(ticket_id)
        if one is None:
            table.add_row(shown(ticket_id), "-")
            continue
        style = "green" if one["verdict"] == "passed" else "bold red"
        told = one["found_by"], time_of(one["found_at"]), one["finding"] or ""
        table.add_row(shown(ticket_id), shown(one["verdict"], style), *map(shown, told))
    return table
