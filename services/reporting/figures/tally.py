"""Adds sums up into figures: of the whole, or under each value of a head."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct

from services.reporting.figures.periods import Period, name_of
from services.reporting.figures.registry import Figure, figures
from services.reporting.figures.rows import FigureRow
from services.reporting.figures.sums import WHOLE, Group, SumsRow

ENTRY_DAYS = 2
"""H-21: on how many days of a week a branch enters something."""
BRANCH_WEEKS = "branch_weeks"
Sums = dict[str, list[float]]
Numbers = dict[str, "Number"]


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
        self._sums: dict[str | None, Sums] = defaultdict(dict)
        self._entries: dict[str | None, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def add(self, rows: Iterable[SumsRow]) -> None:
        """Those of `summed_head`."""
        for row in rows:
            for group in row.groups:
                self._add(group_value(self._head, row, group), group)

    def _add(self, value: str | None, group: Group) -> None:
        sums = self._sums[value]
        for name, (above, below) in group.sums.items():
            known = sums.setdefault(name, [0.0, 0])
            known[0] += above
            known[1] += below
        for branch, days in group.entries.items():
            self._entries[value][branch].update(days)

    def total(self) -> Numbers:
        """Every figure of the whole; for a tally without a head."""
        return self._numbers(self._sums[None], self._entries[None])

    def by_value(self) -> Iterator[tuple[str | None, Numbers]]:
        """The same under each value, in the order of the values."""
        for value in sorted(self._sums, key=lambda one: (one is None, one or "")):
            yield value, self._numbers(self._sums[value], self._entries[value])

    def _numbers(self, sums: Sums, entries: Mapping[str, set[str]]) -> Numbers:
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


def summed_head(head: str | None) -> str:
    """Under which head of the sums one finds those of a head: of a time it is the whole's."""
    return WHOLE if head in {None, "day", "week", "month"} else str(head)


def group_value(head: str | None, row: SumsRow, group: Group) -> str | None:
    """Under what a cell's group stands; `row` is one of `summed_head`."""
    return group.value if head is None else _time_of(head, row.cell.day) or group.value


def value_of(row: FigureRow, head: str | None) -> str | None:
    """Under what the row stands."""
    return None if head is None else _time_of(head, row.day) or row.heads.get(head)


def _time_of(head: str, day: str) -> str | None:
    """The day, week or month; None for other heads."""
    match head:
        case "day":
            return day
        case "week" | "month" as unit:
            return name_of(unit, date.fromisoformat(day))
        case _:
            return None
