"""Adding working time, at three spans, against the least that a bisecting calendar could do.

    python -m tests.bench.worktime [--rounds 15]

The floor is two binary searches in bare lists as long as the calendar's: where the start lies, and
where the time is used up. It checks nothing and answers for no other year. Times are the thread's
own, so neighbours on the machine count little; only ratios of one run are compared.
"""

import argparse
import time
import timeit
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import NamedTuple

from shared.china import countries
from shared.packs import shipped
from shared.worktime import Calendar, PausedTime, epoch_of, round_the_clock

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday at 10:00 in Shanghai."""
DAY = 27_000
"""Seconds of an office day."""
SPANS = {"30m": 1800, "7 days": 7 * DAY, "1 year": 245 * DAY}
CALLS = 10_000
Asked = Callable[[], object]


class Floor:
    """The same two searches in lists that hold what the calendar's hold."""

    def __init__(self, calendar: Calendar, end: int) -> None:
        segments = calendar.segments(epoch_of(datetime(2026, 1, 1, tzinfo=UTC)), end)
        self._opens = [opens for opens, _ in segments]
        self._closes = [closes for _, closes in segments]
        self._worked: list[int] = []
        total = 0
        for opens, closes in segments:
            total += closes - opens
            self._worked.append(total)

    def add(self, start: int, seconds: int) -> int:
        begun = bisect_right(self._opens, start) - 1
        target = self._worked[begun] - self._closes[begun] + start + seconds
        found = bisect_left(self._worked, target)
        return self._closes[found] - self._worked[found] + target


class Figure(NamedTuple):
    """One thing to ask of a calendar, and how long it may take of the floor's time."""

    name: str
    goal: float | None
    asked: Asked


def figures(office: Calendar, seconds: int) -> Sequence[Figure]:
    start, amount, workdays = epoch_of(START), timedelta(seconds=seconds), -(-seconds // DAY)
    always = Calendar(round_the_clock())
    end = office.add_epoch(start, seconds)
    paused = PausedTime(office, [(start + 86_400, start + 90_000)])
    return (
        Figure("add, epoch", 2.0, lambda: office.add_epoch(start, seconds)),
        Figure("add, datetimes", 4.0, lambda: office.add(START, amount)),
        Figure("add round the clock, epoch", 2.0, lambda: always.add_epoch(start, seconds)),
        Figure("measure, epoch", None, lambda: office.measure_epoch(start, end)),
        Figure("add workdays, epoch", None, lambda: office.add_workdays_epoch(start, workdays)),
        Figure("same position, epoch", None, lambda: office.same_position_epoch(start, workdays)),
        Figure("add around a pause, epoch", None, lambda: paused.add(start, seconds)),
    )


def seconds_of(asked: Asked) -> float:
    return timeit.timeit(asked, number=CALLS, timer=time.thread_time) / CALLS


def compare(span: str, seconds: int, rounds: int) -> None:
    """One line a figure; floor and figure are measured in turn."""
    rules = shipped().named("hotline-400").calendar_rules("office", countries())
    office, start = Calendar(rules), epoch_of(START)
    floor = Floor(office, epoch_of(datetime(2029, 1, 1, tzinfo=UTC)))
    if floor.add(start, seconds) != office.add_epoch(start, seconds):
        raise SystemExit("the floor adds up to another time")
    for figure in figures(office, seconds):
        figure.asked()
        pairs = [
            (seconds_of(lambda: floor.add(start, seconds)), seconds_of(figure.asked))
            for _ in range(rounds)
        ]
        ratio = median(took / least for least, took in pairs)
        micro = median(took for _, took in pairs) * 1e6
        goal = f", goal <= {figure.goal:.2f}" if figure.goal else ""
        print(  # noqa: T201
            f"{span:>7}  {figure.name:<27} {ratio:5.2f} of the floor{goal}  ({micro:.2f} us)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    for span, seconds in SPANS.items():
        compare(span, seconds, rounds)


if __name__ == "__main__":
    main()
