"""The numbers that people say a ticket by."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ZONE = ZoneInfo("Asia/Shanghai")
DAY = 86_400


def new_number(now: datetime) -> str:
    """A number that people can say: the day in China, then eight of Crockford's letters.

    Four tell the time of the day, to a twelfth of a second, so that numbers lie in the store as
    they came; four are random.
    """
    local = now.astimezone(ZONE)
    seconds = 3600 * local.hour + 60 * local.minute + local.second + local.microsecond / 1e6
    bits = int(seconds / DAY * (1 << 20)) << 20 | secrets.randbits(20)
    tail = "".join([CROCKFORD[bits >> place & 31] for place in range(35, -1, -5)])
    return f"T{local.year:04}{local.month:02}{local.day:02}-{tail}"
