"""A service's reading of the others' topics: one consumer after another, for as long as it runs."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError

from shared.carrier import HandOuts
from shared.event_store import StoreUnavailableError
from shared.instance import INSTANCE
from shared.messaging.kafka.groups import group_of
from shared.messaging.kafka.session import FetchStalledError, Session
from shared.messaging.subscriber import Subscriber
from shared.messaging.topics import topic_of

START_TIME = 45.0
STOP_TIME = 10.0
REBUILD_PAUSE = 1.0
FLUSH_TIME = 1.0
SESSION_TIME = 10.0
REBALANCE_TIME = 15.0
REQUEST_TIME = 30.0
"""Longer than a rebalance: its join request is answered at the end of it."""
FETCH_TIME = 0.1
"""A partition that was just read waits so long at most for a fetch that left without it."""
RETRY_TIME = 0.5
"""The client logs each of its tries, several in a step: in an outage ten lines a second do."""
NEVER = 10 * 24 * 3600.0
"""Handling may take as long as a database outage; the watchdog looks after what really hangs."""

log = structlog.get_logger(__name__)


class KafkaFeed:
    """Hands the topics' records to one subscriber.

    `aligned` refuses an assignment in which one topic lacks a partition number that another has.
    `beat` is called as long as reading moves, also while Kafka is away.
    """

    def __init__(
        self,
        bootstrap: str,
        service: str,
        subscriber: Subscriber,
        publishers: Sequence[str],
        *,
        aligned: bool = False,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._bootstrap = bootstrap
        self._service = service
        self._subscriber = subscriber
        self._publishers = publishers
        self._aligned = aligned
        self._beat = beat
        self._session: Session | None = None
        self._failure: str | None = None
        """Why the last try to read ended; None once Kafka has given partitions again."""
        self.handed_out = HandOuts()
        """What rebalances came to, over all sessions."""

    async def run(self) -> None:
        """Reads until cancelled; whatever the client does, a new one takes its place."""
        flushing = asyncio.create_task(self._flush())
        try:
            while True:
                await self._live()
                await asyncio.sleep(REBUILD_PAUSE)
        finally:
            flushing.cancel()
            with suppress(asyncio.CancelledError):
                await flushing

    @property
    def alarms(self) -> Mapping[tuple[str, int], str]:
        """Partitions that stand still, by topic and number, and why."""
        session = self._session
        return (
            {(tp.topic, tp.partition): why for tp, why in session.alarms.items()} if session else {}
        )

    def obstacles(self) -> list[str]:
        """Why not everything is being read, a sentence each."""
        if self._session is None or not self._session.adopted:
            if self._failure:
                return [f"Kafka cannot be read ({self._failure}): see whether it runs."]
            return ["Kafka has not given this instance its partitions."]
        return [f"{topic}/{number}: {reason}." for (topic, number), reason in self.alarms.items()]

    def caught_up(self, partition: int) -> bool:
        """Whether this number was read, in all topics, to the end it had when it was assigned."""
        session = self._session
        tps = [TopicPartition(topic_of(publisher), partition) for publisher in self._publishers]
        return session is not None and all(
            tp in session.read and session.read[tp] >= session.ends[tp] for tp in tps
        )

    def extent(self, publisher: str, partition: int) -> int | None:
        """The end of the partition, as the broker said it last; None while it is not read here."""
        tp = TopicPartition(topic_of(publisher), partition)
        return self._session.end_of(tp) if self._session else None

    def lag(self, publisher: str, partition: int) -> int | None:
        """Records up to that end without an effect here; None while it is not read here."""
        tp = TopicPartition(topic_of(publisher), partition)
        session, end = self._session, self.extent(publisher, partition)
        return None if session is None or end is None else max(0, end - session.read[tp])

    async def _live(self) -> None:
        client = self._client()
        session = Session(
            client,
            self._subscriber,
            self._publishers,
            aligned=self._aligned,
            on_adopted=self._on_adopted,
        )
        self._beat()
        try:
            client.subscribe([topic_of(one) for one in self._publishers], listener=session)
            async with asyncio.timeout(START_TIME):
                await client.start()
            self._session = session
            await session.run(self._beat)
        except (KafkaError, FetchStalledError, TimeoutError, OSError) as error:
            self._failure = type(error).__name__
            log.warning("reading begins anew", reason=self._failure)
        except Exception:
            # The library also fails with its assertions; a bug of ours must not end reading.
            log.exception("reading begins anew")
        finally:
            self._session = None
            await session.give_back()
            await _dispose(client)

    def _on_adopted(self) -> None:
        self._failure = None
        self.handed_out = HandOuts(self.handed_out.times + 1, datetime.now(UTC))

    def _client(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            client_id=f"{group_of(self._service)}-{INSTANCE}",
            group_id=group_of(self._service),
            enable_auto_commit=False,
            auto_offset_reset="none",
            partition_assignment_strategy=(RangePartitionAssignor,),
            session_timeout_ms=int(SESSION_TIME * 1000),
            heartbeat_interval_ms=int(SESSION_TIME * 1000 / 3),
            rebalance_timeout_ms=int(REBALANCE_TIME * 1000),
            request_timeout_ms=int(REQUEST_TIME * 1000),
            retry_backoff_ms=int(RETRY_TIME * 1000),
            max_poll_interval_ms=int(NEVER * 1000),
            fetch_max_wait_ms=int(FETCH_TIME * 1000),
        )

    async def _flush(self) -> None:
        """Marks are stored at most a second late: what is unmarked is read again after a crash."""
        while True:
            await asyncio.sleep(FLUSH_TIME)
            try:
                await self._subscriber.flush()
            except StoreUnavailableError:
                log.warning("marks wait for the store")
            except Exception:
                log.exception("flushing failed")
            if self._session is not None:
                await self._session.commit()


async def _dispose(client: AIOKafkaConsumer) -> None:
    if await _ended(client.stop()):
        return
    coordinator, fetcher = client._coordinator, client._fetcher  # noqa: SLF001 - no public way after `stop` failed
    if coordinator is not None:
        # Its heartbeats would keep a member in the group that nobody reads for.
        await _ended(coordinator._stop_heartbeat_task())  # noqa: SLF001 - the same
    # Without its connections the rest of it ends by itself.
    await _ended(client._client.close())  # noqa: SLF001 - the same
    if fetcher is not None:
        await _ended(fetcher.close())


async def _ended(closing: Coroutine[Any, Any, None]) -> bool:
    """Whether it came to its end, in time and without an error.

    In a task of its own: the library swallows a time limit's cancellation, and lets out the one of
    a fetch that it cancelled itself, which would end the reading as if somebody had asked for it.
    """
    task = asyncio.create_task(closing)
    done, _ = await asyncio.wait([task], timeout=STOP_TIME)
    if not done:
        task.cancel()
        log.warning("consumer did not close", reason="TimeoutError")
        return False
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    if error is not None:  # whatever is left of it, another one follows
        log.warning("consumer did not close", reason=type(error).__name__)
    return error is None
