"""Long work of a service, followed to its end with a progress bar, and how it ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from services.cli.client import Api
from services.cli.terminal import SAID_NO, console, echo_json, progress, shown

LOOK_TIME = 0.5
"""Seconds between two questions about how far it is."""
Answer = dict[str, Any]


def _goes_on(operation: Answer) -> str:
    del operation
    return "it goes on if its process does"


def _always(result: Answer) -> bool:
    del result
    return True


@dataclass(frozen=True, kw_only=True)
class LongWork:
    """One kind of it: what is said while it runs, and once it is over."""

    kind: str
    """As the API names it."""
    name: str
    """As people do."""
    words: str
    """What stands beside the bar."""
    tell: Callable[[Answer], None]
    """Shows an operation that is done."""
    service: str = "sla"
    comfort: str = ""
    """What stands although it failed."""
    fate: Callable[[Answer], str] = _goes_on
    """What becomes of it if nobody answers any more."""
    is_well: Callable[[Answer], bool] = _always
    """Whether the result of one that is done is a good one."""

    def follow(self, api: Api, operation: Answer, *, as_json: bool) -> None:
        """Waits for its end and shows it; exit code 1 unless all is well."""
        done = self._ended(api, operation, quiet=as_json)
        if as_json:
            echo_json(done["text"])
        elif done["state"] == "done":
            self.tell(done)
        else:
            told = f"The {self.name} failed: {done['error']}. {self.comfort}".rstrip()
            console().print(shown(told, "bold red"))
        if done["state"] != "done" or not self.is_well(done["result"]):
            raise typer.Exit(SAID_NO)

    def _ended(self, api: Api, operation: Answer, *, quiet: bool) -> Answer:
        """The operation once it is over, and under `text` as the API wrote it."""
        columns = TextColumn(self.words), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
        path = path_of(self.service, operation["operation_id"])
        unreached = (
            f"{self.fate(operation)}; `huiyin operation {operation['operation_id']}` follows it."
        )
        gone = f"The {self.name} is gone: its process ended before it did."
        with progress(*columns, quiet=quiet) as bar:
            task = bar.add_task("", total=1.0)
            while True:
                answer = api.get_again(path, gone, unreached)
                found: Answer = answer.json()
                bar.update(task, completed=found["progress"])
                if found["state"] != "running":
                    return {**found, "text": answer.text}
                time.sleep(LOOK_TIME)


def path_of(service: str, operation_id: str) -> str:
    """Where the service says how far it is."""
    return f"{service}/v1/operations/{operation_id}"
