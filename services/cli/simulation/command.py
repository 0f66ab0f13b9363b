"""`huiyin simulate`: what is asked for."""

from importlib import import_module
from random import SystemRandom
from typing import Annotated

import typer

from services.cli.client import Api
from services.cli.simulation.plan import COUNT, PER_DAY, RATE, Plan
from services.cli.terminal import WRONG_USE, stop

SEEDS = 1_000_000
ASKED_FIRST = "reporting/v1/topics"
Json = Annotated[bool, typer.Option("--json", help="The figures at the end, for programs.")]


def simulate(
    *,
    count: Annotated[int, typer.Option(min=1, help="How many tickets.")] = COUNT,
    rate: Annotated[
        float, typer.Option(min=0.01, max=1000, help="How many of them begin a second.")
    ] = RATE,
    days: Annotated[
        int | None,
        typer.Option(min=1, help="Instead: so many days by the system's clock, as they pass."),
    ] = None,
    per_day: Annotated[int, typer.Option(min=1, help="Tickets on each of the days.")] = PER_DAY,
    go_on: Annotated[
        bool, typer.Option("--go-on", help="After the days: a few tickets a day until Ctrl-C.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same stories again; default: any.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Posts believable complaints under all five packs, and plays the staff who answer them.

    Without --days each story is entered at once, as if it had ended just now: what it escalated
    on the way is raised, and taken back as soon as the rest is entered. With --days people
    act when the system's clock says that it is time: for one that runs fast (HUIYIN_CLOCK_SPEED).
    Departments are those of the directory that ships. Outbound tasks need a key that may read
    personal data, made with `--pack mobile-key-account`; reviews of written answers a second key,
    in HUIYIN_REVIEWER_KEY: both are left out without. Services on ports of their own are found by
    HUIYIN_PEERS.
    """
    if go_on and days is None:
        stop("What is to go on after the days? Give --days too.", WRONG_USE)
    Api().get(ASKED_FIRST)  # nobody there, no key, no scope: said at once
    chosen = SystemRandom().randrange(SEEDS) if seed is None else seed
    plan = Plan(chosen, days, count, rate, per_day, go_on, as_json)
    # Calendars and holidays are loaded by who needs them: other commands answer without that time.
    import_module("services.cli.simulation.running").run(plan)
