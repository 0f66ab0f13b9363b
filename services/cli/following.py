"""`huiyin messages --follow`: what comes, a look at a time."""

import json
import time
from datetime import datetime, timedelta
from typing import Any

import typer

from services.cli.client import Api
from services.cli.terminal import visible, visible_json
from services.cli.views import time_of

PATH = "reporting/v1/messages"
MISSING = "There is no such ticket."
LOOK_TIME = 2.0
"""Seconds between two looks."""
OVERLAP = timedelta(seconds=30)
"""Partitions are read side by side: what was recorded a little earlier may come a little later."""
KEPT = 5_000
"""Messages that are remembered as shown."""
Query = dict[str, Any]
Message = dict[str, Any]


def follow(asked: Query, *, as_json: bool) -> None:
    """A line a message, oldest first, until Ctrl-C; at most `limit` a look."""
    api, looks = Api(), Looks(asked)
    while True:
        fresh, passed_over = looks.new_of(api.get(PATH, missing=MISSING, **looks.query).json())
        for one in fresh:
            typer.echo(_json(one) if as_json else "  ".join(map(visible, row(one))))
        if passed_over:
            told = f"More than {asked['limit']} came at once: the others are passed over."
            typer.echo(told, err=True)
        time.sleep(LOOK_TIME)


class Looks:
    """What was shown already, and so what to ask for next."""

    def __init__(self, asked: Query) -> None:
        self.query = {
            name: value for name, value in asked.items() if name not in {"at", "before", "cursor"}
        }
        self._seen: dict[str, datetime] = {}

    def new_of(self, found: dict[str, Any]) -> tuple[list[Message], bool]:
        """The answer's new ones, oldest first, and whether others came that it has no room for."""
        items: list[Message] = found["items"]
        fresh = [one for one in reversed(items) if one["event_id"] not in self._seen]
        has_more = bool(found.get("before") or found.get("next_cursor"))
        passed_over = bool(self._seen) and has_more and len(fresh) == len(items)
        self._seen |= {one["event_id"]: _recorded(one) for one in fresh}
        for known in list(self._seen)[: max(0, len(self._seen) - KEPT)]:
            del self._seen[known]
        if self._seen:
            self.query["since"] = (max(self._seen.values()) - OVERLAP).isoformat()
        return fresh, passed_over


def _recorded(one: Message) -> datetime:
    return datetime.fromisoformat(one["recorded_at"])


def row(one: Message) -> tuple[str, ...]:
    """A message as a line or a table shows it."""
    return (
        time_of(one["recorded_at"]),
        one["topic"],
        str(one["partition"]),
        str(one["position"]),
        one["type"],
        one["ticket_id"] or "-",
        one["actor"],
    )


def _json(one: Message) -> str:
    return visible_json(json.dumps(one, ensure_ascii=False))
