"""Sla's catching up from a real broker, as a ratio to bare `getmany` of the same records."""

import asyncio
import tempfile
import time
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from services.sla.bootstrap import TABLES, assemble, running
from shared.messaging.headers import to_records
from shared.messaging.kafka import KafkaLine, ensure_topic
from shared.messaging.kafka.session import MAX_RECORDS
from shared.messaging.topics import PARTITIONS, topic_of
from shared.service import open_core
from shared.settings import Settings
from tests.bench.sla_line import NOW, ShiftedClock
from tests.bench.sla_logs import EVENTS, stores, write
from tests.resources.kafka import find_kafka
from tests.unit.sla.world import OTHERS
from tests.until import until


def measure(events: int) -> str:
    """One line; a broker is found or started as for the tests."""
    with tempfile.TemporaryDirectory() as name, find_kafka() as broker:
        folder = Path(name)
        asyncio.run(write(folder, events // EVENTS))
        return asyncio.run(_measure(folder, broker.bootstrap, events))


async def _measure(folder: Path, bootstrap: str, events: int) -> str:
    for service in (*OTHERS, "sla"):
        await ensure_topic(bootstrap, service)
    await _publish(folder, bootstrap)
    bare = await _bare(bootstrap, events)
    heard = await _heard(folder, bootstrap, events)
    return (
        f"{events:,} events heard from a broker: {heard:.2f} s, "
        f"{heard / bare:.2f} x getmany alone ({bare:.2f} s)"
    )


async def _publish(folder: Path, bootstrap: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=20)
    await producer.start()
    async with stores(folder) as opened:
        for service, store in opened.items():
            position, previous = 0, dict.fromkeys(range(PARTITIONS), 0)
            while batch := await store.read_log(position, 1000):
                position, sent = batch[-1].position, []
                for record in to_records(service, store.epoch, batch, previous):
                    future = await producer.send(
                        topic_of(service),
                        record.value,
                        record.key,
                        record.partition,
                        headers=list(record.headers),
                    )
                    sent.append(future)
                await asyncio.gather(*sent)
    await producer.stop()


async def _bare(bootstrap: str, events: int) -> float:
    """Seconds to be handed as many records."""
    client = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await client.start()
    client.assign([TopicPartition(topic_of(one), n) for one in OTHERS for n in range(PARTITIONS)])
    began, count = time.perf_counter(), 0
    while count < events:
        found = await client.getmany(timeout_ms=500, max_records=MAX_RECORDS)
        count += sum(map(len, found.values()))
    elapsed = time.perf_counter() - began
    await client.stop()
    return elapsed


async def _heard(folder: Path, bootstrap: str, events: int) -> float:
    """Seconds from the first record that sla was handed to the last."""
    clock, began = ShiftedClock(NOW), 0.0
    async with open_core(Settings(data=folder), "sla", TABLES, clock) as core:
        sla = assemble(core)
        sla.watch.begin = lambda _shelf: None  # type: ignore[method-assign,assignment]  # hears only
        async with running(sla, KafkaLine(bootstrap)) as line:

            def read() -> int:
                return sum(lane.read for lane in line.lanes)

            await until(lambda: read() > 0, "the first record", 60.0, every=0.001)
            began = time.perf_counter()
            await until(lambda: read() >= events, "the last record", 3600.0)
            return time.perf_counter() - began
