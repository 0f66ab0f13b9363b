"""What a day's rows come to, added up beforehand: for each client and department, by each head.

A figure of a month is then a sum over some hundred of these instead of all its tickets.
"""

from collections.abc import Container, Iterable, Iterator
from hashlib import blake2b
from typing import get_args

import msgspec
from msgspec import Struct

from services.reporting.figures.rows import Dimension, FigureRow
from shared.tables import Table

WHOLE = ""
"""In place of a head: all rows of a cell as one."""
HEADS: frozenset[str] = frozenset(get_args(Dimension))
Sums = dict[str, tuple[float, int]]
Measures = list[tuple[str, tuple[float, int]]]


class Cell(Struct, frozen=True):
    """The rows that are added up together: whoever may see one of them may see all."""

    day: str
    client: str
    department: str | None

    @property
    def key(self) -> str:
        """Sorted by day; of fixed length, for names may be long."""
        whose = msgspec.json.encode((self.client, self.department))
        return f"{self.day}/{blake2b(whose, digest_size=16).hexdigest()}"


class Group(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sums of a cell's rows under one value of a head; None: of those that have none."""

    value: str | None = None
    sums: Sums
    entries: dict[str, list[str]] = {}
    """By branch the days on which it entered something (H-21)."""


class SumsRow(Struct, frozen=True, kw_only=True):
    """A cell under one head."""

    view: str
    cell: Cell
    head: str
    groups: list[Group]


SUMS = Table(
    "figure_sums",
    SumsRow,
    {
        "view": lambda row: row.view,
        "head": lambda row: row.head,
        "day": lambda row: row.cell.day,
        "client": lambda row: row.cell.client,
        "department": lambda row: row.cell.department,
    },
    # Whose a cell is, is looked up in the rows: a month has some thousand.
    indexes=(("view", "head", "day"),),
)


def sums_key(view: str, cell_key: str, head: str) -> str:
    return f"{view}/{cell_key}/{head}"


def cell_of(row: FigureRow) -> Cell:
    return Cell(row.day, row.client, row.department)


def touched(before: FigureRow | None, after: FigureRow) -> list[Cell]:
    """The cells whose sums are others once a row has changed."""
    if before is None:
        return [cell_of(after)]
    if _counted(before) == _counted(after):
        return []
    return list(dict.fromkeys((cell_of(before), cell_of(after))))


def _counted(row: FigureRow) -> tuple[object, ...]:
    return cell_of(row), row.heads, row.measures, row.entered_on


class _Adding:
    """The sums under one value, while rows are added."""

    def __init__(self) -> None:
        self.sums: dict[str, list[float]] = {}
        self.entries: dict[str, set[str]] = {}

    def add(self, row: FigureRow, measures: Measures) -> None:
        sums = self.sums
        for name, (above, below) in measures:
            known = sums.get(name)
            if known is None:
                sums[name] = [above, below]
            else:
                known[0] += above
                known[1] += below
        if row.entered_on is not None:
            self.entries.setdefault(row.heads["branch"], set()).add(row.entered_on)

    def copy(self) -> "_Adding":
        found = _Adding()
        found.sums = {name: list(sums) for name, sums in self.sums.items()}
        found.entries = {branch: set(days) for branch, days in self.entries.items()}
        return found

    def group(self, value: str | None) -> Group:
        sums = {name: (above, int(below)) for name, (above, below) in self.sums.items()}
        entries = {branch: sorted(days) for branch, days in sorted(self.entries.items())}
        return Group(value=value, sums=sums, entries=entries)


class _AddingCell:
    """A cell, under each head that one of its rows has had so far."""

    def __init__(self) -> None:
        self._whole: _Adding | None = None
        self._by_head: dict[str, dict[str | None, _Adding]] = {}

    def add(self, row: FigureRow, heads: Container[str]) -> None:
        for head in row.heads:
            if head in heads and head not in self._by_head:
                # None of the rows before had it.
                self._by_head[head] = {None: self._whole.copy()} if self._whole else {}
        measures = list(row.measures.items())
        self._whole = self._whole or _Adding()
        self._whole.add(row, measures)
        for head, values in self._by_head.items():
            value = row.heads.get(head)
            adding = values.get(value)
            if adding is None:
                adding = values[value] = _Adding()
            adding.add(row, measures)

    def groups(self) -> Iterator[tuple[str, list[Group]]]:
        """By head; those of the whole first."""
        if self._whole is not None:
            yield WHOLE, [self._whole.group(None)]
        for head, values in self._by_head.items():
            yield head, [adding.group(value) for value, adding in values.items()]


class Adder:
    """Adds rows up, cell by cell; the same rows in the same order come to the same, bit by bit.

    A head of which no row of a cell has a value is left out: its sums are those of the whole.
    """

    def __init__(self, view: str, heads: Container[str] = HEADS) -> None:
        self._view = view
        self._heads = heads
        self._cells: dict[tuple[str, str, str | None], _AddingCell] = {}

    def add(self, rows: Iterable[FigureRow]) -> None:
        for row in rows:
            at = row.day, row.client, row.department
            cell = self._cells.get(at)
            if cell is None:
                cell = self._cells[at] = _AddingCell()
            cell.add(row, self._heads)

    def rows(self) -> list[SumsRow]:
        return [
            SumsRow(view=self._view, cell=Cell(*at), head=head, groups=groups)
            for at, cell in self._cells.items()
            for head, groups in cell.groups()
        ]
