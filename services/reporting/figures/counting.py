"""What a subject counts for: each figure's part of it, as a numerator and a denominator."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.packs import Pack

Measure = tuple[str, float, int]
"""A figure's name, what is added above the line, and what below."""
DEFAULT_ZONE = "Asia/Shanghai"
MOBILE_NETWORK = "mobile-network"
"""The category of U-02."""


class Rules(Struct, frozen=True):
    """What of a pack decides how its subjects are counted."""

    zone: ZoneInfo
    exempt: tuple[str, ...] = ()
    """Kinds of ticket that nobody is called back about."""
    has_mobile_network: bool = False
    """Whether it has a limit of its own for complaints about the mobile network (U-02)."""

    @classmethod
    def of(cls, pack: Pack | None) -> "Rules":
        """Those of a pack that no longer runs here: the default zone's, without exemptions."""
        if pack is None:
            return cls(ZoneInfo(DEFAULT_ZONE))
        rules = (rule for clock in pack.clocks if clock.name == "answer" for rule in clock.rules)
        has_mobile_network = any(MOBILE_NETWORK in rule.category for rule in rules)
        return cls(ZoneInfo(pack.zone), tuple(pack.revisit.exempt), has_mobile_network)

    def day(self, moment: datetime) -> date:
        """The day on which people say that it was."""
        return moment.astimezone(self.zone).date()


def share(name: str, is_in: bool) -> Measure:  # noqa: FBT001 - what the measure says
    """One that counts below the line, and above it if `is_in`."""
    return name, float(is_in), 1


def count(name: str, number: int = 1) -> Measure:
    return name, float(number), number


def mean(name: str, values: list[float]) -> Iterator[Measure]:
    if values:
        yield name, sum(values), len(values)


def same_week(one: date, other: date) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]


def hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def minutes(span: timedelta) -> float:
    return span.total_seconds() / 60
