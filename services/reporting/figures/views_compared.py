"""What a rebuild proves: the rows made anew beside the live ones, subject by subject."""

from functools import partial
from uuid import UUID

import msgspec
from msgspec.structs import replace

from services.reporting.figures.rows import ROWS, FigureRow, key_of
from services.reporting.figures.views import View
from shared.event_store import Backend
from shared.group_commit import EventStore
from shared.tables import Query

PAGE = 500
NAMED = 100
"""Subjects that are named when they differ; all are counted."""
Place = tuple[str, str, str]


class Compared(msgspec.Struct, kw_only=True):
    """How many rows there are in either view, how many of them differ, and the first of these."""

    compared: int = 0
    differing: int = 0
    differences: list[str] = []

    def differs(self, subject: str) -> None:
        self.differing += 1
        if len(self.differences) < NAMED:
            self.differences.append(subject)


async def compared(store: EventStore, rebuilt: View, live: View) -> Compared:
    """Each row of the one beside that of the other, as both stand at that moment."""
    found = Compared()
    for view, other, both in ((rebuilt, live, True), (live, rebuilt, False)):
        place: Place | None = None
        while True:
            look = partial(_look, found=found, view=view, other=other, both=both, after=place)
            place = await store.run(look)
            if place is None:
                break
    return found


def _look(
    backend: Backend,
    *,
    found: Compared,
    view: View,
    other: View,
    both: bool,
    after: Place | None,
) -> Place | None:
    """One page; with `both` the rows of both, else those alone that the other lacks."""
    query = Query(ROWS, {"view": view}, order=("view", "day"), after=after, limit=PAGE)
    rows = backend.query(query)
    for _, row in rows:
        beside = backend.read_row(ROWS, key_of(other, UUID(row.subject)))
        if both or beside is None:
            found.compared += 1
            if beside is None or not _same(row, beside):
                found.differs(row.subject)
    if len(rows) < PAGE:
        return None
    key, last = rows[-1]
    return view, last.day, key


def _same(one: FigureRow, other: FigureRow) -> bool:
    return replace(one, view="") == replace(other, view="")
