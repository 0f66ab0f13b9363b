"""`huiyin history` and `huiyin topics`: what auditors and on-call look at, as tables."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer
from rich.table import Table
from rich.text import Text

from services.cli.client import Api
from services.cli.terminal import console, echo_json, shown
from shared.messaging.topics import PARTITIONS

Json = Annotated[bool, typer.Option("--json", help="The API's own answer, for programs.")]

HIDDEN = {"at", "ticket_id", "case", "number", "occurrence"}
MAX_TEXT = 200
STYLES = {"current": "green", "behind": "yellow", "stopped": "bold red", "unknown": "bold magenta"}
UNKNOWN = "unknown"


def history(
    ticket: Annotated[str, typer.Argument(help="The ticket's id or number.")],
    *,
    at: Annotated[
        str | None, typer.Option(help="As of this time, like 2026-11-21T09:00+08:00.")
    ] = None,
    by: Annotated[
        Literal["record", "event"],
        typer.Option(help="Times count as recorded, or as they happened."),
    ] = "record",
    as_json: Json = False,
) -> None:
    """Shows everything that happened to a ticket, in all services, causes first."""
    answer = Api().get(
        f"reporting/v1/tickets/{quote(ticket, safe='')}/history",
        missing=f"There is no ticket {ticket}: give its id or its number.",
        at=at,
        by=by,
    )
    if as_json:
        echo_json(answer.text)
        return
    _tell_history(answer.json(), "was recorded of" if by == "record" else "had happened to")


def _tell_history(found: dict[str, Any], what: str) -> None:
    out = console()
    name, zone = found["number"] or found["ticket_id"], zone_here()
    if not found["items"]:
        out.print(shown(f"Nothing {what} {name} by {time_of(found['as_of'])} ({zone})."))
        return
    out.print(shown(name, "bold") + shown(f" as of {time_of(found['as_of'])} (times in {zone})"))
    out.print(_events(found["items"]))


def _events(items: list[dict[str, Any]]) -> Table:
    table = Table("happened", "recorded", "service", "event", "by", "what", box=None)
    for item in items:
        table.add_row(
            time_of(item["occurred_at"]),
            time_of(item["recorded_at"]),
            shown(item["source"]),
            shown(item["type"].rpartition(".")[0]),
            shown(item["actor"]),
            shown(_data(item["data"])),
        )
    return table


def _data(data: object) -> str:
    """The event's members that say something to people."""
    if not isinstance(data, dict):
        return json.dumps(data, ensure_ascii=False)[:MAX_TEXT]
    told = {name: value for name, value in data.items() if _tells(name, value)}
    line = "  ".join(f"{name}={_short(value)}" for name, value in told.items())
    return line if len(line) <= MAX_TEXT else f"{line[:MAX_TEXT]}…"


def _tells(name: str, value: object) -> bool:
    is_text = isinstance(value, dict) and "digest" in value
    return name not in HIDDEN and not name.endswith("_id") and not is_text


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def time_of(text: str | None) -> str:
    """In this machine's own zone."""
    if text is None:
        return ""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"


def zone_here() -> str:
    """What the times of `time_of` are to be read in; who asked may have named another zone."""
    return datetime.now().astimezone().tzname() or ""


def tell_whose(partitions: Sequence[int]) -> None:
    """Says what the asked instance of sla knows nothing of, where others have a share."""
    if len(partitions) < PARTITIONS:
        here = f"partitions {', '.join(map(str, partitions))}" if partitions else "no partition"
        told = f"This instance of sla has {here} of {PARTITIONS}: the rest is not in these figures."
        console().print(shown(f"{told} Ask the others, too; see huiyin groups.", "bold yellow"))


READS = (
    "state",
    "verdict",
    "lag",
    "oldest unread",
    "out/s",
    "trend",
    "gone in",
    "skew",
    "last handled",
)
VERDICTS = {"OK": "", "WARN": "yellow", "UNKNOWN": "yellow"}


def topics(
    *,
    partitions: Annotated[
        bool, typer.Option("--partitions", help="Every partition, not only the sum.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Shows how far each topic reaches, and how far each of its readers is behind."""
    answer = Api().get("reporting/v1/topics")
    if as_json:
        echo_json(answer.text)
        return
    found = answer.json()
    out = console()
    for service in found["services"]:
        if not service["reachable"]:
            out.print(shown(f"{service['service']}: {service['reason']}", "bold red"))
    out.print(_partitions(found["topics"]) if partitions else _summary(found["topics"]))
    for service in found["services"]:
        depth = service.get("dead_letters")
        if depth and depth["letters"]:
            least = "at least " if depth["more"] else ""
            told = f"{service['service']}: {least}{depth['letters']} dead letters"
            out.print(shown(told, "red"))


def _summary(topics: list[dict[str, Any]]) -> Table:
    table = Table(
        "topic",
        "end",
        "published",
        "reader",
        *READS,
        box=None,
    )
    for topic in topics:
        head = [shown(topic["topic"]), _known(topic["end"]), _known(topic["published"])]
        for consumer in topic["consumers"]:
            table.add_row(*head, *_consumer(consumer))
            head = [Text()] * 3
    return table


def _partitions(topics: list[dict[str, Any]]) -> Table:
    table = Table("partition", "end", "reader", *READS, box=None)
    for topic in topics:
        for partition in topic["partitions"]:
            name = f"{topic['publisher']}/{partition['partition']}"
            head = [shown(name), _known(partition["end"])]
            for consumer in partition["consumers"]:
                table.add_row(*head, *_consumer(consumer))
                head = [Text()] * 2
    return table


def _consumer(consumer: dict[str, Any]) -> tuple[Text, ...]:
    state = consumer["state"]
    alarms = consumer.get("alarms") or [consumer.get("alarm") or ""]
    told = f"{state}: {', '.join(alarms)}" if any(alarms) else state
    age, verdict = consumer["oldest_unread_seconds"], consumer.get("verdict", "UNKNOWN")
    return (
        shown(consumer["service"]),
        shown(told, STYLES.get(state, "")),
        shown(verdict, VERDICTS.get(verdict, "bold red")),
        _known(consumer["lag"]),
        _known(age if not age else f"{age:.1f} s", "-"),
        shown(_rate(consumer.get("rate_out"))),
        shown(consumer.get("trend") or "-"),
        shown(_seconds(consumer.get("drain_seconds"))),
        shown(str(consumer.get("skew") or "-")),
        shown(time_of(consumer["last_handled_at"])),
    )


def _seconds(time: float | None) -> str:
    return "-" if time is None else f"{time:.1f} s"


def _rate(a_second: float | None) -> str:
    return UNKNOWN if a_second is None else f"{a_second:.1f}"


def _known(value: object, zero: str = "0") -> Text:
    """Unknown is not 0."""
    if value is None:
        return Text(UNKNOWN)
    return shown(str(value) if value else zero)
