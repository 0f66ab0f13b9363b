"""Adds rows up into figures: of the whole, and under each head that they are grouped by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct

from services.reporting.figures.periods import Period, name_of
from services.reporting.figures.registry import Figure, figures
from services.reporting.figures.rows import FigureRow

ENTRY_DAYS = 2
"""H-21: on how many days of a week a branch enters something."""
BRANCH_WEEKS = "branch_weeks"
Sums = dict[str, list[float]]


class Number(Struct, frozen=True, kw_only=True):
    """A figure's value and what it was made of; None where nothing counts for it."""

    value: float | None
    above: float
    below: int


class Tally:
    """Sums under each value of a head; under None what has no such value, or all without a head."""

    def __init__(self, head: str | None, period: Period, today: date) -> None:
        self._head = head
        self._weeks = list(_weeks_in(period.first, min(period.last, today)))
        self.groups: dict[str | None, Sums] = defaultdict(dict)
        self._entries: dict[str | None, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def add(self, rows: Iterable[FigureRow]) -> None:
        for row in rows:
            value = value_of(row, self._head)
            sums = self.groups[value]
            for name, (above, below) in row.measures.items():
                known = sums.get(name)
                if known is None:
                    sums[name] = [above, below]
                else:
                    known[0] += above
                    known[1] += below
            if row.entered_on is not None:
                self._entries[value][row.heads["branch"]].add(row.entered_on)

    def total(self) -> dict[str, Number]:
        """Every figure of the whole."""
        sums: Sums = {}
        entries: dict[str, set[str]] = defaultdict(set)
        for part in self.groups.values():
            for name, (above, below) in part.items():
                known = sums.setdefault(name, [0.0, 0])
                known[0] += above
                known[1] += below
        for branches in self._entries.values():
            for branch, days in branches.items():
                entries[branch] |= days
        return self._numbers(sums, entries)

    def by_value(self) -> Iterator[tuple[str | None, dict[str, Number]]]:
        """The same under each value, in the order of the values."""
        for value in sorted(self.groups, key=lambda one: (one is None, one or "")):
            yield value, self._numbers(self.groups[value], self._entries[value])

    def _numbers(self, sums: Sums, entries: Mapping[str, set[str]]) -> dict[str, Number]:
        every = {**sums, BRANCH_WEEKS: list(self._branch_weeks(entries))}
        return {
            name: number_of(figure, every.get(name, [0.0, 0])) for name, figure in figures().items()
        }

    def _branch_weeks(self, entries: Mapping[str, set[str]]) -> tuple[float, float]:
        """H-21: how many of the weeks of each branch had entries on two days."""
        kept = 0
        for days in entries.values():
            by_week: dict[str, int] = defaultdict(int)
            for day in days:
                by_week[name_of("week", date.fromisoformat(day))] += 1
            kept += sum(by_week[week] >= ENTRY_DAYS for week in self._weeks)
        return kept, len(self._weeks) * len(entries)


def _weeks_in(first: date, last: date) -> Iterator[str]:
    """Those that begin between the days."""
    day = first + timedelta(days=-first.weekday() % 7)
    while day <= last:
        yield name_of("week", day)
        day += timedelta(days=7)


def number_of(figure: Figure, sums: list[float]) -> Number:
    above, below = sums
    value = figure.value(above, int(below))
    return Number(value=value, above=above, below=int(below))


def value_of(row: FigureRow, head: str | None) -> str | None:
    """Under what the row stands."""
    match head:
        case None:
            return None
        case "day":
            return row.day
        case "week" | "month" as unit:
            return name_of(unit, date.fromisoformat(row.day))
        case _:
            return row.heads.get(head)
