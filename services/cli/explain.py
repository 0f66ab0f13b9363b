"""`huiyin explain`: how a deadline comes about, line by line, for whoever doubts it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from services.cli.client import Api
from services.cli.terminal import SAID_NO, console, echo_json, shown, stop
from services.cli.views import Json

Answer = dict[str, Any]
ALIKE = 5
"""So many days one after another of which each has the same hours are shown each."""
CONDITIONS = "category", "kind", "channel", "severity", "tier", "round"


def explain(
    ticket: Annotated[str, typer.Argument(help="The ticket's id or number.")],
    *,
    clock: Annotated[str, typer.Option(help="Which promise.")] = "answer",
    round_number: Annotated[
        int | None, typer.Option("--round", min=1, help="Which round; the newest unless said.")
    ] = None,
    occurrence: Annotated[
        UUID | None, typer.Option(help="Which one, where a round has several.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Explains a promised time: the rule, the facts, and every hour that counts."""
    api = Api()
    answer = api.get(
        f"sla/v1/tickets/{id_of(api, ticket)}/clocks/{quote(clock, safe='')}/explanation",
        missing=f"Ticket {ticket} has no such clock: try another --clock or --round.",
        round=round_number,
        occurrence=str(occurrence) if occurrence else None,
    )
    if as_json:
        echo_json(answer.text)
        return
    found, out = answer.json(), console()
    for line in _lines(found):
        out.print(shown(line))
    for table in (_figures(found), _days(found), _exceptions(found), _rungs(found)):
        if table.row_count:
            out.print()
            out.print(table)


def id_of(api: Api, ticket: str) -> UUID:
    """The ticket's id, which people know by its number; one that is not there ends the command."""
    try:
        return UUID(ticket)
    except ValueError:
        items = api.get("intake/v1/tickets", number=ticket, limit=1).json()["items"]
    if not items:
        stop(f"There is no ticket {ticket}: give its id or its number.", SAID_NO)
    return UUID(items[0]["ticket_id"])


def _lines(found: Answer) -> Iterator[str]:
    state = f"{found['state']}: {found['reason']}" if found["reason"] else found["state"]
    yield (
        f"{found['clock']}, round {found['round']}, {state}, "
        f"as of {_time(found, found['as_of'])} (times in {found['zone']})"
    )
    yield f"regulation: {found['pack']} v{found['pack_version']}, calendar {found['calendar']}"
    yield f"rule: {_rule(found['rule'])}"
    for rule in found["lost"]:
        yield f"less specific: {_rule(rule)}"
    for name in ("started", "stopped"):
        if at := found[f"{name}_at"]:
            yield f"{name}: {_time(found, at)} by {_fact(found[name])}"
    if found["provisional"]:
        yield "provisional: a year in it has no official notice of its days off yet"
    if found["drifted"]:
        yield "the deadline stands as it was published; today it would be computed otherwise"


def _fact(fact: Answer | None) -> str:
    return f"{fact['fact']}, event {fact['event_id']}" if fact else "calculation: no event says so"


def _rule(rule: Answer) -> str:
    named = [f"{name} {' or '.join(map(str, rule[name]))}" for name in CONDITIONS if name in rule]
    times = [f"{name} {rule[name]}" for name in ("target", "limit") if name in rule]
    return f"{rule['clause']} ({'; '.join(named) or 'all'}): {', '.join(times) or 'no limit'}"


def _figures(found: Answer) -> Table:
    table = Table("figure", "promised", "until", "counted", "workdays", box=None)
    for name in ("target", "limit", "used"):
        if reckoned := found[name]:
            workdays = str(len(reckoned["workdays"])) if reckoned["workdays"] else ""
            table.add_row(
                name,
                shown(reckoned["promised"] or ""),
                shown(_time(found, reckoned["until"])),
                _span(reckoned["seconds"]),
                workdays,
            )
    return table


