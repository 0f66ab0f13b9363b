"""Taking what is due, as the watch takes it."""

import gc
import time

from services.sla.book import Shelf, Watched
from services.sla.due import MINUTE, DueIndex
from services.sla.watch import AT_ONCE
from shared.worktime import epoch_of
from tests.unit.support import examples as ex


def take_due(count: int) -> tuple[float, float]:
    """CPU seconds to take the due half of so many clocks, as many at a time as the watch takes.

    The other figure is one look at each of them by minute, as whoever does not know whether a
    ticket has moved since has to.
    """
    first = epoch_of(ex.AT)
    now, shelf = first + 43_200, Shelf(0)
    index, buckets = DueIndex(), dict[int, list[Watched]]()
    for number in range(count):
        moment, watched = first + number * 7919 % 86_400, Watched(number, shelf)
        index.put(watched, moment)
        buckets.setdefault(moment // MINUTE, []).append(watched)
    gc.collect()
    began = time.thread_time()
    found: list[Watched] = []
    for minute in sorted(one for one in buckets if one <= now // MINUTE):
        found += [one for one in buckets[minute] if (one.next_at or 0) <= now]
    look = time.thread_time() - began
    began, taken = time.thread_time(), 0
    while batch := index.take(now, AT_ONCE):
        taken += len(batch)
    by_index = time.thread_time() - began
    assert taken == len(found)
    return by_index, look
