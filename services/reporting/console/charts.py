"""Bars of a chart, in the units of its SVG: colours and fonts are the style sheet's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 960, 120


@dataclass(frozen=True)
class Bar:
    """One day; `top` is where it begins, from above."""

    day: date
    count: float
    left: float
    width: float
    top: float
    height: float


def bars(first: date, last: date, counted: Mapping[str, float]) -> Sequence[Bar]:
    """One a day, those without anything too; the highest fills the chart."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    step = WIDTH / len(days)
    most = max((counted.get(day.isoformat(), 0.0) for day in days), default=0.0) or 1.0
    found = []
    for number, day in enumerate(days):
        count = counted.get(day.isoformat(), 0.0)
        height = HEIGHT * count / most
        found.append(
            Bar(
                day=day,
                count=count,
                left=round(number * step + step * 0.1, 2),
                width=round(step * 0.8, 2),
                top=round(HEIGHT - height, 2),
                height=round(height, 2),
            )
        )
    return found
