"""`huiyin rebuild reporting`: the figures' rows made anew, with a progress bar."""

import typer

from services.cli.client import Api
from services.cli.operation import ended
from services.cli.terminal import SAID_NO, console, shown, visible_json
from services.cli.views import Json

app = typer.Typer(
    no_args_is_help=True,
    help="Read models made anew from the records, beside the live ones.",
)


@app.callback()
def _services() -> None:
    """Named, because another service's rebuild may follow."""


@app.command()
def reporting(*, as_json: Json = False) -> None:
    """Rebuilds the figures; the old ones answer until the new ones have caught up.

    Exit code 1 if it failed.
    """
    api = Api()
    begun = api.post("reporting/v1/rebuilds").json()
    gone = "The rebuild is gone: its process ended before it did."
    done = ended(api, begun, "rebuilding reporting", gone, quiet=as_json, service="reporting")
    if as_json:
        typer.echo(visible_json(done["text"]))
    elif done["state"] == "done":
        records = done["result"]["records"]
        console().print(shown(f"{records} records: the rebuilt figures answer now.", "green"))
    else:
        told = f"The rebuild failed: {done['error']}. The figures from before stay."
        console().print(shown(told, "bold red"))
    if done["state"] != "done":
        raise typer.Exit(SAID_NO)
