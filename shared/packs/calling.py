"""When and how often a regulation lets customers be called, and when that was in vain."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from shared.contracts.terms import Channel, ContactChannel, Kind
from shared.packs.notation import Duration
from shared.packs.reading import MisplacedError

Name = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Count = Annotated[int, Meta(ge=1, le=100)]
KeyMoment = Annotated[str, Meta(min_length=1, max_length=120)]


class Attempts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must have been tried before a customer counts as unreachable."""

    calls: Count
    apart: Duration
    visit: bool = False

    def __post_init__(self) -> None:
        _check_elapsed(self.apart)

    def enough(self, calls: Iterable[datetime], *, visited: bool = False) -> bool:
        """Whether the calls that failed, and the visit with a note left, suffice."""
        apart = timedelta(seconds=self.apart.amount)
        counted: list[datetime] = []
        for call in sorted(calls):
            if not counted or call - counted[-1] >= apart:
                counted.append(call)
        return len(counted) >= self.calls and (visited or not self.visit)


class Retry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far apart attempts in vain lie, and how many there may be."""

    apart: Duration
    at_most: Count

    def __post_init__(self) -> None:
        _check_elapsed(self.apart)


class Revisit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which kinds are not called back, how often to try, and when a revisit may end unreached."""

    exempt: tuple[Kind, ...]
    before_unreachable: Attempts
    retry: Retry | None = None

    def calls_back(self, kind: Kind) -> bool:
        """Whether customers with such a matter are called back (H-19)."""
        return kind not in self.exempt


class Contact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must have been tried before it may be said that it was in vain."""

    before_unreachable: Attempts
    """Before a customer notice may say that the customer can't be reached."""
    follow_ups: Count = 3
    """How often a work order is followed up before it may be completed unsolved (H-16)."""
    follow_ups_weekly: bool = False
    """Whether those of one week, Monday to Sunday, count as one (H-16)."""
    written_answer: tuple[Channel, ...] = ()
    """From which channels a matter is answered in writing to the quality centre (H-17)."""
    visit_after_guidance: bool = False
    """Whether whom guidance by phone did not help is visited before it counts as solved (C-06)."""
    result_from_centre: bool = False
    """Whether the centre, not the department, tells the customer the result (H-27)."""


class PlannedTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the tasks that a key moment stands for, so many days before it (T-12)."""

    moment: KeyMoment
    days_before: Annotated[int, Meta(ge=0, le=365)]
    channel: ContactChannel = "phone"


class Outbound(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls to customers at key moments: by when, and how not to be a nuisance (M-02, M-04).

    `calendar` says when customers may be called, and counts what is due.
    """

    calendar: Name
    task_due: Duration
    per_day: Count
    per_week: Count
    exempt_moments: tuple[KeyMoment, ...] = ()
    plans: dict[KeyMoment, Annotated[tuple[PlannedTask, ...], Meta(min_length=1)]] = {}
    """Key moments that stand for several tasks; they say when they are (T-12)."""
    served_group_only: bool = False
    """Whether customers outside the month's served group are spared, once it is known (M-01)."""

    def __post_init__(self) -> None:
        for moment, plan in self.plans.items():
            tasks = [task.moment for task in plan]
            for number, name in enumerate(tasks):
                if name in tasks[:number] or name in self.plans:
                    problem = f"{name} is planned already: one name, one task"
                    raise MisplacedError(f"plans.{moment}[{number}].moment", problem)


def _check_elapsed(apart: Duration) -> None:
    if apart.measure != "elapsed":
        raise ValueError(f"calls lie apart by the wall clock, not by {apart}")
