"""How figures are asked for, and the shapes that answer."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.reporting.figures.details import PromiseView, WaitingView
from services.reporting.figures.periods import PARSERS, Period, WrongPeriodError, period_around
from services.reporting.figures.registry import Goal, Unit, Words
from services.reporting.figures.rows import Dimension
from shared.http import ListQuery

Head = Dimension | Literal["month", "week", "day"]
Part = Literal["all", "met", "unmet"]


def _known(unit: Literal["month", "week", "day"]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            PARSERS[unit](text)
        except WrongPeriodError:
            raise PydanticCustomError("no-period", "no calendar has it") from None
        return text

    return AfterValidator(check)


Month = Annotated[str, StringConstraints(max_length=16), _known("month")]
Week = Annotated[str, StringConstraints(max_length=16), _known("week")]
Day = Annotated[str, StringConstraints(max_length=16), _known("day")]


def refuse_two_periods(data: Any) -> Any:  # noqa: ANN401 - whatever was sent
    if isinstance(data, dict) and len({"month", "week", "day"} & data.keys()) > 1:
        raise PydanticCustomError("one-period", "give one of month, week and day")
    return data


class FiguresQuery(BaseModel):
    """Of which period, under which head; without a period the current month."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: Month | None = None
    week: Week | None = None
    day: Day | None = None
    group_by: Head | None = None
    format: Literal["json", "csv"] = "json"

    _one = model_validator(mode="before")(refuse_two_periods)

    def period(self, today: date) -> Period:
        return period_asked(self, today)


class MonthQuery(BaseModel):
    """Of which month; the current one if none is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: Month | None = None

    def period(self, today: date) -> Period:
        return PARSERS["month"](self.month) if self.month else period_around("month", today)


class SubjectsQuery(ListQuery):
    """Behind which number: of which period, under which value of which head."""

    month: Month | None = None
    week: Week | None = None
    day: Day | None = None
    group_by: Head | None = None
    value: Annotated[str, StringConstraints(max_length=200)] | None = None
    """Empty: those that have none."""
    part: Part = "all"
    """Of a share `met`: what stands above the line; `unmet`: the rest."""

    _one = model_validator(mode="before")(refuse_two_periods)

    def period(self, today: date) -> Period:
        return period_asked(self, today)


def period_asked(asked: BaseModel, today: date) -> Period:
    """Of the three fields the one that is given."""
    for unit, parse in PARSERS.items():
        if text := getattr(asked, unit):
            return parse(text)
    return period_around("month", today)


class PeriodView(msgspec.Struct, frozen=True, kw_only=True):
    """`last` included."""

    unit: str
    name: str
    first: date
    last: date


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """The figure under one value of the head; None: of what has none."""

    group: str | None
    value: float | None
    above: float
    below: int


class FigureView(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its written definition; `value` of a share is between 0 and 1."""

    name: str
    clauses: tuple[str, ...]
    title: Words
    definition: Words
    unit: Unit
    measured_in: str | None
    goal: Goal | None
    meets_goal: bool | None
    value: float | None
    above: float
    below: int
    groups: list[GroupView]
    subjects: str
    """Where the tickets behind the number are listed."""


class Restated(msgspec.Struct, frozen=True, kw_only=True):
    """What the newest report said of a figure, and what it is now."""

    figure: str
    report_id: UUID
    reported_at: datetime
    was: float | None
    now: float | None
    was_above: float
    was_below: int
    above: float
    below: int


class FiguresView(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of a period."""

    period: PeriodView
    group_by: str | None
    as_of: datetime
    is_rebuilding: bool
    rebuilt_at: datetime | None
    figures: list[FigureView]
    restated: list[Restated] = []
    """What the newest report of this period said otherwise."""


class SubjectView(msgspec.Struct, frozen=True, kw_only=True):
    """What counts for a figure, and how much."""

    subject: str
    kind: str
    number: str | None
    day: str
    client: str
    department: str | None
    heads: dict[str, str]
    above: float
    below: int
    history: str | None
    promises: list[PromiseView] | msgspec.UnsetType = msgspec.UNSET
    """Of `promises_kept` alone, as `waiting` of `overdue`."""
    waiting: list[WaitingView] | msgspec.UnsetType = msgspec.UNSET
