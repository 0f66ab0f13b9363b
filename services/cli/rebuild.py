"""`huiyin rebuild reporting`: the figures' rows made anew, with a progress bar."""

import typer

from services.cli.client import Api
from services.cli.operation import Answer, LongWork
from services.cli.terminal import console, shown
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
    REBUILD.follow(api, api.post("reporting/v1/rebuilds").json(), as_json=as_json)


def _tell(done: Answer) -> None:
    result, out = done["result"], console()
    out.print(shown(f"{result['records']} records: the rebuilt figures answer now.", "green"))
    if differing := result.get("differing"):
        told = f"{differing} of {result['compared']} rows were not what the records say:"
        out.print(shown(f"{told} {', '.join(result['differences'])}", "yellow"))


REBUILD = LongWork(
    kind="rebuild",
    name="rebuild",
    words="rebuilding reporting",
    tell=_tell,
    service="reporting",
    comfort="The figures from before stay.",
)
