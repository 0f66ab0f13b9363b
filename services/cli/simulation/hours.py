"""When the people of a pack are at work: by its own calendar, holidays included."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from shared.china import countries
from shared.packs import shipped
from shared.worktime import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
"""Of every shipped pack."""
PROMISED = "answer"
"""The clock that says when departments are at work."""


@cache
def at_work(pack: str) -> Calendar:
    """The calendar in which the pack's departments answer."""
    clocks = {clock.name: clock for clock in shipped().named(pack).clocks}
    return _calendar(pack, clocks[PROMISED].calendar)


@cache
def calling(pack: str) -> Calendar:
    """The one in which it calls customers at key moments; else the departments'."""
    outbound = shipped().named(pack).outbound
    return _calendar(pack, outbound.calendar) if outbound else at_work(pack)


def _calendar(pack: str, name: str) -> Calendar:
    return Calendar(shipped().named(pack).calendar_rules(name, countries()))


def after(calendar: Calendar, moment: datetime, minutes: float) -> datetime:
    """When so much is worked."""
    return calendar.add(moment, timedelta(seconds=round(60 * minutes))).at
