"""Topics from their first record on, read once beside whatever else reads them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from shared.messaging.envelope import Record
from shared.messaging.kafka.records import record_of
from shared.messaging.kafka.topics import KafkaNotReachedError
from shared.messaging.topics import topic_of

BATCH = 1000
START_TIME = 45.0
SILENCE_TIME = 30.0
"""Seconds without a record, where there must be some, before the reading is given up."""
WAIT_MS = 500


Message = ConsumerRecord[bytes, bytes]


async def read_past(
    bootstrap: str, publishers: Sequence[str], partitions: Collection[int]
) -> AsyncIterator[tuple[str, Sequence[Record]]]:
    """Up to the ends that the topics have now. No group, no marks. Raises KafkaNotReachedError."""
    names = {topic_of(one): one for one in publishers}
    wanted = [TopicPartition(topic, number) for topic in names for number in partitions]
    if not wanted:
        return
    async with _reading(bootstrap) as client:
        client.assign(wanted)
        await client.seek_to_beginning(*wanted)
        ends = await client.end_offsets(wanted)
        while left := [tp for tp in wanted if await client.position(tp) < ends[tp]]:
            for tp, found in (await _some(client, left)).items():
                records = [record_of(one) for one in found if one.offset < ends[tp]]
                yield names[tp.topic], records


async def _some(
    client: AIOKafkaConsumer, wanted: Sequence[TopicPartition]
) -> Mapping[TopicPartition, Sequence[Message]]:
    async with asyncio.timeout(SILENCE_TIME):
        while not (found := await client.getmany(*wanted, timeout_ms=WAIT_MS, max_records=BATCH)):
            pass
    return found


@asynccontextmanager
async def _reading(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    client = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="none"
    )
    try:
        async with asyncio.timeout(START_TIME):
            await client.start()
        yield client
    except (KafkaError, TimeoutError, OSError) as error:
        raise KafkaNotReachedError("the topics could not be read to their ends") from error
    finally:
        await client.stop()
