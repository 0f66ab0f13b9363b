"""The `huiyin` command: starts the services, keeps the keys, asks the API for people."""

from importlib import import_module
from typing import Annotated

import typer

from services.cli import dead_letters, keys, starting, views
from services.cli.environment import environment_help

HELP = """Huiyin 回音: takes complaints in, watches every promised time, calls the customer back.

Begin with `huiyin run` and open the documents that it names; then `huiyin keys create` a key for
each system that posts tickets. On call: `huiyin topics`, `huiyin dead-letters list`. For auditors:
`huiyin history <ticket>`.
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
app.command()(views.history)
app.command()(views.topics)
app.add_typer(dead_letters.app, name="dead-letters")
