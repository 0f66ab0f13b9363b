"""One judgement: what an ordinary ticket costs under each pack, and how that grows with its facts.

    python -m tests.bench.judging [--rounds 15]

The floor is to hear the same ticket: its records decoded and folded into facts. A ticket that was
never looked at pays for its calendar, too; all others find their first deadlines remembered.
Times are the thread's own, so neighbours on the machine count little.
"""

import argparse
import math
import time
import timeit
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from services.sla.domain.commands import PublishClocks
from services.sla.domain.facts import Fact, Facts
from services.sla.domain.publication import CLOCKS, is_all_told, publish
from services.sla.domain.reading import clocks
from services.sla.shelf import Shelf
from shared.packs import shipped
from tests.unit.sla import examples as ex
from tests.unit.sla import rows
from tests.unit.sla.histories import history_of
from tests.unit.sla.side_by_side import Nobody, take_in_records

BEGUN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday at 10:00 in Shanghai."""
LATER = BEGUN + timedelta(hours=4)
LINE = ("offered", "accepted", "spoke", "completed", "notified")
"""What happens to an ordinary ticket after its registration."""
SIZES = (10, 100, 1000)
CALLS = 200
GOAL = 60
"""Microseconds, mean of the packs."""


def seconds_of(asked: Callable[[], object], calls: int = CALLS) -> float:
    return timeit.timeit(asked, number=calls, timer=time.thread_time) / calls


def ordinary(rounds: int) -> None:
    """A line per pack, and their mean."""
    told = history_of(*LINE, severity="general", start=BEGUN)
    facts, means = take_in_records(told), []
    for pack in shipped():
        regulation = ex.whole(pack.name)
        clocks(facts, regulation, LATER)
        pairs = [
            (
                seconds_of(lambda: take_in_records(told)),
                seconds_of(lambda one=regulation: clocks(facts, one, LATER)),  # type: ignore[misc]
            )
            for _ in range(rounds)
        ]
        ratio, micro = median(b / a for a, b in pairs), median(b for _, b in pairs) * 1e6
        means.append(micro)
        print(f"{pack.name:<20} 6 facts: {ratio:4.2f} of hearing them ({micro:.0f} us)")  # noqa: T201
    print(f"mean of the packs: {sum(means) / len(means):.0f} us, goal <= {GOAL}")  # noqa: T201


def many(count: int) -> Facts:
    """A ticket whose department reports again and again that it is not done."""
    reports = [
        rows.on_main("progress-unfinished", BEGUN + ex.minutes(one), event=f"report {one}")
        for one in range(count)
    ]
    return ex.facts_of(ex.registered(BEGUN), ex.offered(BEGUN), *reports)


def resting(count: int) -> Facts:
    """A ticket that is paused again and again."""
    rests: list[Fact] = []
    for one in range(count):
        begins = BEGUN + ex.minutes(10 * one + 1)
        rests.append(rows.on_main("awaiting_customer", begins, event=f"pause {one}"))
        goes_on = begins + ex.minutes(8)
        rests.append(rows.on_main("handling-resumed", goes_on, event=f"resumed {one}"))
    return ex.facts_of(ex.registered(BEGUN), ex.offered(BEGUN), *rests)


def growing(what: str, ticket: Callable[[int], Facts], rounds: int) -> None:
    """The exponent by which a judgement grows with its facts; 1.00 is in proportion."""
    regulation = ex.whole("hotline-400")
    found: list[float] = []
    for size in SIZES:
        facts, now = ticket(size), LATER + ex.minutes(10 * size)
        times = [seconds_of(lambda: clocks(facts, regulation, now), 3) for _ in range(rounds)]  # noqa: B023 - asked at once
        found.append(median(times))
        print(f"{size:>5} {what}: {found[-1] * 1000:.1f} ms")  # noqa: T201
    print(f"slope: {_slopes(found)}")  # noqa: T201


def looked_at_again(rounds: int) -> None:
    """As the watch does it at a start: unpacked, judged, and nothing left to say."""
    told = history_of(*LINE, severity="general", start=BEGUN)
    facts, shelf = take_in_records(told), Shelf(0)
    watched = shelf.ticket(str(ex.TICKET))
    for fact in facts:
        watched.records = shelf.packing.join(watched.records, fact)
    regulation = ex.whole("hotline-400")
    command = PublishClocks(
        ticket_id=ex.TICKET,
        clocks=clocks(facts, regulation, LATER),
        responsible=None,
        against_person=None,
        directory=Nobody(),
        at=LATER,
    )
    watched.know(CLOCKS.fold(publish(command, {})), 1)

    def look() -> bool:
        published = watched.published
        found = clocks(watched.facts, regulation, LATER, published)
        return is_all_told(found, published)

    assert look()
    pairs = [(seconds_of(lambda: take_in_records(told)), seconds_of(look)) for _ in range(rounds)]
    ratio, micro = median(b / a for a, b in pairs), median(b for _, b in pairs) * 1e6
    print(f"unpacked, judged, all told:   {ratio:4.2f} of hearing it ({micro:.0f} us)")  # noqa: T201


def _slopes(found: Sequence[float]) -> str:
    sizes = pairwise(zip(SIZES, found, strict=True))
    return ", ".join(f"{math.log(d / b) / math.log(c / a):.2f}" for (a, b), (c, d) in sizes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    ordinary(rounds)
    looked_at_again(rounds)
    growing("reports", many, rounds)
    growing("pauses", resting, rounds)


if __name__ == "__main__":
    main()
