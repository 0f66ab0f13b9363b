"""Lines of a chart over time, in the units of its SVG: colours are the style sheet's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from services.reporting.lag_history import GAP, TopicHistory

WIDTH, HEIGHT = 720, 120
IN = "in"
Value = tuple[datetime, float | None]


@dataclass(frozen=True)
class Line:
    """One reader's; a piece of its own where nothing is known in between. `newest` is its end."""

    name: str
    pieces: Sequence[str]
    newest: float | None


@dataclass(frozen=True)
class LineChart:
    """Lines that share a scale; `most` is its top."""

    lines: Sequence[Line]
    most: float


def rate_chart(history: TopicHistory, readers: Sequence[str]) -> LineChart:
    """Messages a second: what came in, and what each reader took."""
    values: dict[str, list[Value]] = {IN: [(one.at, one.rate_in) for one in history.points]}
    for name in readers:
        values[name] = [
            (one.at, one.readers[name].rate_out) for one in history.points if name in one.readers
        ]
    return _chart(history, values)


def lag_chart(history: TopicHistory, readers: Sequence[str]) -> LineChart:
    """Messages that each reader was behind."""
    values: dict[str, list[Value]] = {
        name: [(one.at, one.readers[name].lag) for one in history.points if name in one.readers]
        for name in readers
    }
    return _chart(history, values)


def _chart(history: TopicHistory, values: Mapping[str, Sequence[Value]]) -> LineChart:
    known = [value for one in values.values() for _, value in one if value is not None]
    most = max(known, default=0.0) or 1.0
    lines = [
        Line(name, [_piece(history, piece, most) for piece in _pieces(one)], _newest(one))
        for name, one in values.items()
    ]
    return LineChart(lines, most)


def _newest(values: Sequence[Value]) -> float | None:
    return values[-1][1] if values else None


def _pieces(values: Sequence[Value]) -> list[list[tuple[datetime, float]]]:
    """What is known without a break."""
    pieces: list[list[tuple[datetime, float]]] = []
    for is_known, group in groupby(values, lambda one: one[1] is not None):
        if not is_known:
            continue
        last: datetime | None = None
        for at, value in group:
            if last is None or at - last > GAP:
                pieces.append([])
            pieces[-1].append((at, value or 0.0))
            last = at
    return pieces


def _piece(history: TopicHistory, piece: Sequence[tuple[datetime, float]], most: float) -> str:
    """As `points` of a polyline; one look alone is a short stroke."""
    whole = (history.as_of - history.since).total_seconds()
    points = [
        (
            round(WIDTH * (at - history.since).total_seconds() / whole, 1),
            round(HEIGHT * (1 - value / most), 1),
        )
        for at, value in piece
    ]
    if len(points) == 1:
        points.append((points[0][0] + 2, points[0][1]))
    return " ".join(f"{x},{y}" for x, y in points)
