"""A list as every command shows it: the API's own answer, or a table and how it goes on."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table
from rich.text import Text

from services.cli.terminal import console, echo_json, shown, visible

MOST = 500
Item = dict[str, Any]
Row = Callable[[Item], Iterable[str | Text | None]]
"""An item's cells; None where there is nothing to say."""

Limit = Annotated[int, typer.Option(min=1, max=MOST, help="How many at most.")]
Cursor = Annotated[str | None, typer.Option(help="Where the answer before ended.")]
Department = Annotated[str | None, typer.Option(help="Only what this department works on.")]


def show_list(
    answer: httpx.Response,
    heads: Sequence[str],
    row: Row,
    *,
    empty: str,
    as_json: bool,
    by_cursor: bool = False,
) -> None:
    """`empty` is said of a list without items; `by_cursor`: the command takes one."""
    if as_json:
        echo_json(answer.text)
        return
    found = answer.json()
    table = Table(*heads, box=None)
    for one in found["items"]:
        table.add_row(*map(_cell, row(one)))
    console().print(table if found["items"] else shown(empty))
    if following := found.get("next_cursor"):
        tell_more(following if by_cursor else None)


def tell_more(cursor: str | None) -> None:
    """Says that the list goes on, and how to see the rest."""
    told = (
        f"More: --cursor {cursor}" if cursor else f"There may be more: --limit takes up to {MOST}."
    )
    typer.echo(visible(told))


def _cell(value: str | Text | None) -> Text:
    return value if isinstance(value, Text) else shown(value or "-")
