"""Adds sums up into figures: of the whole, or under each value of a head."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from services.reporting.figures.periods import Period, name_of
from services.reporting.figures.registry import Figure, figures
from services.reporting.figures.rows import FigureRow
from services.reporting.figures.sums import WHOLE, Group, SumsRow

ENTRY_DAYS = 2
"""H-21: on how many days of a week a branch enters something."""
WEEK = timedelta(days=7)
LATEST_ENTRY = timedelta(days=31)
"""How long after it came in a branch's entry still counts for the week of the entry."""
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
        self._period, self._today = period, today
        self._mondays = list(mondays_in(period))
        self._sums: dict[str | None, Sums] = defaultdict(dict)
        self._entries: dict[str | None, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def add(self, rows: Iterable[SumsRow]) -> None:
        """Those of `summed_head`, in the period `with_entries` of this one."""
        beside = []
        for row in rows:
            is_in = self._period.first.isoformat() <= row.cell.day <= self._period.last.isoformat()
            for group in row.groups:
                if is_in:
                    self._add(group_value(self._head, row, group), group)
                else:
                    beside.append(group)
        for group in beside:
            known = self._entries[self._entered_under(group.value)]
            for branch in known.keys() & group.entries.keys():
                known[branch].update(group.entries[branch])

    def _entered_under(self, value: str | None) -> str | None:
        """A week's entries are of matters of any day."""
        return None if summed_head(self._head) == WHOLE else value

    def _add(self, value: str | None, group: Group) -> None:
        sums = self._sums[value]
        for name, (above, below) in group.sums.items():
            known = sums.setdefault(name, [0.0, 0])
            known[0] += above
            known[1] += below
        for branch, days in group.entries.items():
            self._entries[self._entered_under(value)][branch].update(days)

    def total(self) -> Numbers:
        """Every figure of the whole; for a tally without a head."""
        return self._numbers(None, self._mondays)

    def by_value(self) -> Iterator[tuple[str | None, Numbers]]:
        """The same under each value, in the order of the values."""
        for value in sorted(self._sums, key=lambda one: (one is None, one or "")):
            mondays = [
                one
                for one in self._mondays
                if _time_of(self._head or "", one.isoformat()) in {None, value}
            ]
            yield value, self._numbers(value, mondays)

    def _numbers(self, value: str | None, mondays: list[date]) -> Numbers:
        entries = self._entries[self._entered_under(value)]
        every = {
            **self._sums[value],
            BRANCH_WEEKS: list(self._branch_weeks(entries, mondays)),
        }
        return {
            name: number_of(figure, every.get(name, [0.0, 0])) for name, figure in figures().items()
        }

    def _branch_weeks(
        self, entries: Mapping[str, set[str]], mondays: list[date]
    ) -> tuple[float, int]:
        """H-21: how many of the weeks of each branch had entries on two days.

        One that is not over yet counts once it has.
        """
        kept = unkept = 0
        for days in entries.values():
            by_week = Counter(name_of("week", date.fromisoformat(day)) for day in days)
            for monday in mondays:
                if by_week[name_of("week", monday)] >= ENTRY_DAYS:
                    kept += 1
                elif monday + WEEK <= self._today:
                    unkept += 1
        return kept, kept + unkept


def mondays_in(period: Period) -> Iterator[date]:
    """Of the weeks that begin in the period; a day alone says nothing of a week."""
    if period.unit == "day":
        return
    monday = period.first + timedelta(days=-period.first.weekday() % 7)
    while monday <= period.last:
        yield monday
        monday += WEEK


def with_entries(period: Period) -> Period:
    """With the days whose matters were perhaps entered in a week that begins in the period."""
    mondays = list(mondays_in(period))
    if not mondays:
        return period
    last = max(period.last, mondays[-1] + WEEK - timedelta(days=1))
    return msgspec.structs.replace(period, first=period.first - LATEST_ENTRY, last=last)


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
