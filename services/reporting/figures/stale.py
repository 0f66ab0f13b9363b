"""Which of a view's cells have changed since they were added up: those are read row by row."""

from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from services.reporting.figures.sums import Cell
from shared.tables import Table

MOST_CELLS = 1000
"""Above it nothing is marked any more and all is added up anew: each mark writes the whole row."""


class Mark(Struct, frozen=True):
    """A cell that changed, and in which turn."""

    cell: Cell
    turn: int


class Stale(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of one view, from when it was begun to be added up on; a view without it has no sums.

    A mark is taken away by whoever has added the cell up anew, but not one that was set after that
    turn had begun.
    """

    begun: UUID
    """By which the sums are told from those of another count."""
    is_counted: bool = False
    """Whether each cell has been added up once."""
    is_lost: bool = False
    turn: int = 0
    marks: dict[str, Mark] = {}

    @property
    def holds(self) -> bool:
        """Whether all cells but the marked ones have their sums."""
        return self.is_counted and not self.is_lost

    def marked(self, cells: Iterable[Cell]) -> "Stale | None":
        """With the cells among the stale ones; None where they are already, or all are."""
        keys = {cell.key: cell for cell in cells} if not self.is_lost else {}
        news = {
            key: Mark(cell, self.turn)
            for key, cell in keys.items()
            if key not in self.marks or self.marks[key].turn != self.turn
        }
        if not news:
            return None
        marks = {**self.marks, **news}
        if len(marks) > MOST_CELLS:
            return replace(self, is_lost=True, marks={})
        return replace(self, marks=marks)

    def next_turn(self) -> "Stale":
        """From here on what changes stays marked."""
        return replace(self, turn=self.turn + 1)

    def without(self, keys: Iterable[str], turn: int) -> "Stale":
        """Without the marks that were set before the turn."""
        gone = {key for key in keys if key in self.marks and self.marks[key].turn < turn}
        return replace(self, marks={k: mark for k, mark in self.marks.items() if k not in gone})


STALE = Table("figure_stale", Stale)
