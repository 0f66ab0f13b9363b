"""Calendars of every shape, near the days on which clocks are changed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from hypothesis import strategies as st

from shared.worktime import ALL_DAY, Calendar, CalendarRules, OfficialYear, Span, Spans

WHERE = [
    ("Asia/Shanghai", date(2025, 12, 30)),  # no change; the year's end
    ("Europe/Berlin", date(2026, 3, 28)),  # 02:00 becomes 03:00
    ("Europe/Berlin", date(2026, 10, 24)),  # 03:00 becomes 02:00
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("America/Sao_Paulo", date(2018, 2, 17)),  # midnight becomes 23:00
    ("America/Sao_Paulo", date(2018, 11, 3)),  # midnight becomes 01:00
    ("America/Havana", date(2026, 10, 31)),  # 01:00 becomes midnight
    ("America/St_Johns", date(2010, 11, 6)),  # 00:01 becomes 23:01 of the day before
    ("Pacific/Apia", date(2011, 12, 28)),  # the 30th never was
]
"""Zones with a day shortly before a change."""
MIDNIGHTS = (0, 1, 60, 1380, 1381, 1440)
NIGHT = (90, 120, 150, 180)


class Around(NamedTuple):
    """A calendar, and the day around which it is asked."""

    calendar: Calendar
    first_day: date


@dataclass(frozen=True)
class Announced:
    """A country that announced the same for every year that it covers."""

    days_off: frozenset[date]
    makeup_days: dict[date, int]
    covered: frozenset[int]

    def year(self, year: int, /) -> OfficialYear:
        return OfficialYear(self.days_off, self.makeup_days, official=year in self.covered)


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """Up to four spans of a day, some next to each other, some up to midnight."""
    edge = st.integers(0, 1440) | st.sampled_from(MIDNIGHTS + NIGHT)
    edges = sorted(draw(st.lists(edge, min_size=2, max_size=6, unique=True)))
    stretches = [Span(*pair) for pair in pairwise(edges)]
    kept = draw(st.lists(st.booleans(), min_size=len(stretches), max_size=len(stretches)))
    found = tuple(span for span, keep in zip(stretches, kept, strict=True) if keep)
    return found or (stretches[0],)


@st.composite
def around(draw: st.DrawFn) -> Around:
    zone, first_day = draw(st.sampled_from(WHERE))
    days = st.integers(-1, 6).map(lambda after: first_day + timedelta(days=after))
    weekly = _week(draw)
    worked = [weekday for weekday, on in enumerate(weekly) if on]
    makeup_days = draw(st.dictionaries(days, st.sampled_from(worked), max_size=3))
    country = Announced(
        draw(st.frozensets(days, max_size=3)),
        draw(st.dictionaries(days, st.sampled_from(worked), max_size=3)),
        draw(st.frozensets(st.sampled_from([first_day.year, first_day.year + 1]))),
    )
    rules = CalendarRules(
        name="any",
        version=1,
        zone=zone,
        weekly=weekly,
        days_off=draw(st.frozensets(days, max_size=2)) - makeup_days.keys(),
        makeup_days=makeup_days,
        special_days=draw(st.dictionaries(days, st.just(()) | spans(), max_size=2)),
        country=draw(st.none() | st.just(country)),
    )
    return Around(Calendar(rules), first_day)


def _week(draw: st.DrawFn) -> tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]:
    if draw(st.integers(0, 7)) == 0:
        return (ALL_DAY,) * 7
    any_day = st.just(()) | spans() | spans()
    return (
        draw(spans()),
        draw(any_day),
        draw(any_day),
        draw(any_day),
        draw(any_day),
        draw(any_day),
        draw(any_day),
    )


def start_of(first_day: date) -> int:
    """Midnight of that day in UTC."""
    return int(datetime.combine(first_day, datetime.min.time(), UTC).timestamp())


def seconds_from(first_day: date, days: int) -> st.SearchStrategy[int]:
    """Any second of so many days, edges of minutes and hours among them more often."""
    last = days * 86_400
    second = st.integers(0, last) | st.integers(0, last // 1800).map(lambda half: half * 1800)
    return second.map(lambda after: start_of(first_day) + after)
