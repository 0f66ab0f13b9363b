"""How a pack writes times, days and hours as text, and what they mean."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal

from shared.worktime import DAYS_OF_WEEK, MINUTES_OF_DAY, Span, Spans

Measure = Literal["elapsed", "working", "workdays"]
UNIT_SECONDS = {"m": 60, "h": 3600, "d": 86400}
DURATION = re.compile(r"([1-9]\d{0,4})(?:(wd)|(m|h|d)|(m|h) working)", re.ASCII)
SPAN = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)", re.ASCII)
MONDAY = DAYS_OF_WEEK[0]
LONGEST_RANGE = 365


class Duration:
    """A promised time: seconds on the wall clock, seconds of working time, or workdays.

    Its text is `30m`, `2h`, `7d`, `2h working` or `3wd`. Raises ValueError.
    """

    __slots__ = ("amount", "measure", "text")

    text: str
    amount: int
    """Seconds, or a number of workdays."""
    measure: Measure

    def __init__(self, text: str) -> None:
        found = DURATION.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no time: write it as 30m, 2h, 7d, 2h working or 3wd")
        number, workdays, elapsed, working = found.groups()
        self.text = text
        self.measure = "workdays" if workdays else "elapsed" if elapsed else "working"
        self.amount = int(number) * (1 if workdays else UNIT_SECONDS[elapsed or working])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Duration({self.text!r})"

    def __str__(self) -> str:
        return self.text


def spans_of(texts: Iterable[str]) -> Spans:
    """Read `09:00-12:00`; the day ends at `24:00`. Raises ValueError."""
    return tuple(_span(text) for text in texts)


def _span(text: str) -> Span:
    found = SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no span of a day: write it as 09:00-12:00")
    open_hour, open_minute, close_hour, close_minute = map(int, found.groups())
    span = Span(open_hour * 60 + open_minute, close_hour * 60 + close_minute)
    if not span.open < span.close <= MINUTES_OF_DAY:
        raise ValueError(f"{text!r} is no span of a day: it opens before it closes, by 24:00")
    return span


def week_of(weekly: Mapping[str, Iterable[str]]) -> list[Spans]:
    """Read spans by weekday or range of weekdays: `monday-friday`. Raises ValueError."""
    week: list[Spans | None] = [None] * 7
    for days, texts in weekly.items():
        first, dash, last = days.partition("-")
        spans = spans_of(texts)
        for weekday in range(weekday_of(first), weekday_of(last if dash else first) + 1):
            if week[weekday] is not None:
                raise ValueError(f"{DAYS_OF_WEEK[weekday]} is given twice in the week")
            week[weekday] = spans
    return [spans or () for spans in week]


def weekday_of(name: str) -> int:
    """Monday is 0. Raises ValueError."""
    if name not in DAYS_OF_WEEK:
        raise ValueError(f"{name!r} is no weekday: write it as {MONDAY}")
    return DAYS_OF_WEEK.index(name)


def days_of(texts: Iterable[str]) -> frozenset[date]:
    """Read `2027-01-01` and `2027-02-05..2027-02-11`, both ends included. Raises ValueError."""
    days: set[date] = set()
    for text in texts:
        first, dots, last = text.partition("..")
        begin, end = day_of(first), day_of(last if dots else first)
        if end < begin:
            raise ValueError(f"{text!r} ends before it begins")
        if (end - begin).days > LONGEST_RANGE:
            raise ValueError(f"{text!r} is longer than a year: give it year by year")
        days.update(begin + timedelta(days=number) for number in range((end - begin).days + 1))
    return frozenset(days)


def makeup_days_of(texts: Iterable[str]) -> dict[date, int]:
    """Read `2027-01-03`, a Monday then, or `2027-01-03 as friday`. Raises ValueError."""
    days = (text.partition(" as ") for text in texts)
    return {day_of(day): weekday_of(weekday or MONDAY) for day, _, weekday in days}


def day_of(text: str) -> date:
    """Read `2027-01-01`. Raises ValueError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date: write it as 2027-01-31") from None
