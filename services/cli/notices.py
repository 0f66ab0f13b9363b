"""`huiyin notices`: rectification notices for weak scores, signed and followed to their end."""

from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.lists import Limit, show_list
from services.cli.terminal import console, echo_json, shown
from services.cli.views import Json, time_of

PATH = "reporting/v1/notices"
NoticeId = Annotated[UUID, typer.Argument(help="As `huiyin notices list` shows it.")]

app = typer.Typer(
    no_args_is_help=True,
    help="""Notices that ask a department to rectify what a customer scored weakly: issued, signed
by one of its leaders, concluded.""",
)


@app.command("list")
def list_notices(
    *,
    state: Annotated[
        Literal["issued", "signed", "concluded"] | None, typer.Option(help="Only those.")
    ] = None,
    department: Annotated[str | None, typer.Option(help="Only of this department.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Shows the notices that there are for this key, oldest first."""
    show_list(
        Api().get(PATH, state=state, department=department, limit=limit),
        ("notice", "state", "department", "issued"),
        lambda one: (
            one["notice_id"],
            one["state"],
            one["department"],
            time_of(one["issued_at"]),
        ),
        empty="No notices.",
        as_json=as_json,
    )


@app.command()
def show(notice_id: NoticeId, *, as_json: Json = False) -> None:
    """Shows how far a notice is; what it says to keys with `pii:read`, which is recorded."""
    missing = f"There is no notice {notice_id}: `huiyin notices list` shows which there are."
    _answer(Api().get(f"{PATH}/{notice_id}", missing=missing), as_json=as_json)


@app.command()
def issue(
    score_ref: Annotated[UUID, typer.Argument(help="The revisit in which the score was given.")],
    *,
    text: Annotated[str, typer.Option(help="What is to be rectified, and by when.")],
    as_json: Json = False,
) -> None:
    """Issues a notice for a weak score; issued again it is the same one."""
    body = {"score_ref": str(score_ref), "text": text}
    _answer(Api().post(PATH, body), as_json=as_json)


@app.command()
def sign(
    notice_id: NoticeId,
    *,
    leader: Annotated[
        str | None,
        typer.Option(help="Who signs, by the directory; else the key's owner."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Says that a leader of the responsible department stands for it."""
    body = {} if leader is None else {"leader": leader}
    _answer(Api().post(f"{PATH}/{notice_id}/signature", body), as_json=as_json)


@app.command()
def conclude(
    notice_id: NoticeId,
    *,
    text: Annotated[str, typer.Option(help="What was rectified.")],
    as_json: Json = False,
) -> None:
    """Says what was rectified; a notice must have been signed before."""
    _answer(Api().post(f"{PATH}/{notice_id}/conclusion", {"text": text}), as_json=as_json)


def _answer(answer: httpx.Response, *, as_json: bool) -> None:
    if as_json:
        echo_json(answer.text)
        return
    one = answer.json()
    table = Table(show_header=False, box=None)
    for name, value in (
        ("notice", f"{one['notice_id']}, {one['state']}"),
        ("score", f"{one['score']}, in revisit {one['score_ref']}"),
        ("ticket", f"{one['ticket_id']}, round {one['round']}"),
        ("department", one["department"]),
        ("merchant", one["merchant"]),
        ("issued", _who_when(one, "issued")),
        ("signed", _who_when(one, "signed")),
        ("concluded", _who_when(one, "concluded")),
        ("says", one["text"]),
        ("result", one["result"]),
    ):
        if value is not None:
            table.add_row(name, shown(value))
    console().print(table)


def _who_when(notice: dict[str, Any], what: str) -> str | None:
    who = notice[f"{what}_by"]
    return None if who is None else f"{time_of(notice[f'{what}_at'])} by {who}"
