"""A list as every command shows it: the API's own answer, or a table and how it goes on."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from services.cli.terminal import console, echo_json, shown, visible

MOST = 500
ENDLESS = 100_000
"""Columns, more than any list takes."""
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
    found, out = answer.json(), console()
    rows = [list(map(_cell, row(one))) for one in found["items"]]
    out.print(_fitting(out, heads, rows) if rows else shown(empty))
    if following := found.get("next_cursor"):
        tell_more(following if by_cursor else None)


def _fitting(out: Console, heads: Sequence[str], rows: Sequence[Sequence[Text]]) -> Table:
    """A line each; on a terminal that would cut words, and so ids, a line for each head."""
    table = Table(box=None)
    for head, column in zip(heads, zip(*rows, strict=True), strict=True):
        table.add_column(head, no_wrap=all(" " not in cell.plain for cell in column))
    for cells in rows:
        table.add_row(*cells)
    least = out.measure(table, options=out.options.update(width=ENDLESS)).minimum
    if least <= out.width or not out.is_terminal:
        return table
    table = Table.grid(Column(style="bold"), Column(overflow="fold"), padding=(0, 2))
    for cells in rows:
        for head, cell in zip(heads, cells, strict=True):
            table.add_row(head, cell)
        table.add_row()
    return table


def tell_more(cursor: str | None) -> None:
    """Says that the list goes on, and how to see the rest."""
    told = (
        f"More: --cursor {cursor}" if cursor else f"There may be more: --limit takes up to {MOST}."
    )
    typer.echo(visible(told))


def _cell(value: str | Text | None) -> Text:
    return value if isinstance(value, Text) else shown(value or "-")
