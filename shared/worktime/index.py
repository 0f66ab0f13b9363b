"""A calendar compiled: worked spans in epoch seconds with the time worked up to each close.

Every list is sorted, so a question is a binary search. An index is never changed, only replaced
by a longer one: a thread that still holds the old one reads right answers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from shared.worktime.rules import CalendarRules

DAY = 24 * 60 * 60
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The years `first_year` to `last_year`: the seconds from `lower` up to `upper`.

    `worked[i]` is the time worked from `lower` to `closes[i]`. The first span is a sentinel at
    `lower`, so that every second has a span that began before it. A workday has its midnight,
    its first opening and its last close. `estimated[i]` counts the years before the i-th whose
    days are an estimate; up to `certain_until` there is none.
    """

    first_year: int
    last_year: int
    lower: int
    upper: int
    certain_until: int
    opens: list[int]
    closes: list[int]
    worked: list[int]
    day_starts: list[int] = field(default_factory=list)
    day_opens: list[int] = field(default_factory=list)
    day_closes: list[int] = field(default_factory=list)
    year_starts: list[int] = field(default_factory=list)
    estimated: list[int] = field(default_factory=lambda: [0])

    def worked_until(self, moment: int) -> int:
        """Time worked from `lower` to a moment inside the index."""
        begun = bisect_right(self.opens, moment) - 1
        return self.worked[begun] - max(0, self.closes[begun] - moment)

    def workdays_begun(self, moment: int) -> int:
        """Number of workdays in the index up to and with the day of that moment."""
        return bisect_right(self.day_starts, moment)

    def workdays_within(self, start: int, end: int) -> tuple[int, int]:
        """Half-open range of the workdays all of whose spans lie from start to end."""
        return bisect_left(self.day_opens, start), bisect_right(self.day_closes, end)

    def is_estimated(self, start: int, end: int) -> bool:
        """Whether the time from start to end touches a year without an official notice."""
        first = bisect_right(self.year_starts, start) - 1
        last = bisect_right(self.year_starts, max(start, end - 1))
        return self.estimated[last] > self.estimated[first]


def compile_years(rules: CalendarRules, first_year: int, last_year: int) -> Index:
    """Compile these years and no other."""
    lower = year_start(ZoneInfo(rules.zone), first_year)
    index = Index(
        first_year=first_year,
        last_year=first_year - 1,
        lower=lower,
        upper=lower,
        certain_until=lower,
        opens=[lower],
        closes=[lower],
        worked=[0],
    )
    return extend(index, rules, last_year)


def extend(index: Index, rules: CalendarRules, last_year: int) -> Index:
    """Add the years after the index's last one, up to and with `last_year`."""
    upper = year_start(ZoneInfo(rules.zone), last_year + 1)
    longer = replace(
        index,
        last_year=last_year,
        upper=upper,
        opens=index.opens.copy(),
        closes=index.closes.copy(),
        worked=index.worked.copy(),
        day_starts=index.day_starts.copy(),
        day_opens=index.day_opens.copy(),
        day_closes=index.day_closes.copy(),
        year_starts=index.year_starts.copy(),
        estimated=index.estimated.copy(),
    )
    for year in range(index.last_year + 1, last_year + 1):
        _append_year(longer, rules, year)
    certain_years = bisect_right(longer.estimated, 0) - 1
    return replace(longer, certain_until=[*longer.year_starts, upper][certain_years])


def year_start(zone: ZoneInfo, year: int) -> int:
    """Return the instant at which a year begins in a zone."""
    return int(datetime(year, 1, 1, tzinfo=zone).timestamp())


def _append_year(index: Index, rules: CalendarRules, year: int) -> None:
    zone = ZoneInfo(rules.zone)
    country = rules.country.year(year) if rules.country is not None else None
    index.year_starts.append(year_start(zone, year))
    index.estimated.append(index.estimated[-1] + int(country is not None and not country.official))
    places: dict[date, int] = {}
    for day, day_start, begin, end, offset in _days(zone, year):
        midnight = (day.toordinal() - EPOCH_ORDINAL) * DAY - offset
        for span in rules.spans_on(day, country):
            opens = max(begin, midnight + span.open * 60)
            closes = min(end, midnight + span.close * 60)
            if opens >= closes:
                continue  # these minutes are skipped, or lie beyond, when the clock is changed
            _append_span(index, opens, closes)
            if day not in places:
                places[day] = len(index.day_starts)
                index.day_starts.append(day_start)
                index.day_opens.append(opens)
                index.day_closes.append(closes)
            index.day_starts[places[day]] = day_start
            index.day_closes[places[day]] = closes


def _append_span(index: Index, opens: int, closes: int) -> None:
    total = index.worked[-1] + closes - opens
    if opens == index.closes[-1]:  # adjoining spans are one: 24x7 stays a single span
        index.closes[-1] = closes
        index.worked[-1] = total
        return
    index.opens.append(opens)
    index.closes.append(closes)
    index.worked.append(total)


def _days(zone: ZoneInfo, year: int) -> Iterator[tuple[date, int, int, int, int]]:
    """Each day of a year and its start, once per UTC offset: the offset's begin, end and value.

    A clock that is put back shortly after midnight shows the day before again (Newfoundland did so
    until 2011): the next day has not begun until it shows that one for good.
    """
    starts: dict[date, int] = {}
    for begin, end, offset in _offsets(zone, year):
        first = (begin + offset) // DAY + EPOCH_ORDINAL
        last = (end + offset - 1) // DAY + EPOCH_ORDINAL
        for ordinal in range(first, last + 1):
            day = date.fromordinal(ordinal)
            if day.year == year:
                midnight = (ordinal - EPOCH_ORDINAL) * DAY - offset
                if day not in starts or midnight > begin:
                    starts[day] = max(midnight, begin)
                yield day, starts[day], begin, end, offset


def _offsets(zone: ZoneInfo, year: int) -> Iterator[tuple[int, int, int]]:
    """Stretches of constant UTC offset that cover the year: begin, end, offset in seconds.

    No zone changes its clock twice within a day, so a look at each day finds every change.
    """
    utc_start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    begin = before = utc_start - 2 * DAY
    offset = _offset(zone, begin)
    for after in range(before + DAY, before + 371 * DAY, DAY):
        if _offset(zone, after) != offset:
            change = _change(zone, before, after)
            yield begin, change, offset
            begin, offset = change, _offset(zone, after)
        before = after
    yield begin, before, offset


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """Return the first second of the offset that holds at `after`, by halving."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, moment: int) -> int:
    offset = datetime.fromtimestamp(moment, zone).utcoffset()
    return offset.days * DAY + offset.seconds if offset is not None else 0
