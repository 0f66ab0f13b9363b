"""The carrier between processes: Apache Kafka, by aiokafka and under rules that its source taught.

Every network call has a deadline of our own, and a client that raised is thrown away: aiokafka's
idempotent producer does not heal, and a consumer's counters cannot be trusted after an exception.
"""

from shared.messaging.kafka.feed import KafkaFeed
from shared.messaging.kafka.line import KafkaLine
from shared.messaging.kafka.publisher import KafkaPublisher, PublishingRefusedError
from shared.messaging.kafka.topics import (
    KafkaNotReachedError,
    TopicRefusedError,
    ensure_topic,
    wait_for_topics,
)

__all__ = [
    "KafkaFeed",
    "KafkaLine",
    "KafkaNotReachedError",
    "KafkaPublisher",
    "PublishingRefusedError",
    "TopicRefusedError",
    "ensure_topic",
    "wait_for_topics",
]
