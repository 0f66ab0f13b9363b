"""One life of one Kafka consumer: which partitions it was given, and who handles their records."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from shared.event_store import StoreUnavailableError
from shared.messaging.kafka.records import record_of
from shared.messaging.subscriber import EpochChangedError, PartitionFullError, Subscriber
from shared.messaging.topics import topic_of

MAX_RECORDS = 500
POLL_TIME = 0.5
BUSY_POLL_TIME = 0.01
"""While partitions are being handled; `getmany` must not be cancelled when one is done."""
STALL_TIME = 30.0
GIVE_BACK_TIME = 5.0
COMMIT_TIME = 5.0
PAUSE_TIME = 0.5

log = structlog.get_logger(__name__)


class FetchStalledError(Exception):
    """The client says nothing and does nothing: aiokafka's fetcher dies unseen."""


class Session(ConsumerRebalanceListener):
    """Reads until the client fails; partitions are handled side by side.

    The group's callbacks only take notes: what needs the store is done in `run`, because the
    client sends no heartbeats while a callback runs.
    """

    def __init__(
        self,
        client: AIOKafkaConsumer,
        subscriber: Subscriber,
        publishers: Sequence[str],
        *,
        aligned: bool,
        on_adopted: Callable[[], None] = lambda: None,
    ) -> None:
        self.alarms: dict[TopicPartition, str] = {}
        self.read: dict[TopicPartition, int] = {}
        """Of each open partition the offset up to which its records had their effect."""
        self.ends: dict[TopicPartition, int] = {}
        self.adopted = False
        self._client = client
        self._subscriber = subscriber
        self._publishers = {topic_of(publisher): publisher for publisher in publishers}
        self._aligned = aligned
        self._on_adopted = on_adopted
        self._offered: frozenset[TopicPartition] | None = None
        self._turn = 0
        self._tasks: dict[TopicPartition, asyncio.Task[None]] = {}
        self._polled: dict[TopicPartition, tuple[int | None, float]] = {}
        self._committed: dict[TopicPartition, int] = {}
        self._waits_since = _now()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Called by the client; whatever it names, everything is given back."""
        del revoked  # the rebalance is eager
        await self.give_back()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Called by the client, which fetches from wrong offsets until `run` has sought."""
        self._offered = frozenset(assigned)

    async def run(self, beat: Callable[[], None]) -> None:
        """Reads until the client raises. Raises FetchStalledError."""
        while True:
            beat()
            if self._offered is not None:
                await self._adopt(self._offered)
            wanted = [tp for tp in self.read if tp not in self._tasks and tp not in self.alarms]
            if wanted:
                await self._poll(wanted)
            elif self._tasks:
                await asyncio.wait(
                    self._tasks.values(), timeout=POLL_TIME, return_when=asyncio.FIRST_COMPLETED
                )
            else:
                await self._stand_by()

    async def give_back(self) -> None:
        """Stops handling, stores how far it read, and lets the partitions go."""
        self._turn += 1
        self._offered, self.adopted, self._waits_since = None, False, _now()
        partitions = list(self.read)
        for known in (self.read, self.ends, self.alarms, self._polled, self._committed):
            known.clear()
        tasks = [*self._tasks.values()]
        for task in tasks:
            task.cancel()
        with suppress(StoreUnavailableError, TimeoutError):
            async with asyncio.timeout(GIVE_BACK_TIME):
                await asyncio.gather(*tasks, return_exceptions=True)
                await self._subscriber.flush()
        for publisher, numbers in self._by_publisher(partitions).items():
            self._subscriber.revoke(publisher, numbers)

    def end_of(self, tp: TopicPartition) -> int | None:
        """The newest end that is known of an open partition."""
        if tp not in self.read:
            return None
        return max(self.ends[tp], self._client.highwater(tp) or 0)

    async def commit(self) -> None:
        """Tells Kafka how far it read: for lag tools only, so a failure is nobody's loss."""
        moved = {tp: at for tp, at in self.read.items() if self._committed.get(tp, 0) != at}
        if not moved:
            return
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(COMMIT_TIME):
                await self._client.commit(moved)
            self._committed.update(moved)

    async def _adopt(self, offered: frozenset[TopicPartition]) -> None:
        self._offered = None
        turn = self._turn
        groups = self._by_publisher(offered)
        if self._aligned and len({tuple(numbers) for numbers in groups.values()}) > 1:
            log.error("assignment refused: a partition lacks in one of the topics")
            return
        async with asyncio.timeout(STALL_TIME):
            ends = await self._client.end_offsets(list(offered))
        starts = await self._assign(groups)
        given_back = turn != self._turn  # while the store was asked
        if starts is None or given_back:
            for publisher, numbers in groups.items():
                self._subscriber.revoke(publisher, numbers)
            if not given_back:
                self._offered = offered
                await asyncio.sleep(PAUSE_TIME)
            return
        for tp, start in starts.items():
            self._client.seek(tp, start)
        self.read, self.ends, self.adopted = starts, ends, True
        self._on_adopted()

    async def _assign(
        self, groups: Mapping[str, Sequence[int]]
    ) -> dict[TopicPartition, int] | None:
        """None where the store cannot say now where to begin."""
        starts: dict[TopicPartition, int] = {}
        for publisher, numbers in groups.items():
            try:
                offsets = await self._subscriber.assign(publisher, numbers)
            except StoreUnavailableError:
                return None
            except EpochChangedError:
                self._stop_publisher(publisher, numbers)
                continue
            topic = topic_of(publisher)
            starts |= {TopicPartition(topic, number): offsets[number] for number in numbers}
        return starts

    async def _poll(self, wanted: Sequence[TopicPartition]) -> None:
        time = BUSY_POLL_TIME if self._tasks else POLL_TIME
        try:
            # The outer limit is for a rebalance that never ends; after it the client is rebuilt.
            async with asyncio.timeout(STALL_TIME):
                batches = await self._client.getmany(
                    *wanted, timeout_ms=int(time * 1000), max_records=MAX_RECORDS
                )
        except NoOffsetForPartitionError:
            return  # it fetched before `_adopt` has sought
        except OffsetOutOfRangeError as error:
            for tp in error.args[0]:
                self._begin_or_stop(tp)
            return
        for tp, messages in batches.items():
            if tp in self.read:  # else it was given back, or is not adopted yet
                self._tasks[tp] = asyncio.create_task(self._take(tp, messages))
        self._check_stall(wanted)

    def _begin_or_stop(self, tp: TopicPartition) -> None:
        if self._subscriber.lost(self._publishers[tp.topic], tp.partition):
            self._client.seek(tp, 0)
            self.read[tp] = 0
        else:
            self._stop(tp, "the topic lacks records that were not read yet")

    async def _take(
        self, tp: TopicPartition, messages: Sequence[ConsumerRecord[bytes, bytes]]
    ) -> None:
        publisher = self._publishers[tp.topic]
        records = [record_of(message) for message in messages]
        try:
            await self._subscriber.take(publisher, tp.partition, records)
        except EpochChangedError:
            self._stop_publisher(publisher, [one.partition for one in self.read])
        except PartitionFullError:
            self._stop(tp, "a record is missing, and no more can be kept aside")
        except Exception as error:
            # A bug of ours must not silence the other partitions, nor pass for having read this.
            log.exception("taking records failed", topic=tp.topic, partition=tp.partition)
            self._stop(tp, type(error).__name__)
        else:
            self.read[tp] = messages[-1].offset + 1
        finally:
            del self._tasks[tp]

    async def _stand_by(self) -> None:
        """Nothing was given yet, or nothing is left to read."""
        await asyncio.sleep(POLL_TIME)
        if self._offered is None and not self.adopted and _now() - self._waits_since > STALL_TIME:
            raise FetchStalledError("no assignment")

    def _stop_publisher(self, publisher: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._stop(
                TopicPartition(topic_of(publisher), number), "the publisher's store is another one"
            )

    def _stop(self, tp: TopicPartition, reason: str) -> None:
        if tp not in self.alarms:
            log.error("partition stopped", topic=tp.topic, partition=tp.partition, reason=reason)
        self.alarms[tp] = reason

    def _check_stall(self, wanted: Sequence[TopicPartition]) -> None:
        """Each partition that waits for records is answered twice a second, if only with none."""
        polled = {}
        for tp in wanted:
            if tp not in self.read:
                continue
            stamp = self._client.last_poll_timestamp(tp)
            before = self._polled.get(tp)
            polled[tp] = before if before and before[0] == stamp else (stamp, _now())
            if _now() - polled[tp][1] > STALL_TIME:
                raise FetchStalledError(f"{tp.topic}/{tp.partition}")
        self._polled = polled

    def _by_publisher(self, partitions: Iterable[TopicPartition]) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = {publisher: [] for publisher in self._publishers.values()}
        for tp in sorted(partitions):
            groups[self._publishers[tp.topic]].append(tp.partition)
        return groups


def _now() -> float:
    return asyncio.get_running_loop().time()
