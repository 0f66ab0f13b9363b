"""One is frozen, another takes over, the first wakes and goes on: nothing is lost or twice."""

import signal

import pytest

from tests.contract.carriers import KafkaPost
from tests.contract.desks import ticket
from tests.faults.messaging.checker import check
from tests.faults.messaging.patches import WOKEN
from tests.faults.messaging.rig import UNTIL_TOLD, Rig, log_of, read_topic

EVENTS = 400


@pytest.mark.parametrize(("bug", "invariant"), [("repeats-are-handled", "I4"), (None, None)])
async def test_a_relay_that_wakes_publishes_nothing_that_has_a_second_effect(
    rig: Rig, database: str, bug: str | None, invariant: str | None
) -> None:
    target = rig.store("dispatch")
    writing = rig.worker("publish", database, *UNTIL_TOLD)
    second = rig.worker("publish", database)
    hearing = rig.worker("hear", target)
    hearing.start(*filter(None, [bug]))
    writing.start("never-settles")
    writing.wait_for("it publishes", lambda said: said["published"] > 20)

    writing.signal(signal.SIGSTOP)
    second.start()
    second.wait_for("it takes over", lambda said: said["published"] == said["end"])
    taken_over_at = second.standing["end"]
    writing.signal(signal.SIGCONT)
    second.wait_for("both go on", lambda said: said["published"] > taken_over_at + 20)
    last = writing.ends_writing()
    second.wait_for("all is published", lambda said: said["published"] == last["end"])
    await rig.heard(hearing, last["written"], bug)

    topic = await read_topic(rig.bootstrap, "intake")
    assert len(topic) > last["written"]  # else nothing came twice
    check(await rig.breaches(database, target), invariant)


@pytest.mark.parametrize(("bug", "invariant"), [("repeats-are-handled", "I4"), (None, None)])
async def test_a_consumer_that_wakes_has_no_second_effect(
    rig: Rig, database: str, bug: str | None, invariant: str | None
) -> None:
    source = rig.store("intake")
    records = await log_of(source, [ticket(number % 40) for number in range(EVENTS)])
    await KafkaPost(rig.bootstrap).send("intake", records)
    first, second = rig.worker("hear", database), rig.worker("hear", database)
    first.start("frozen-effect@20", *filter(None, [bug]))
    first.wait_until_frozen()

    second.start(*filter(None, [bug]))
    second.wait_for(
        "it takes over, or waits for the store that the frozen one holds",
        lambda said: said["effects"] >= EVENTS or "StoreUnavailableError" in said["alarms"],
    )
    first.status.unlink()  # what it said before it froze says nothing now
    first.signal(signal.SIGCONT)
    first.wait_for("both go on", lambda said: WOKEN in first.log() and not said["alarms"])
    second.hears(EVENTS)

    check(await rig.breaches(source, database), invariant)
