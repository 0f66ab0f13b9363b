"""Topics are made as the design needs them, and refused where they are not."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic

from shared.carrier import Station
from shared.messaging.kafka import (
    KafkaLine,
    KafkaNotReachedError,
    TopicRefusedError,
    ensure_topic,
    topics,
    wait_for_topics,
)
from tests.contract.desks import Shelf
from tests.resources.kafka import Kafka
from tests.until import until


async def make(kafka: Kafka, partitions: int, **settings: str) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await client.start()
    configs = {name.replace("_", "."): value for name, value in settings.items()}
    try:
        await client.create_topics(
            [NewTopic("complaints.intake", partitions, 1, topic_configs=configs)]
        )
    finally:
        await client.close()


async def test_a_topic_is_made_once_and_found_again(empty_kafka: Kafka) -> None:
    for _ in range(2):
        await ensure_topic(empty_kafka.bootstrap, "intake")

    await wait_for_topics(empty_kafka.bootstrap, ["intake"])


async def test_another_number_of_partitions_is_refused(empty_kafka: Kafka) -> None:
    await make(empty_kafka, 6, retention_ms="-1")

    with pytest.raises(TopicRefusedError, match="has 6 partitions where 12 are needed"):
        await ensure_topic(empty_kafka.bootstrap, "intake")


async def test_a_partition_added_later_is_refused(empty_kafka: Kafka) -> None:
    await ensure_topic(empty_kafka.bootstrap, "intake")
    client = AIOKafkaAdminClient(bootstrap_servers=empty_kafka.bootstrap)
    await client.start()
    await client.create_partitions({"complaints.intake": NewPartitions(13)})

    async def grown() -> bool:
        topic = (await client.describe_topics(["complaints.intake"]))[0]
        return len(topic["partitions"]) == 13

    await until(grown, "the broker knows its new partition")
    await client.close()

    with pytest.raises(TopicRefusedError, match="has 13 partitions where 12 are needed"):
        await wait_for_topics(empty_kafka.bootstrap, ["intake"])


async def test_a_topic_that_forgets_is_refused(empty_kafka: Kafka) -> None:
    await make(empty_kafka, 12, retention_ms="604800000")

    with pytest.raises(TopicRefusedError, match=r"retention\.ms=604800000 where -1 is needed"):
        await ensure_topic(empty_kafka.bootstrap, "intake")


async def test_a_compacted_topic_is_refused(empty_kafka: Kafka) -> None:
    await make(empty_kafka, 12, retention_ms="-1", cleanup_policy="compact")

    with pytest.raises(TopicRefusedError, match=r"cleanup\.policy=compact where delete is needed"):
        await ensure_topic(empty_kafka.bootstrap, "intake")


async def test_without_a_broker_the_start_fails_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topics, "REACH_TIME", 0.5)

    with pytest.raises(KafkaNotReachedError, match=r"No Kafka broker answers at 127\.0\.0\.1:1"):
        await ensure_topic("127.0.0.1:1", "intake")


async def test_who_waits_for_topics_says_which(empty_kafka: Kafka, shelf: Shelf) -> None:
    """Whoever forgot to start a service is not to look for the fault in Kafka."""
    bootstrap, reader = empty_kafka.bootstrap, shelf.reader()
    await ensure_topic(bootstrap, "intake")
    hears = ("intake", "dispatch")
    station = Station("sla", reader.store, publishes=False, subscriber=reader, hears=hears)
    async with KafkaLine(bootstrap).attach(station) as attachment:
        waits = "Not there yet: complaints.dispatch. Start Kafka, and the services that make them."
        await until(lambda: attachment.obstacles() == [waits], "the topic is missed")
        await ensure_topic(bootstrap, "dispatch")
        await until(lambda: attachment.obstacles() == [], "it reads")
