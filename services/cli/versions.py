"""`huiyin packs` and `huiyin calendars`: versions of the regulations, and the next one."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from services.cli.client import Api
from services.cli.reading import text_of
from services.cli.terminal import console, echo_json, shown
from services.cli.views import Json, time_of, zone_here

EVER = "since ever"
NO_FILE = "version 1 is missing: put its file into HUIYIN_PACKS"

packs = typer.Typer(no_args_is_help=True, help="The regulations, version by version.")
calendars = typer.Typer(no_args_is_help=True, help="Countries' days off, version by version.")

Since = Annotated[
    str,
    typer.Option("--from", help="When it takes effect: 2026-12-01T00:00+08:00."),
]
Reason = Annotated[str | None, typer.Option(help="Why; everybody may read it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only check and compare.")]


@packs.command("list")
def list_packs(*, as_json: Json = False) -> None:
    """Shows every version of every pack, and since when it is in force."""
    answer = Api().get("sla/v1/packs")
    if as_json:
        echo_json(answer.text)
        return
    table = Table("pack", "version", f"in force ({zone_here()})", "clocks", "", box=None)
    items = answer.json()["items"]
    whole = {one["name"] for one in items if one["version"] == 1}
    for one in items:
        since = time_of(one["effective_from"]) or EVER
        about = "" if one["name"] in whole else NO_FILE
        clocks = str(len(one["clocks"]))
        table.add_row(shown(one["name"]), str(one["version"]), since, clocks, about)
    console().print(table)


@packs.command("publish")
def publish_pack(
    name: Annotated[str, typer.Argument(help="The pack that gets another version.")],
    file: Annotated[Path, typer.Argument(help="It, as YAML; it may extend its own name.")],
    *,
    since: Since,
    reason: Reason = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Publishes a pack's next version, and shows what it changes."""
    asked = {"pack": text_of(file)}
    found = _publish(f"packs/{name}", asked, since, reason, dry_run=dry_run, as_json=as_json)
    if found is None:
        return
    table = Table(Column("changed", overflow="fold"), "before", "after", box=None)
    for one in found["diff"]["changes"]:
        table.add_row(*(shown(_text(one[key])) for key in ("at", "before", "after")))
    _tell(f"{found['pack']}, version {found['version']}", found, table)


@calendars.command("list")
def list_calendars(*, as_json: Json = False) -> None:
    """Shows every version of each country's days off, with its notices."""
    answer = Api().get("sla/v1/calendars")
    if as_json:
        echo_json(answer.text)
        return
    table = Table("calendar", "version", f"in force ({zone_here()})", "notices", box=None)
    for one in answer.json()["items"]:
        notices = [f"{notice['year']} ({notice['announced_on']})" for notice in one["notices"]]
        since = time_of(one["effective_from"]) or EVER
        table.add_row(shown(one["name"]), str(one["version"]), since, shown(", ".join(notices)))
    console().print(table)


@calendars.command("publish")
def publish_calendar(
    file: Annotated[Path, typer.Argument(help="An official notice, as YAML.")],
    *,
    since: Since,
    name: Annotated[str, typer.Option("--calendar", help="The country.")] = "cn",
    reason: Reason = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Publishes an official notice of days off, and shows which days it changes."""
    asked = {"notice": text_of(file)}
    found = _publish(f"calendars/{name}", asked, since, reason, dry_run=dry_run, as_json=as_json)
    if found is None:
        return
    table = Table("day", "before", "after", box=None)
    for one in found["diff"]["days"]:
        table.add_row(*(shown(one[key]) for key in ("day", "before", "after")))
    _tell(f"{found['calendar']}, version {found['version']}", found, table)


def _publish(
    path: str,
    asked: dict[str, Any],
    since: str,
    reason: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> dict[str, Any] | None:
    """The answer, unless it was shown as it is."""
    asked |= {"effective_from": since, "dry_run": dry_run}
    if reason is not None:
        asked["reason"] = reason
    answer = Api().post(f"sla/v1/{path}/versions", asked)
    if as_json:
        echo_json(answer.text)
        return None
    found: dict[str, Any] = answer.json()
    return found


def _tell(what: str, found: dict[str, Any], table: Table) -> None:
    done = "would take effect" if found["dry_run"] else "takes effect"
    out = console()
    out.print(shown(f"{what}, {done} {time_of(found['effective_from'])} ({zone_here()})."))
    if table.row_count:
        out.print(table)


def _text(figure: object) -> str:
    if figure is None:
        return "-"
    return ", ".join(map(str, figure)) if isinstance(figure, list) else str(figure)
