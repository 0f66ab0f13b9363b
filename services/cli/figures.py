"""`huiyin figures`: the regulations' statistics of a month, a week or a day, as a table."""

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from services.cli.client import Api
from services.cli.terminal import console, shown, visible_json
from services.cli.views import Json

UNITS = {"h": " h", "min": " min", "points": "", None: ""}


def figures(
    *,
    month: Annotated[
        str | None, typer.Option(help="Like 2026-11; the current one if none.")
    ] = None,
    week: Annotated[str | None, typer.Option(help="Like 2026-W48.")] = None,
    day: Annotated[str | None, typer.Option(help="Like 2026-11-23.")] = None,
    group_by: Annotated[
        str | None, typer.Option(help="department, category, severity, level, tier, day …")
    ] = None,
    as_json: Json = False,
) -> None:
    """Shows every figure with what it was made of, and whether it meets its goal."""
    answer = Api().get("reporting/v1/figures", month=month, week=week, day=day, group_by=group_by)
    if as_json:
        typer.echo(visible_json(answer.text))
        return
    found = answer.json()
    period = found["period"]
    out = console()
    out.print(shown(f"{period['name']}: {period['first']} to {period['last']}", "bold"))
    if found["is_rebuilding"]:
        out.print(shown("The figures are being rebuilt; these are the ones from before.", "yellow"))
    table = Table("figure", "clauses", group_by or "", "value", "of", "goal", box=None)
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
    at_least, at_most = goal.get("at_least"), goal.get("at_most")
    wanted = ""
    if at_least is not None:
        wanted = f"≥ {_value(one, at_least)}"
    elif at_most is not None:
        wanted = f"≤ {_value(one, at_most)}"
    table.add_row(
        shown(one["title"]["en"]),
        shown(" ".join(one["clauses"])),
        "",
        Text(_value(one, one["value"]), style),
        _parts(one, one),
        wanted,
    )
    for group in one["groups"]:
        name = "-" if group["group"] is None else group["group"]
        value = Text(_value(one, group["value"]))
        table.add_row("", "", shown(name), value, _parts(one, group), "")


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