class _Day(NamedTuple):
    day: str
    told: str
    seconds: int
    total: int
    mark: str
    """Where it stands to the limit."""


def _days(found: Answer) -> Table:
    """Day by day up to the limit, or beyond it as far as the clock ran; many alike are one row."""
    table = Table("day", "counted from-until", "time", "in all", "", box=None)
    for _, group in groupby(_each_day(found), lambda one: (one.told, one.mark)):
        alike = list(group)
        first, last = alike[0], alike[-1]
        middle = alike[1:-1] if len(alike) > ALIKE else []
        for one in alike if not middle else [first]:
            _add_day(table, one)
        if middle:
            seconds = sum(one.seconds for one in middle)
            days = f"and {len(middle)} more days alike"
            _add_day(table, _Day("…", days, seconds, middle[-1].total, first.mark))
            _add_day(table, last)
    return table


def _add_day(table: Table, one: _Day) -> None:
    spans = _span(one.seconds), _span(one.total)
    table.add_row(shown(one.day), shown(one.told), *spans, shown(one.mark))


def _each_day(found: Answer) -> Iterator[_Day]:
    reckoned = max((found["limit"], found["used"]), key=lambda one: str(one["until"]))
    limit, total = found["limit"]["until"], 0
    parts = [part for one in reckoned["segments"] for part in _cut(one, limit)]
    for (day, beyond), group in groupby(
        parts, lambda one: (_time(found, one["from"])[:10], one["from"] >= limit)
    ):
        segments = list(group)
        seconds = sum(one["seconds"] for one in segments)
        total += seconds
        told = ", ".join(_segment(found, day, one) for one in segments)
        is_last = segments[-1]["until"] == limit or _time(found, limit).startswith(day)
        mark = "beyond the limit" if beyond else "limit" if is_last else ""
        yield _Day(day, told, seconds, total, mark)


def _cut(segment: Answer, limit: str) -> list[Answer]:
    """In two where the limit lies inside: what counts towards it adds up to it."""
    if not segment["from"] < limit < segment["until"]:
        return [segment]
    begins, middle = map(datetime.fromisoformat, (segment["from"], limit))
    before = int((middle - begins).total_seconds())
    return [
        segment | {"until": limit, "seconds": before},
        segment | {"from": limit, "seconds": segment["seconds"] - before},
    ]


def _segment(found: Answer, day: str, segment: Answer) -> str:
    begins, until = _time(found, segment["from"]), _time(found, segment["until"])
    return f"{begins[11:]}-{until[11:] if until.startswith(day) else until}"


def _exceptions(found: Answer) -> Table:
    """Each event has a line of its own: no terminal cuts its id, which somebody will look for."""
    table = Table.grid()
    for pause in found["pauses"]:
        until = _time(found, pause["until"]) if pause["until"] else "open"
        told = f"not counted: {pause['reason']}, {_time(found, pause['from'])} to {until}"
        for line in (told, *(f"  event {one}" for one in pause["event_ids"])):
            table.add_row(shown(line))
    for longer in found["extensions"]:
        refused = f"not counted: {longer['refused']}" if longer["refused"] else "agreed"
        told = f"extension until {_time(found, longer['until'])}, {refused}"
        for line in (told, f"  event {longer['event_id']}"):
            table.add_row(shown(line))
    return table


def _rungs(found: Answer) -> Table:
    table = Table("step", "due", "after", "became", box=None)
    for rung in found["rungs"]:
        became = f"{rung['state']}: {rung['reason']}" if rung["reason"] else rung["state"]
        due = _time(found, rung["due_at"])
        table.add_row(shown(rung["step"]), shown(due), _span(rung["seconds"]), shown(became))
    return table


def _time(found: Answer, text: str) -> str:
    """On the calendar's own wall."""
    return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(found['zone'])):%Y-%m-%d %H:%M:%S}"


def _span(seconds: int) -> str:
    """Hours, minutes and seconds; days would be misread as workdays."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
