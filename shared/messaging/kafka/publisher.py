"""The relay's way to Kafka: idempotent, acknowledged by all replicas, one batch at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.group_commit import EventStore
from shared.messaging.envelope import Record, UnreadableRecordError
from shared.messaging.headers import read_record
from shared.messaging.kafka.records import record_of
from shared.messaging.relay import BATCH, PublishError
from shared.messaging.topics import PARTITIONS, topic_of

REQUEST_TIME = 10.0
PUBLISH_TIME = 20.0
"""Seconds for one batch; aiokafka's own `send` may wait for ever while Kafka is away."""
STOP_TIME = 5.0
RETRY_TIME = 0.5
MAX_BATCH_BYTES = 512 * 1024
"""Two of the largest events; half of what a broker takes by default."""
LOOK_BACK = 2 * BATCH
"""Records read back in a partition: more than a second relay may have repeated at its end."""

log = structlog.get_logger(__name__)


class PublishingRefusedError(Exception):
    """Topic and store do not belong together; the message says in a sentence what is wrong."""


class KafkaPublisher:
    """Publishes one service's records; a producer that raised is thrown away."""

    def __init__(self, bootstrap: str, service: str, store: EventStore) -> None:
        self._bootstrap = bootstrap
        self._service = service
        self._store = store
        self._producer: AIOKafkaProducer | None = None
        self._checked = False

    async def publish(self, service: str, records: Sequence[Record]) -> None:
        """Returns when all in-sync replicas have every record.

        Raises PublishError, and before the first record PublishingRefusedError where the topic
        holds what this store never wrote.
        """
        parts: dict[int, list[Record]] = {}
        for record in records:
            parts.setdefault(record.partition, []).append(record)
        try:
            async with asyncio.timeout(PUBLISH_TIME):
                await self._check()
                await _send_all(await self._ready(), topic_of(service), parts)
        except PublishingRefusedError:
            raise
        except Exception as error:
            # Whatever it was, the producer's counters may no longer be the broker's.
            await self._discard()
            raise PublishError(type(error).__name__) from error

    async def settle(self, service: str) -> None:
        """Nothing to do: what Kafka has acknowledged stays."""

    async def close(self) -> None:
        """Lets go of the connection."""
        await self._discard()

    async def _ready(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                client_id=f"huiyin-{self._service}",
                acks="all",
                enable_idempotence=True,
                linger_ms=0,
                max_batch_size=MAX_BATCH_BYTES,
                request_timeout_ms=int(REQUEST_TIME * 1000),
                retry_backoff_ms=int(RETRY_TIME * 1000),
            )
            await self._producer.start()
        return self._producer

    async def _discard(self) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        # `stop` first waits for its batches, for ever if need be: they are given up beforehand.
        task = producer._sender.sender_task  # noqa: SLF001 - no public way to give them up
        if task is not None:
            task.cancel()
        closings: tuple[Callable[[], Awaitable[None]], ...] = (producer.client.close, producer.stop)
        for close in closings:
            try:
                async with asyncio.timeout(STOP_TIME):
                    await close()
            except Exception as error:  # noqa: BLE001 - whatever is left of it, another one follows
                log.warning("producer did not close", reason=type(error).__name__)

    async def _check(self) -> None:
        if self._checked:
            return
        last = await _last_records(self._bootstrap, self._service)
        end = await self._store.end()  # asked second: another instance may be publishing
        for partition, records in last.items():
            for record in records:
                self._compare(partition, record, end)
        self._checked = True

    def _compare(self, partition: int, record: Record, end: int) -> None:
        try:
            published = read_record(record, self._service)
        except UnreadableRecordError:
            return  # a stranger's; the consumers set it aside
        topic = topic_of(self._service)
        if published.epoch != self._store.epoch:
            raise PublishingRefusedError(
                f"Topic {topic} holds events of another store (epoch {published.epoch}, "
                f"here {self._store.epoch}): give this store a new topic, or the topic its store."
            )
        if published.position > end:
            raise PublishingRefusedError(
                f"Topic {topic} holds position {published.position} in partition {partition}, and "
                f"the store ends at {end}: it was restored from a backup older than the topic."
            )


async def _send_all(
    producer: AIOKafkaProducer, topic: str, parts: Mapping[int, Sequence[Record]]
) -> None:
    """Waits for all partitions, also where one fails: what goes on after it may be discarded."""
    sending = [_send(producer, topic, number, part) for number, part in parts.items()]
    for outcome in await asyncio.gather(*sending, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def _send(
    producer: AIOKafkaProducer, topic: str, partition: int, records: Sequence[Record]
) -> None:
    batch = producer.create_batch()
    for record in records:
        if not _append(batch, record):
            await (await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            _append(batch, record)
    await (await producer.send_batch(batch, topic, partition=partition))


def _append(batch: BatchBuilder, record: Record) -> bool:
    added = batch.append(
        key=record.key, value=record.value, timestamp=None, headers=list(record.headers)
    )
    return added is not None


async def _last_records(bootstrap: str, service: str) -> dict[int, list[Record]]:
    """The newest records of each partition of the service's topic."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="none",
        request_timeout_ms=int(REQUEST_TIME * 1000),
    )
    partitions = [TopicPartition(topic_of(service), number) for number in range(PARTITIONS)]
    try:
        await consumer.start()
        ends = await consumer.end_offsets(partitions)
        begins = await consumer.beginning_offsets(partitions)
        wanted = {tp: end for tp, end in ends.items() if end > begins[tp]}
        if not wanted:
            return {}
        consumer.assign(list(wanted))
        for tp, end in wanted.items():
            consumer.seek(tp, max(begins[tp], end - LOOK_BACK))
        return await _read_up_to(consumer, wanted)
    finally:
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(STOP_TIME):
                await consumer.stop()


async def _read_up_to(
    consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]
) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {tp.partition: [] for tp in ends}
    waiting = set(ends)
    while waiting:
        for tp, messages in (await consumer.getmany(*waiting, timeout_ms=500)).items():
            found[tp.partition] += [record_of(message) for message in messages]
        waiting = {tp for tp in waiting if await consumer.position(tp) < ends[tp]}
    return found
