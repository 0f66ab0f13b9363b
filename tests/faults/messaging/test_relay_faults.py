"""The relay dies, or there are two: the topic holds the log, and each event has one effect."""

import pytest

from tests.faults.messaging.checker import check
from tests.faults.messaging.patches import CRASHED
from tests.faults.messaging.rig import UNTIL_TOLD, Rig, read_topic

EVENTS = 60


@pytest.mark.parametrize(("bug", "invariant"), [("place-first", "I3"), (None, None)])
async def test_a_relay_killed_before_it_publishes_skips_nothing(
    rig: Rig, bug: str | None, invariant: str | None
) -> None:
    source, target = rig.store("intake"), rig.store("dispatch")
    relaying = rig.worker("publish", source, *UNTIL_TOLD)
    hearing = rig.worker("hear", target)
    hearing.start()

    relaying.start("before-publish@3", *filter(None, [bug]))
    assert relaying.wait_for_end() == CRASHED
    relaying.start()
    await rig.heard(hearing, relaying.publishes_all(), bug)

    check(await rig.breaches(source, target), invariant)


@pytest.mark.parametrize(("bug", "invariant"), [("repeats-are-handled", "I4"), (None, None)])
async def test_what_a_killed_relay_publishes_again_has_no_effect(
    rig: Rig, bug: str | None, invariant: str | None
) -> None:
    source, target = rig.store("intake"), rig.store("dispatch")
    relaying = rig.worker("publish", source, *UNTIL_TOLD)
    hearing = rig.worker("hear", target)
    hearing.start(*filter(None, [bug]))

    relaying.start("after-publish@3")
    assert relaying.wait_for_end() == CRASHED
    relaying.start()
    events = relaying.publishes_all()
    await rig.heard(hearing, events, bug)

    topic = await read_topic(rig.bootstrap, "intake")
    assert len(topic) > events  # else nothing came twice
    check(await rig.breaches(source, target), invariant)


@pytest.mark.parametrize(("bug", "invariant"), [("repeats-are-handled", "I4"), (None, None)])
async def test_two_relays_at_once_have_one_effect(
    rig: Rig, database: str, bug: str | None, invariant: str | None
) -> None:
    target = rig.store("dispatch")
    first = rig.worker("publish", database, "--events", EVENTS, "--pause", 0.02)
    second = rig.worker("publish", database)
    hearing = rig.worker("hear", target)
    hearing.start(*filter(None, [bug]))
    second.start("everybody-leads")
    second.wait_for("it waits for events", lambda said: said["end"] == 0)

    first.start("everybody-leads")
    for one in (first, second):
        one.wait_for("all is published", lambda said: said["published"] == said["end"] == EVENTS)
    await rig.heard(hearing, EVENTS, bug)

    assert len(await read_topic(rig.bootstrap, "intake")) > EVENTS  # else only one published
    check(await rig.breaches(database, target), invariant)
