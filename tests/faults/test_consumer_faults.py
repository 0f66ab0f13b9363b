"""The consumer dies, or is handed what no relay would send: nothing is lost, nothing twice."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from shared.eventsourcing_store import open_backend
from shared.group_commit import EventStore
from shared.messaging.envelope import Record
from shared.messaging.kafka import ensure_topic
from tests.contract.carriers import KafkaPost
from tests.contract.desks import Desk, ticket
from tests.faults.checker import check
from tests.faults.patches import CRASHED
from tests.faults.rig import Rig, rig_in
from tests.faults.worker import TABLES
from tests.resources.kafka import Kafka

EVENTS = 60
TICKETS = 10


@pytest.fixture
async def rig(empty_kafka: Kafka, tmp_path: Path) -> AsyncIterator[Rig]:
    await ensure_topic(empty_kafka.bootstrap, "intake")
    with rig_in(tmp_path, empty_kafka.bootstrap) as rig:
        yield rig


async def log_of(url: str, subjects: list[UUID]) -> list[Record]:
    """Store an event about each, in this order, and return them as they are published."""
    store = EventStore(open_backend(url, "intake", TABLES))
    desk = Desk("intake", store)
    for subject in subjects:
        await desk.write(subject)
    records = await desk.records()
    await store.close()
    return records


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
    hearing = rig.worker("hear", target)

    hearing.start(point, *filter(None, [bug]))
    assert hearing.wait_for_end() == CRASHED
    hearing.start()
    hearing.hears(EVENTS, bug)

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
    hearing.hears(6, bug)

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
    hearing.wait_for("it read all", lambda said: said["taken"] == 3 * EVENTS)
    hearing.hears(EVENTS)

    check(await rig.breaches(source, target), invariant)
