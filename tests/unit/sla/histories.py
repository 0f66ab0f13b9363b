"""Random histories of one ticket: what may happen to it, when, and how late it is entered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import get_args
from uuid import uuid5

from hypothesis import strategies as st

from shared.contracts.terms import Case, Event, Kind, Severity
from tests.unit.sla import examples as ex
from tests.unit.sla.happenings import (
    BEGINNINGS,
    HAPPENINGS,
    SECOND,
    Happening,
    registration,
)
from tests.unit.sla.naive.clocks import clocks
from tests.unit.sla.naive.told import Told

PACKS = ("hotline-400", "travel-platform", "cable-field-service", "telecom-carrier",
         "mobile-key-account")  # fmt: skip
CATEGORIES = (None, "mobile-network", "mobile-network-coverage", "broadband-repair-town",
              "broadband-repair-country", "broadband-install")  # fmt: skip
PERIODS = ("2026-11-23 08:00", "2026-02-09 08:00", "2026-09-16 08:00", "2026-04-28 08:00")
"""Their two weeks begin plainly, or run into days off and make-up days."""
cases = st.builds(
    Case,
    client=st.just("crm"),
    customer_ref=st.just(ex.IDS),
    pack=st.sampled_from(PACKS),
    pack_version=st.just(1),
    kind=st.sampled_from(get_args(Kind)),
    severity=st.sampled_from(get_args(Severity)),
    channel=st.sampled_from(["phone", "web", "social"]),
    tier=st.just("standard"),
    category=st.sampled_from(CATEGORIES),
)
starts = st.builds(
    lambda period, minute, second: ex.at(period) + minute * ex.minutes(1) + second * SECOND,
    st.sampled_from(PERIODS),
    st.integers(0, 14 * 24 * 60),
    st.sampled_from([0, 0, 1, 59]),
)


COMMON = ("offered", "accepted", "merged", "unmerged", "mistaken", "rested", "rests", "goes-on",
          "reclassified", "agreed")  # fmt: skip
"""What ends nothing for good: histories of these go on."""
RESTS = (3 * 3600, 86_400, 2 * 86_400, 5 * 86_400)
"""Seconds for which work rests."""
NEXT_ROUND = {"rectified", "reopened"}
ANYTHING = tuple(HAPPENINGS)
OFTEN = (*COMMON, "notified", "completed", "done", "told-overdue")
BESIDE = (0, 0, 0, 1, -1, 60, 5 * 60, -3600, 86_400)
IN_ROUND = (1, 1, 1, 2, 3)
DELAYS = (0, 0, 1, 600, 86_400)
"""Seconds until it was recorded."""
ENTERED = (0, 0, 3, 86_400)
"""The same of the registration."""
happenings = st.builds(
    Happening,
    what=st.sampled_from([*OFTEN * 4, *ANYTHING]),
    near=st.integers(0, 7),
    beside=st.sampled_from(BESIDE),
    round=st.sampled_from(IN_ROUND),
    delay=st.sampled_from(DELAYS),
    choice=st.integers(0, 55),
)


@st.composite
def histories(draw: st.DrawFn, longest: int = 10) -> list[Told]:
    """In the order of their recording; what is of one topic also arrives in that order."""
    case, start = draw(cases), draw(starts)
    registered = _told(0, registration(case, start), draw(st.sampled_from(ENTERED)))
    return _made_of(registered, case, draw(st.lists(happenings, max_size=longest)))


def history_by(random: Random, longest: int = 12) -> list[Told]:
    """The same by chance alone: quicker, so that there may be thousands."""
    kinds: tuple[Kind, ...] = get_args(Kind)
    case = Case(
        client="crm",
        customer_ref=ex.IDS,
        pack=random.choice(PACKS),
        pack_version=1,
        kind="complaint" if random.randrange(2) else random.choice(kinds),
        severity=random.choice(get_args(Severity)),
        channel=random.choice(["phone", "web"]),
        tier="standard",
        category=random.choice(CATEGORIES),
    )
    minute = random.choice(range(0, 14 * 24 * 60, 5))
    start = ex.at(random.choice(PERIODS)) + minute * ex.minutes(1)
    begins = random.choice(BEGINNINGS.get(case.pack, [registration]))
    begun = _told(0, begins(case, start), random.choice(ENTERED))
    several = range(random.randrange(longest))
    return _made_of(begun, case, [_happening_by(random) for _ in several])


def _happening_by(random: Random) -> Happening:
    what = random.choice(OFTEN if random.randrange(2) else ANYTHING)
    return Happening(
        what=what,
        near=random.randrange(8),
        beside=random.choice(BESIDE),
        round=random.choice(IN_ROUND),
        delay=random.choice(DELAYS),
        choice=random.randrange(56),
    )


def _made_of(registered: Told, case: Case, happened: Sequence[Happening]) -> list[Told]:
    found = clocks([registered], 0)
    rungs = {at for clock in found for at, _ in clock.rungs.values()}
    moments = {registered.at} | rungs | {clock.due_at for clock in found}
    maker = _Maker(case, [registered], sorted(moments))
    for happening in happened:
        maker.add(happening)
    return maker.history


@dataclass
class _Maker:
    """Lets rounds and mergers come in an order in which the services let them happen."""

    case: Case
    history: list[Told]
    moments: list[int]
    round: int = 1
    began_at: datetime | None = None
    merged_at: datetime | None = None
    is_merged: bool = False
    lodged_at: datetime | None = None
    is_appeal_offered: bool = False

    def add(self, one: Happening) -> None:
        if one.what == "mistaken":  # a merger, taken back before long
            self.add(replace(one, what="merged"))
            self.add(replace(one, what="unmerged", beside=one.beside + 600))
            return
        if one.what == "rested":
            self.add(replace(one, what="rests"))
            self.add(replace(one, what="goes-on", beside=one.beside + RESTS[one.choice % 4]))
            return
        near = self.moments[min(one.near, len(self.moments) - 1)]
        if one.what in NEXT_ROUND:
            self.round += 1
            one = replace(one, round=self.round)
        at = self._when(one, datetime.fromtimestamp(near + one.beside, UTC))
        if at is None:
            return
        event = HAPPENINGS[one.what](self.case, at, one)
        told = _told(len(self.history), event, one.delay)
        earliest = self.history[-1].recorded_at + timedelta(microseconds=1)
        self.history.append(replace(told, recorded_at=max(told.recorded_at, earliest)))

    def _when(self, one: Happening, at: datetime) -> datetime | None:
        """None where no service lets it happen: twice, or before what it follows."""
        if one.what in NEXT_ROUND:
            self.began_at = at = max(at, self.began_at or at)
        elif one.what in {"merged", "unmerged"}:
            if self.is_merged == (one.what == "merged"):
                return None
            self.is_merged = not self.is_merged
            self.merged_at = at = max(at, self.merged_at or at)
        elif one.what == "lodged":
            self.lodged_at = at = self.lodged_at or at
        elif one.what == "appeal-offered":
            if self.is_appeal_offered:
                return None
            self.is_appeal_offered = True
            if self.lodged_at is None:
                self.add(replace(one, what="lodged"))
            at = max(at, self.lodged_at or at)
        return at


def _told(number: int, event: Event, delay: int) -> Told:
    return Told(event, str(uuid5(ex.IDS, f"told {number}")), event.at + delay * SECOND)


def history_of(
    *happened: str, severity: Severity = "simple", start: datetime | None = None
) -> list[Told]:
    """A complaint of hotline-400 to which these things happen, a minute each."""
    case = Case(client="crm", customer_ref=ex.IDS, pack="hotline-400", pack_version=1,
                kind="complaint", severity=severity, channel="phone", tier="standard")  # fmt: skip
    start = start or ex.at(PERIODS[0])
    maker = _Maker(case, [_told(0, registration(case, start), 0)], [int(start.timestamp())])
    for number, what in enumerate(happened, 1):
        maker.add(Happening(what, near=0, beside=60 * number, round=1, delay=0))
    return maker.history
