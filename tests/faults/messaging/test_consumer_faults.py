"""The consumer dies, or is handed what no relay would send: nothing is lost, nothing twice."""

import pytest

from tests.contract.carriers import KafkaPost
from tests.contract.desks import ticket
from tests.faults.messaging.checker import check
from tests.faults.messaging.patches import CRASHED
from tests.faults.messaging.rig import Rig, log_of

EVENTS = 60
TICKETS = 10


SUBJECTS = [ticket(number % TICKETS) for number in range(EVENTS)]


@pytest.mark.parametrize(
    ("point", "bug", "invariant"),
    [
        ("before-effect@20", "mark-before-effect", "I4"),
        ("before-effect@20", None, None),
        ("after-effect@20", "mark-after-effect", "I4"),
        ("after-effect@20", None, None),
    ],
)
async def test_a_consumer_killed_at_a_commit_has_each_effect_once(
    rig: Rig, point: str, bug: str | None, invariant: str | None
) -> None:
    source, target = rig.store("intake"), rig.store("dispatch")
    records = await log_of(source, SUBJECTS)
    await KafkaPost(rig.bootstrap).send("intake", records)
    # In another group: nobody waits until the broker has missed the one that was killed.
    dying = rig.worker("hear", target, "--group", f"{rig.group}-dying")
    hearing = rig.worker("hear", target)

    dying.start(point, *filter(None, [bug]))
    assert dying.wait_for_end() == CRASHED
    hearing.start()
    await rig.heard(hearing, EVENTS, bug)

    check(await rig.breaches(source, target), invariant)


@pytest.mark.parametrize(("bug", "invariant"), [("gaps-are-jumped", "I4"), (None, None)])
async def test_records_out_of_order_lose_none(
    rig: Rig, bug: str | None, invariant: str | None
) -> None:
    source, target = rig.store("intake"), rig.store("dispatch")
    first, second, third, *others = await log_of(source, [ticket(0)] * 6)
    hearing = rig.worker("hear", target)
    hearing.start(*filter(None, [bug]))

    post = KafkaPost(rig.bootstrap)
    await post.send("intake", [first, third])
    hearing.wait_for("it heard the first", lambda said: said["effects"] >= 1)
    if bug is None:
        hearing.wait_for("it alarms", lambda said: "record missing" in said["alarms"])
    await post.send("intake", [second, *others])
    await rig.heard(hearing, 6, bug)

    found = await rig.breaches(source, target)
    check([one for one in found if not one.startswith("I3")], invariant)  # the topic is as sent


@pytest.mark.parametrize(("bug", "invariant"), [("repeats-are-handled", "I4"), (None, None)])
async def test_records_and_whole_topics_that_come_again_have_no_effect(
    rig: Rig, bug: str | None, invariant: str | None
) -> None:
    source, target = rig.store("intake"), rig.store("dispatch")
    records = await log_of(source, SUBJECTS)
    twice = [copy for record in records for copy in (record, record)]
    await KafkaPost(rig.bootstrap).send("intake", [*twice, *records])
    hearing = rig.worker("hear", target)

    hearing.start(*filter(None, [bug]))
    hearing.wait_for("it read all", lambda said: said["taken"] >= 3 * EVENTS)
    hearing.hears(EVENTS)

    check(await rig.breaches(source, target), invariant)
