"""Long work of a service, followed to its end with a progress bar."""

import time
from typing import Any

from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from services.cli.client import Api
from services.cli.terminal import progress

LOOK_TIME = 0.5
"""Seconds between two questions about how far it is."""
Answer = dict[str, Any]


def ended(
    api: Api,
    operation: Answer,
    words: str,
    missing: str,
    *,
    quiet: bool,
    service: str = "sla",
    fate: str = "it goes on if its process does",
) -> Answer:
    """The operation once it is over, and under `text` as the API wrote it.

    `words` stand beside the bar; `missing` is said if its process ended before it did, and
    `fate`, what becomes of it, if nobody answers any more.
    """
    bar = progress(
        TextColumn(words), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), quiet=quiet
    )
    path = f"{service}/v1/operations/{operation['operation_id']}"
    unreached = f"{fate}; GET /{path} says how far it is."
    with bar:
        task = bar.add_task("", total=1.0)
        while True:
            answer = api.get_again(path, missing, unreached)
            found: Answer = answer.json()
            bar.update(task, completed=found["progress"])
            if found["state"] != "running":
                return {**found, "text": answer.text}
            time.sleep(LOOK_TIME)
