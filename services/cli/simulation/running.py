"""A simulation from its first call to its figures: a bar while it runs, and what came of it."""

import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from services.cli.client import address
from services.cli.simulation.desk import open_desk
from services.cli.simulation.plan import TRICKLE, Plan
from services.cli.simulation.server_time import read_time
from services.cli.simulation.staff import Staff, Told
from services.cli.simulation.tally import StoryEnded, Tally
from services.cli.simulation.totals import Totals, as_data, as_tables, count_up
from services.cli.terminal import SAID_NO, console, echo_json, shown, stop


class _OverError(Exception):
    """The days are over: what is still under way is left as it stands."""


def run(plan: Plan) -> None:
    """Ends the command with 1 where something happened that nobody expected."""
    tally = Tally()
    asyncio.run(_until_stopped(plan, tally))
    if tally.unexpected:
        raise typer.Exit(SAID_NO)


async def _until_stopped(plan: Plan, tally: Tally) -> None:
    """Ctrl-C ends it: that is its end where it goes on for ever, and too early elsewhere."""
    running = asyncio.ensure_future(_or_refused(plan, tally))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        refused = await running
    except asyncio.CancelledError:
        if not plan.go_on:
            stop("Stopped before the end.", SAID_NO)
        return
    if refused is not None:
        raise refused


async def _or_refused(plan: Plan, tally: Tally) -> typer.Exit | None:
    """The end of the command that one of many tasks called for, if one did."""
    try:
        await _run(plan, tally)
    except* _OverError:
        refused = None
    except* typer.Exit as exits:
        refused = _first(exits)
    else:
        refused = None
    return refused


def _first(exits: BaseExceptionGroup[typer.Exit]) -> typer.Exit:
    found = exits.exceptions[0]
    return found if isinstance(found, typer.Exit) else _first(found)


async def _run(plan: Plan, tally: Tally) -> None:
    async with open_desk(tally) as desk, asyncio.TaskGroup() as group:
        server = await read_time(desk)
        begun = server.now()
        staff = Staff(plan.seed, desk, server)
        group.create_task(server.keep(desk))
        with _bar(plan, server.speed) as told:
            if plan.days is None:
                await staff.at_rate(plan.rate, plan.count, told)
            else:
                await staff.by_day(group, plan.days, plan.per_day, told)
        await _tell(plan, staff, begun)
        if plan.go_on:
            await staff.by_day(group, None, TRICKLE, lambda _: None)
        raise _OverError


@contextmanager
def _bar(plan: Plan, speed: float) -> Iterator[Told]:
    """On stderr, where there is somebody to see it."""
    what = f"{plan.count} tickets" if plan.days is None else f"{plan.days} days"
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    err = Console(stderr=True)
    shows = Progress(*columns, TimeRemainingColumn(), console=err, disable=not err.is_terminal)
    with shows as progress:
        clock = f", the clock {speed:,.0f} times as fast" if plan.days else ""
        task = progress.add_task(f"{what}{clock}", total=1.0)
        yield lambda done: progress.update(task, completed=done)


async def _tell(plan: Plan, staff: Staff, begun: datetime) -> None:
    tally = staff.desk.tally
    try:
        totals = await count_up(staff.desk, staff.tickets, begun)
    except StoryEnded:
        totals = Totals()  # why stands in the tally
    if plan.as_json:
        data = as_data(totals, tally, plan.seed)
        echo_json(json.dumps(data, ensure_ascii=False))
        return
    out = console()
    out.print(as_tables(totals, tally), "")
    out.print(shown(f"The same stories again: huiyin simulate --seed {plan.seed}", "dim"))
    if totals.longest:
        out.print(shown(f"One with several rounds: huiyin history {totals.longest}"))
    out.print(shown(f"All of it: {address()}/docs"))
    if plan.go_on:
        out.print(shown(f"{TRICKLE} tickets a day go on coming in. Ctrl-C stops it.", "dim"))
