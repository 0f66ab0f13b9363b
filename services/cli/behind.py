"""`huiyin subjects` and `causes`: what stands behind a figure, and why it is another one now."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer

from services.cli.client import Api
from services.cli.lists import Limit, show_list
from services.cli.terminal import WRONG_USE, stop
from services.cli.views import Json, time_of

PATH = "reporting/v1/figures"
HEADS = "department", "kind", "severity", "status"

Figure = Annotated[str, typer.Argument(help="Its name, as `huiyin figures` shows it.")]
Month = Annotated[str | None, typer.Option(help="Like 2026-11; the current one if none.")]
Week = Annotated[str | None, typer.Option(help="Like 2026-W48.")]
Day = Annotated[str | None, typer.Option(help="Like 2026-11-23.")]


def subjects(
    figure: Figure,
    *,
    month: Month = None,
    week: Week = None,
    day: Day = None,
    of: Annotated[
        str | None,
        typer.Option(help="Only those, like department=billing; kind= for those with none."),
    ] = None,
    part: Annotated[
        Literal["all", "met", "unmet"],
        typer.Option(help="Of a share: what stands above the line, or the rest."),
    ] = "all",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Shows the tickets, contacts or tasks that a figure counts."""
    head, given, value = (of or "").partition("=")
    if of is not None and not given:
        stop("--of takes a head and its value, like department=billing.", WRONG_USE)
    answer = Api().get(
        f"{PATH}/{quote(figure, safe='')}/subjects",
        missing=_missing(figure),
        month=month,
        week=week,
        day=day,
        group_by=head or None,
        value=value if given else None,
        part=part,
        limit=limit,
    )
    heads = "subject", "what", "day", *HEADS, "counts"
    show_list(answer, heads, _subject, empty="Nothing counts for it.", as_json=as_json)


def _subject(one: dict[str, Any]) -> Iterable[str | None]:
    yield from (one["number"] or one["subject"], one["kind"], one["day"])
    yield from (one["heads"].get(head) for head in HEADS)
    yield f"{one['above']:g} / {one['below']}"


def causes(
    figure: Figure,
    *,
    month: Month = None,
    week: Week = None,
    day: Day = None,
    as_json: Json = False,
) -> None:
    """Shows the events since the newest report of a period by which a figure changed."""
    answer = Api().get(
        f"{PATH}/{quote(figure, safe='')}/causes",
        missing=_missing(figure),
        month=month,
        week=week,
        day=day,
    )
    show_list(
        answer,
        ("recorded", "subject", "service", "event", "counted", "counts"),
        lambda one: (
            time_of(one["recorded_at"]),
            one["number"] or one["subject"],
            one["source"],
            one["type"],
            _part(one["before"]),
            _part(one["after"]),
        ),
        empty="Nothing has changed it since it was reported.",
        as_json=as_json,
    )


def _missing(figure: str) -> str:
    return f"There is no figure {figure}: `huiyin figures` shows their names."


def _part(part: list[Any] | None) -> str | None:
    """How much a subject counts; nothing where it does not."""
    return None if part is None else f"{part[0]:g} / {part[1]}"
