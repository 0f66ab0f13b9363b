"""Two views of the same rows: the live one, and while it is rebuilt the one that will follow it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from services.reporting.figures.facts import Facts
from services.reporting.figures.heard import Heard
from services.reporting.figures.hearing import counts, hear, is_next
from services.reporting.figures.rows import FACTS, ROWS, FactsRow, FigureRow, figure_row, key_of
from services.reporting.figures.stale import STALE, Stale
from services.reporting.figures.sums import SUMS, Cell, touched
from shared.canary import is_canary
from shared.packs import Packs
from shared.tables import Fold, RowChange, Table

View = Literal["a", "b"]
VIEWS_KEY = "figures"
VERSION = 5
"""Of what is counted, marked and searched: a view of another is rebuilt at the next start."""


class Views(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which view answers, and whether the other one is being built."""

    live: View = "a"
    build: UUID | None = None
    """The rebuild that fills the other one."""
    version: int = 0
    """0: of a release that did not write it down."""
    rebuilt_at: datetime | None = None

    @property
    def other(self) -> View:
        return "b" if self.live == "a" else "a"


VIEWS = Table("figure_views", Views)


class Hearing:
    """The changes that records of one subject make, in whichever views they make any.

    They stand in this order: the first learns what the others depend on, under the write lock. The
    live view takes every record. One that is being built takes what follows on what it has; the
    rest is brought to it by the rebuild, which reads all records (`only`: in that view alone).
    """

    def __init__(
        self, subject: UUID, heard: Sequence[Heard], packs: Packs, only: View | None = None
    ) -> None:
        self._subject = subject
        self._heard = [one for one in heard if counts(one)]
        self._packs = packs
        self._only = only
        self._views = Views()
        self._after: dict[View, Facts] = {}
        self._touched: dict[View, list[Cell]] = {}

    def changes(self) -> list[RowChange]:
        """None where no record counts for anything: the canary is nobody's ticket."""
        if not self._heard or is_canary(self._subject):
            return []
        views: tuple[View, ...] = ("a", "b") if self._only is None else (self._only,)
        found: list[RowChange] = []
        if self._only is None:
            found.append(Fold(VIEWS, VIEWS_KEY, self._learn))
        for view in views:
            key = key_of(view, self._subject)
            found.append(Fold(FACTS, key, partial(self._take, view)))
            found.append(Fold(ROWS, key, partial(self._count, view)))
            found.append(Fold(STALE, view, partial(self._mark, view)))
        return found

    @property
    def changed(self) -> bool:
        """Whether any of it was news; to be asked after the append."""
        return bool(self._after)

    def _learn(self, views: Views | None) -> None:
        self._views = views or Views()

    def _take(self, view: View, row: FactsRow | None) -> FactsRow | None:
        self._after.pop(view, None)  # a group of appends may be judged twice
        before = after = row.facts if row else Facts()
        for heard in self._heard:
            if self._takes(view, after, heard):
                after = hear(after, heard)
        if after is before:
            return None
        self._after[view] = after
        return FactsRow(view=view, facts=after)

    def _takes(self, view: View, facts: Facts, heard: Heard) -> bool:
        if view in {self._only, self._views.live}:
            return True
        return self._views.build is not None and is_next(facts, heard)

    def _count(self, view: View, row: FigureRow | None) -> FigureRow | None:
        self._touched.pop(view, None)
        facts = self._after.get(view)
        after = None if facts is None else figure_row(view, self._subject, facts, self._packs)
        if after is not None:
            self._touched[view] = touched(row, after)
        return after

    def _mark(self, view: View, stale: Stale | None) -> Stale | None:
        cells = self._touched.get(view)
        return stale.marked(cells) if stale and cells else None


FIGURE_TABLES: tuple[Table[Any], ...] = (FACTS, ROWS, VIEWS, SUMS, STALE)
