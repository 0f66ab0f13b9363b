"""The `huiyin` command: starts the services, keeps the keys, asks the API for people."""

from importlib import import_module
from typing import Annotated

import typer

from services.cli import (
    behind,
    canary,
    dead_letters,
    escalations,
    explain,
    exporting,
    figures,
    groups,
    inspections,
    keys,
    looking_back,
    messages,
    notices,
    operations,
    rebuild,
    recalculate,
    replay,
    reports,
    search,
    starting,
    tickets,
    timers,
    topic_hour,
    verify,
    versions,
    views,
    what_if,
)
from services.cli.environment import environment_help
from services.cli.simulation import command

HELP = """Huiyin 回音: takes complaints in, watches every promised time, calls the customer back.

Begin with `huiyin run` and open the documents that it names; then `huiyin keys create` a key for
each system that posts tickets. On call: `huiyin topics`, `huiyin topic-hour`, `huiyin canary`,
`huiyin timers`, `huiyin dead-letters list`, `huiyin messages`.
For auditors: `huiyin tickets`, `huiyin history <ticket>`, `huiyin state <ticket> --at`,
`huiyin diff <ticket>`, `huiyin readings`, `huiyin search`, `huiyin export <ticket>`,
`huiyin verify`. Why a time is due when it is: `huiyin explain <ticket>`; what another regulation
would change: `huiyin what-if <file>`; to have it in force: `huiyin packs publish`,
`huiyin calendars publish`, `huiyin recalculate`.
The statistics: `huiyin figures`, `huiyin reports`; what follows from them: `huiyin inspections`,
`huiyin notices`. To see it at work: `huiyin simulate`.
"""

EXITS = """**Exit codes:** 0 done, 1 the system said no, 2 wrong use or settings, 3 it could not be
reached."""

app = typer.Typer(
    name="huiyin",
    help=HELP,
    epilog=f"{environment_help()}\n\n{EXITS}",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"huiyin {import_module('shared.http.app').VERSION}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", help="Shows the version.", callback=_tell_version, is_eager=True),
]


@app.callback()
def _options(*, version: Version = False) -> None:
    """What is given before any command; `_tell_version` has answered it."""
    del version


app.command()(starting.run)
app.command()(starting.serve)
app.add_typer(keys.app, name="keys")
app.command()(tickets.tickets)
app.command()(views.history)
app.command()(looking_back.state)
app.command()(looking_back.diff)
app.command()(looking_back.readings)
app.command()(search.search)
app.command()(explain.explain)
app.command()(exporting.export)
app.command()(verify.verify)
app.command()(views.topics)
app.command("topic-hour")(topic_hour.topic_hour)
app.command()(groups.groups)
app.command()(messages.messages)
app.command()(canary.canary)
app.command()(timers.timers)
app.command()(timers.due)
app.add_typer(escalations.app, name="escalations")
app.command()(command.simulate)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(replay.app, name="replay")
app.add_typer(rebuild.app, name="rebuild")
app.command()(figures.figures)
app.command()(behind.subjects)
app.command()(behind.causes)
app.add_typer(reports.app, name="reports")
app.add_typer(notices.app, name="notices")
app.add_typer(inspections.app, name="inspections")
app.command("what-if")(what_if.what_if)
app.add_typer(versions.packs, name="packs")
app.add_typer(versions.calendars, name="calendars")
app.command()(recalculate.recalculate)
app.command()(operations.operation)
