"""The system's own heartbeat: a ticket that nobody posted, and that nobody's work is.

Its id alone tells it from every other ticket, so whoever counts, lists or searches can leave it
out, whatever it is that they hold of it.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.messaging.topics import PARTITIONS, partition_of

CANARY: Final = "canary"
"""Its pack, client and department, and who acts for it: a name that nobody else can have."""
PREFIX = "ca9a1e00-0000-8000-8000-"
"""How its ids begin (version 8: made by whoever likes); those of tickets begin with the time."""
FIRST_ID = f"{PREFIX}{0:012x}"
"""No other is before it; a later one has a greater id."""
_FIRST = UUID(FIRST_ID).int
_TIME_AND_TRY, _TRY = 48, 12


def canary_id(begins_at: datetime, interval: timedelta) -> UUID:
    """The one canary of the interval that begins then, whoever posts it.

    They go through the partitions in turn, so that none stands still unseen for long.
    """
    seconds = int(begins_at.timestamp())
    wanted = seconds // int(interval.total_seconds()) % PARTITIONS
    ids = (UUID(int=_FIRST | seconds << _TRY | number) for number in range(1 << _TRY))
    return next(one for one in ids if partition_of(one) == wanted)


def last_id_by(moment: datetime) -> str:
    """No canary of an interval that had begun by then has a greater one."""
    return f"{PREFIX}{int(moment.timestamp()) << _TRY | (1 << _TRY) - 1:012x}"


def is_canary(ticket_id: UUID | str) -> bool:
    """Whether the ticket is none of a customer's: it counts in no figure and stands in no list."""
    if isinstance(ticket_id, UUID):
        return ticket_id.int >> _TIME_AND_TRY == _FIRST >> _TIME_AND_TRY
    return ticket_id.startswith(PREFIX)


def begun_at(now: datetime, interval: timedelta) -> datetime:
    """When the interval began in which that moment lies: the same for all that post."""
    seconds = int(interval.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
