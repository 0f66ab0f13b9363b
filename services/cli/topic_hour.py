"""`huiyin topic-hour`: a topic's last hour, as far as anybody looked."""

from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import console, echo_json, shown
from services.cli.views import UNKNOWN, Json, time_of


def topic_hour(
    topic: Annotated[
        Literal["intake", "dispatch", "sla", "revisit"], typer.Argument(help="Whose topic.")
    ],
    *,
    as_json: Json = False,
) -> None:
    """Shows messages a second in and out, and how far each reader was behind, oldest first."""
    answer = Api().get(f"reporting/v1/topics/{topic}/history")
    if as_json:
        echo_json(answer.text)
        return
    points = answer.json()["points"]
    console().print(_table(points) if points else "Nobody has looked within the last hour.")


def _table(points: list[dict[str, Any]]) -> Table:
    readers = list(points[-1]["readers"])
    table = Table("at", "in/s", box=None)
    for name in readers:
        table.add_column(shown(f"{name} lag"))
        table.add_column(shown(f"{name} out/s"))
    for point in points:
        cells = [time_of(point["at"]), _known(point["rate_in"])]
        for name in readers:
            one = point["readers"].get(name) or {"lag": None, "rate_out": None}
            cells += [_known(one["lag"]), _known(one["rate_out"])]
        table.add_row(*map(shown, cells))
    return table


def _known(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:g}"
