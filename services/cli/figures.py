"""`huiyin figures`: the regulations' statistics of a month, a week or a day, as a table."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from services.cli.behind import Day, Month, Week
from services.cli.client import Api
from services.cli.saving import save
from services.cli.terminal import WRONG_USE, console, echo_json, shown, stop
from services.cli.views import Json

PATH = "reporting/v1/figures"
SIGNS = {"more_than": ">", "at_least": "≥", "at_most": "≤"}
UNITS = {"h": " h", "min": " min", "points": "", None: ""}


def figures(
    *,
    month: Month = None,
    week: Week = None,
    day: Day = None,
    group_by: Annotated[
        str | None, typer.Option(help="department, category, severity, level, tier, day …")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Into this file: .csv, or .xlsx for a whole month."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Shows every figure with what it was made of, and whether it meets its goal.

    What counts for one is told by `huiyin subjects <name>`; why it changed, by `huiyin causes`.
    """
    form = _form(output, is_month=not (week or day or group_by))
    answer = Api().get(
        f"{PATH}/monthly.xlsx" if form == ".xlsx" else PATH,
        month=month,
        week=week,
        day=day,
        group_by=group_by,
        format="csv" if form == ".csv" else None,
    )
    if form:
        console().print(shown(f"{save(answer, output)}: {len(answer.content)} bytes."))
        return
    if as_json:
        echo_json(answer.text)
        return
    _tell(answer.json())


def _form(output: Path | None, *, is_month: bool) -> str | None:
    """What the file's name asks for; None without a file."""
    form = output.suffix if output else None
    if form == ".xlsx" and not is_month:
        stop("A workbook is of a whole month: give --month alone, or a .csv.", WRONG_USE)
    if form not in {None, ".csv", ".xlsx"}:
        stop(f"{output} is no .csv or .xlsx: name the file so.", WRONG_USE)
    return form


def _tell(found: dict[str, Any]) -> None:
    period = found["period"]
    out = console()
    out.print(shown(f"{period['name']}: {period['first']} to {period['last']}", "bold"))
    if found["is_rebuilding"]:
        out.print(shown("The figures are being rebuilt; these are the ones from before.", "yellow"))
    head = found["group_by"] or ""
    table = Table("figure", "name", "clauses", head, "value", "of", "goal", box=None)
    for one in found["figures"]:
        if one["above"] or one["below"]:
            _add(table, one)
    out.print(table)
    by_name = {one["name"]: one for one in found["figures"]}
    for one in found["restated"]:
        out.print(_restated(by_name[one["figure"]], one))


def _restated(figure: dict[str, Any], one: dict[str, Any]) -> Text:
    was, now = _value(figure, one["was"]), _value(figure, one["now"])
    told = f"{figure['title']['en']}: reported as {was} ({one['reported_at']}), now {now}"
    return shown(told, "yellow")


def _add(table: Table, one: dict[str, Any]) -> None:
    style = {True: "green", False: "bold red", None: ""}[one["meets_goal"]]
    goal = one["goal"] or {}
    given = ((sign, goal.get(name)) for name, sign in SIGNS.items())
    wanted = "".join(f"{sign} {_value(one, value)}" for sign, value in given if value is not None)
    table.add_row(
        shown(one["title"]["en"]),
        shown(one["name"]),
        shown(" ".join(one["clauses"])),
        "",
        Text(_value(one, one["value"]), style),
        _parts(one, one),
        wanted,
    )
    for group in one["groups"]:
        name = "-" if group["group"] is None else group["group"]
        value = Text(_value(one, group["value"]))
        table.add_row("", "", "", shown(name), value, _parts(one, group), "")


def _value(figure: dict[str, Any], value: float | None) -> str:
    if value is None:
        return "-"
    match figure["unit"]:
        case "count":
            return f"{value:.0f}"
        case "share":
            return f"{100 * value:.1f} %"
        case _:
            return f"{value:.2f}{UNITS[figure['measured_in']]}"


def _parts(figure: dict[str, Any], number: dict[str, Any]) -> str:
    match figure["unit"]:
        case "count":
            return ""
        case "share":
            return f"{number['above']:.0f} / {number['below']}"
        case _:
            return f"{number['below']}"
