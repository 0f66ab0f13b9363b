"""Days of a story: its first week is one of the past without holidays, the same at every run.

Late entry is normal work: what a story's people enter now happened then.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.e2e.stories.words import Words

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2025, 3, 10, tzinfo=ZONE)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK = timedelta(days=7)


def on(moment: str) -> datetime:
    """`Mon 10:00` of the story's first week, or `2 Mon 10:00` of its second."""
    *week, day, clock = moment.split()
    hour, minute = map(int, clock.split(":"))
    days = 7 * (int(week[0]) - 1 if week else 0) + DAYS.index(day)
    return MONDAY + timedelta(days=days, hours=hour, minutes=minute)


def told(moment: datetime) -> Words:
    """As people say it: the day of the week, and which week if it is not the first."""
    local = moment.astimezone(ZONE)
    weeks, rest = divmod(local - MONDAY, WEEK)
    day = "一二三四五六日"[rest.days]
    english = f"{DAYS[rest.days]} {local:%H:%M}"
    match weeks:
        case 0:
            return Words(f"周{day} {local:%H:%M}", english)
        case 1:
            return Words(f"下周{day} {local:%H:%M}", f"next {english}")
        case _:
            return Words(f"第{weeks + 1}周周{day} {local:%H:%M}", f"{english} of week {weeks + 1}")


def moment_of(text: str) -> datetime:
    """A time as the API writes it."""
    return datetime.fromisoformat(text)
