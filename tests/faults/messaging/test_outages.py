"""The broker or the store is away for a while: all goes on by itself, and nothing is lost."""

import asyncio
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from deploy.kafka.local_kafka import LocalKafka
from shared.messaging.kafka import ensure_topic
from tests.contract.carriers import KafkaPost
from tests.contract.desks import ticket
from tests.faults.messaging.checker import check
from tests.faults.messaging.rig import UNTIL_TOLD, Rig, log_of, rig_in
from tests.resources.kafka import remove_topics

TRIED = '"attempt": 3'
"""In the log of one that gives an event up."""


@pytest.mark.parametrize(
    ("bug", "invariant"),
    [
        pytest.param("failure-passes-for-success", "I3", marks=pytest.mark.faults),
        (None, None),
    ],
)
async def test_a_broker_killed_under_load_and_started_again_has_the_whole_log(
    broker: LocalKafka, tmp_path: Path, bug: str | None, invariant: str | None
) -> None:
    await remove_topics(broker.bootstrap)
    await ensure_topic(broker.bootstrap, "intake")
    with rig_in(tmp_path, broker.bootstrap) as rig:
        source, target = rig.store("intake"), rig.store("dispatch")
        publishing = rig.worker("publish", source, *UNTIL_TOLD)
        hearing = rig.worker("hear", target)
        publishing.start(*filter(None, [bug]))
        hearing.start()
        hearing.wait_for("it hears", lambda said: said["effects"] > 15)

        broker.kill()
        stopped_at = publishing.standing["end"]
        publishing.wait_for("commands go on", lambda said: said["end"] > stopped_at + 20)
        if bug:
            publishing.wait_for("it loses them", lambda said: said["published"] > stopped_at + 50)
        broker.start()
        await rig.heard(hearing, publishing.publishes_all(), bug)

        check(await rig.breaches(source, target), invariant)


@pytest.mark.faults
@pytest.mark.timeout(300)
async def test_a_broker_frozen_for_a_minute_delays_and_loses_nothing(
    broker: LocalKafka, tmp_path: Path
) -> None:
    await remove_topics(broker.bootstrap)
    await ensure_topic(broker.bootstrap, "intake")
    with rig_in(tmp_path, broker.bootstrap) as rig:
        source, target = rig.store("intake"), rig.store("dispatch")
        publishing = rig.worker("publish", source, *UNTIL_TOLD)
        hearing = rig.worker("hear", target)
        publishing.start()
        hearing.start()
        hearing.wait_for("it hears", lambda said: said["effects"] > 15)

        os.kill(broker.pid, signal.SIGSTOP)
        await asyncio.sleep(60)
        os.kill(broker.pid, signal.SIGCONT)
        hearing.hears(publishing.publishes_all())

        check(await rig.breaches(source, target), None)


@pytest.mark.parametrize(("bug", "invariant"), [("outage-passes-for-poison", "I7"), (None, None)])
async def test_a_store_that_somebody_else_locks_parks_nothing(
    rig: Rig, bug: str | None, invariant: str | None
) -> None:
    source, target = rig.store("intake"), rig.store("dispatch")
    records = await log_of(source, [ticket(number % 20) for number in range(200)])
    post = KafkaPost(rig.bootstrap)
    hearing = rig.worker("hear", target)
    hearing.start("impatient", *filter(None, [bug]))
    await post.send("intake", records[:100])
    hearing.hears(100)

    foreign = sqlite3.connect(target.removeprefix("sqlite:"), isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    await post.send("intake", records[100:])
    if bug:
        hearing.wait_for("its attempts all met the lock", lambda _: TRIED in hearing.log())
    else:
        hearing.wait_for("it waits", lambda said: "StoreUnavailableError" in said["alarms"])
    foreign.execute("ROLLBACK")
    foreign.close()
    hearing.hears(200)

    check(await rig.breaches(source, target), invariant)
