"""The engine against a clerk who walks over minutes and knows nothing of indexes or packs.

`naive` is written from the specification alone. Where the two disagree one of them is wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.sla.domain import clocks as engine
from services.sla.domain.course import Course
from services.sla.domain.published import Said
from services.sla.domain.regulation import Deadline
from services.sla.domain.telling import is_told
from shared.worktime import PausedTime
from tests.unit.sla.histories import histories, history_by
from tests.unit.sla.naive.clocks import Clock, clocks
from tests.unit.sla.naive.endings import Key
from tests.unit.sla.naive.saying import Speaker, Word
from tests.unit.sla.naive.table import ROWS
from tests.unit.sla.naive.told import Told
from tests.unit.sla.side_by_side import Engine, as_naive, publisher_of, read, take_in_records

DAY = 86_400
COMPARED = {row.name for row in ROWS}
"""The clocks that both know."""


def by_key(found: list[Clock]) -> dict[Key, Clock]:
    return {clock.key: clock for clock in found if clock.key[0] in COMPARED}


def moments_of(history: list[Told]) -> list[int]:
    """Those at which something changes, and the seconds beside them."""
    known = {int(told.recorded_at.timestamp()) for told in history}
    for clock in clocks(history, 0):
        known |= {clock.due_at, *(at for at, _ in clock.rungs.values())}
    return sorted({moment + beside for moment in known for beside in (0, 1)})


def compared(words: set[Word]) -> set[Word]:
    return {word for word in words if word[1][0] in COMPARED}


def agree(history: list[Told], now: int) -> None:
    expected = by_key(clocks(history, now))
    found = by_key([as_naive(clock) for clock in read(take_in_records(history), now)])
    assert found.keys() == expected.keys()
    for key, clock in expected.items():
        mine = found[key]
        assert mine.cancelled <= clock.cancelled
        assert bool(mine.cancelled) == bool(clock.cancelled)
        mine.cancelled = clock.cancelled  # of several at one moment the engine names one
        assert mine == clock


def check_clocks(history: list[Told]) -> None:
    """At each moment by what had happened then, whenever it was written down."""
    for now in moments_of(history):
        agree([told for told in history if told.at <= now], now)


def check_words(history: list[Told], random: Random) -> None:
    """Hears one record after the other, and looks at the clock between and in the end."""
    engine, speaker, heard = Engine(), Speaker(), []
    moments = moments_of(history)
    now = 0
    for told in delivered(history, random):
        now = max(now, int(told.recorded_at.timestamp()), random.choice(moments))
        heard.append(told)
        engine.hear([told])
        agree_in_words(engine, speaker, heard, now)
    for later in (now + 1, moments[-1] + DAY):
        agree_in_words(engine, speaker, heard, later)
    ids = engine.escalation_ids()
    assert len(set(ids)) == len(ids)


def agree_in_words(engine: Engine, speaker: Speaker, heard: list[Told], now: int) -> None:
    assert compared(engine.look(now)) == speaker.look(heard, now)


def delivered(history: list[Told], random: Random) -> list[Told]:
    """Topics have no common order, each has its own; and anything may come twice."""
    topics: dict[str, list[Told]] = {}
    for told in history:
        topics.setdefault(publisher_of(told), []).append(told)
    found: list[Told] = []
    while waiting := [topic for topic in topics.values() if topic]:
        found.append(random.choice(waiting).pop(0))
        if not random.randrange(4):
            found.append(random.choice(found))
    return found


def check_seeds(seeds: Iterable[int]) -> None:
    """A history each, at its end and at some moments before; what is said, of every fourth."""
    for seed in seeds:
        random = Random(seed)  # noqa: S311 - the same at every run
        history = history_by(random)
        moments = moments_of(history)
        try:
            for now in (*random.choices(moments, k=2), moments[-1]):
                agree([told for told in history if told.at <= now], now)
            if not seed % 4:
                check_words(history, random)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


@settings(max_examples=60)
@given(histories())
def test_clocks_are_what_a_walk_over_minutes_finds(history: list[Told]) -> None:
    check_clocks(history)


@settings(max_examples=60)
@given(histories(), st.randoms(use_true_random=False))
def test_what_is_said_is_what_a_clerk_would_say(history: list[Told], random: Random) -> None:
    check_words(history, random)


@pytest.mark.parametrize("first", range(0, 2000, 500))
def test_thousands_of_histories_are_judged_alike(first: int) -> None:
    """Pauses, rounds, longer times, other classes, mergers, late facts, help, appeals, promises."""
    check_seeds(range(first, first + 500))


def test_a_history_by_chance_leaves_out_no_clock_and_no_state() -> None:
    """Or the agreement would prove less than it says."""
    found = Counter[str]()
    for seed in range(400):
        history = history_by(Random(seed))  # noqa: S311 - the same at every run
        last = max(told.known_at for told in history)
        for clock in clocks(history, last):
            found.update([clock.key[0], clock.state, *clock.cancelled])
    states = {"running", "paused", "met", "missed", "met_late", "cancelled"}
    reasons = {"withdrawn", "merged", "closed", "next-round", "order-cancelled", "reclassified"}
    assert found.keys() >= COMPARED | states | reasons


def _limit_from(course: Course, new: Deadline, _at: int, floor: int) -> Deadline:
    """As though it had started at the reclassification."""
    begun = course.limits[0][0] if course.limits and floor else floor
    return new._replace(due_at=new.due_at + floor - begun)


def _told_whatever(
    **parts: Callable[[engine.Clock, Said], Any],
) -> Callable[[engine.Clock, Said], bool]:
    """As though these parts of what was said were what they are now."""

    def told(clock: engine.Clock, before: Said) -> bool:
        new = {name: part(clock, before) for name, part in parts.items()}
        return is_told(clock, replace(before, **new))

    return told


Bug = Mapping[str, object]
SEEDED: Mapping[str, Bug] = {
    "a pause is not added": {"rests.Rests.on": lambda _rests, calendar: PausedTime(calendar)},
    "a longer time counts after the limit": {
        "course.Course._is_longer": lambda course, _at, until: course.deadline.due_at < until,
        "course.Course._has_passed": lambda _course, _at: False,
    },
    "another class has its time from the reclassification": {"course.Course._kept": _limit_from},
    "a merger forgets that it was taken back": {
        "known.merger": lambda facts: next(
            (fact for fact in facts if fact.name == "ticket-merged"), None
        )
    },
    "a late fact withdraws nothing": {"telling._why_withdrawn": lambda _rung, _known: None},
    "another state is taken for told": {
        "publication.is_told": _told_whatever(state=lambda clock, _before: clock.state)
    },
    "another end is taken for told": {
        "publication.is_told": _told_whatever(ended_at=lambda clock, _: clock.end and clock.end.at)
    },
    "another deadline is taken for told": {
        "publication.is_told": _told_whatever(deadline=lambda clock, _before: clock.deadline)
    },
    "a rung is taken for raised": {
        "publication.is_told": lambda clock, before: is_told(replace(clock, rungs=()), before)
    },
}


@pytest.mark.parametrize("bug", SEEDED)
def test_a_seeded_bug_is_noticed(monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    for name, wrong in SEEDED[bug].items():
        monkeypatch.setattr(f"services.sla.domain.{name}", wrong)
    with pytest.raises(AssertionError):
        check_seeds(range(2000))
