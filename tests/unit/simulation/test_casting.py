from datetime import UTC, datetime, timedelta
from functools import cache
from typing import get_args

import pytest

from services.cli.simulation import calls
from services.cli.simulation.casting import COMMON, OWN, cast_story, plots_of, story_until
from services.cli.simulation.hours import at_work, calling
from services.cli.simulation.matters import PACKS, matters
from services.cli.simulation.people import INVENTED, NO_SUCH_PREFIX
from services.cli.simulation.staff import arrivals
from services.cli.simulation.story import Story
from shared.contracts.terms import Kind
from shared.packs import shipped

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
MANY = len(PACKS) * (len(COMMON) + 3)
"""Each pack's whole deck."""


def told(seed: int) -> list[Story]:
    return [cast_story(seed, number, MONDAY) for number in range(MANY)]


@cache
def stories() -> list[Story]:
    return told(1)


def test_the_same_seed_tells_the_same_stories() -> None:
    assert stories() == told(1)
    assert stories() != told(2)


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_goes_through_all_of_its_plots(pack: str) -> None:
    lived = {story.plot for story in stories() if story.pack == pack}
    assert lived == {plot.__name__.replace("_", "-") for plot in plots_of(pack)}


def test_every_shipped_pack_has_customers_of_every_kind() -> None:
    assert set(PACKS) == set(shipped().names) == set(OWN)
    for pack in PACKS:
        assert {matter.kind for matter in matters()[pack]} == set(get_args(Kind)), pack


def test_one_thing_comes_after_another() -> None:
    for story in stories():
        times = [step.at for step in story.steps]
        assert times == sorted(times), story.plot


def test_departments_act_while_they_are_at_work() -> None:
    for story in stories():
        calendar = at_work(story.pack)
        for step in story.steps:
            if step.subject in {"order", "help", "revisit"}:
                # What takes until closing time is done in the last second before it.
                moment = step.at - timedelta(seconds=1)
                assert calendar.next_open(moment).at <= step.at, (story.plot, step)


def test_key_moments_are_called_about_in_their_own_hours() -> None:
    """M-04."""
    at = [
        step.at
        for story in stories()
        for step in story.steps
        if (step.subject, step.act) == ("task", "attempts")
    ]
    assert at
    assert all(calling("mobile-key-account").next_open(one).at == one for one in at)


def test_no_customer_can_exist() -> None:
    said = [story.steps[0].body for story in stories()]
    names = {body.get("name") or body["customer"]["name"] for body in said}
    phones = {body.get("number") or body["customer"]["phone"] for body in said}
    assert all(name.endswith(INVENTED) for name in names)
    assert all(phone.startswith(NO_SUCH_PREFIX) and len(phone) == 11 for phone in phones)


def test_what_is_entered_at_once_has_ended() -> None:
    for number in range(MANY):
        story = story_until(1, number, MONDAY)
        assert MONDAY - timedelta(days=45) < story.begins_at < story.ends_at <= MONDAY


def test_a_lost_call_is_about_no_ticket() -> None:
    """H-01, H-29."""
    lost = [
        story for story in stories() if story.plot == calls.lost_call.__name__.replace("_", "-")
    ]
    assert {step.subject for story in lost for step in story.steps} == {"contact"}


def test_customers_get_in_touch_in_their_order_and_seldom_at_night() -> None:
    day = arrivals(1, MONDAY, 400)
    assert day == sorted(day) == arrivals(1, MONDAY, 400)
    assert all(MONDAY <= at < MONDAY + timedelta(days=1) for at in day)
    night = [at for at in day if not 0 <= at.hour < 14]  # 22:00 to 8:00 in China
    assert 0 < len(night) < len(day) / 10
