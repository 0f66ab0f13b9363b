"""`huiyin groups`: what Kafka says of the services' consumer groups."""

from typing import Any

from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import SAID_NO, console, echo_json, shown, stop
from services.cli.views import Json


def groups(*, as_json: Json = False) -> None:
    """Shows each group's state, its members, and who has which partitions."""
    answer = Api().get("reporting/v1/groups")
    if as_json:
        echo_json(answer.text)
        return
    found = answer.json()
    if not found["kafka"]:
        console().print("All services run in one process; Kafka has no groups of them.")
        return
    if not found["reachable"]:
        stop("Kafka does not answer: see whether a broker runs.", SAID_NO)
    console().print(_table(found["items"]))


def _table(items: list[dict[str, Any]]) -> Table:
    table = Table("group", "state", "member", "host", "partitions", box=None)
    for group in items:
        head = [group["group"], group["state"]]
        for member in group["members"] or [{"member_id": "-", "host": "-", "partitions": {}}]:
            told = "; ".join(
                f"{topic}: {', '.join(map(str, numbers))}"
                for topic, numbers in member["partitions"].items()
            )
            table.add_row(*map(shown, [*head, member["member_id"], member["host"], told]))
    return table
