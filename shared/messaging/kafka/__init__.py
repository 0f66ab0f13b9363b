"""The carrier between processes: Apache Kafka, by aiokafka and under rules that its source taught.

Every network call has a deadline of our own, and a client that raised is thrown away: aiokafka's
idempotent producer does not heal, and a consumer's counters cannot be trusted after an exception.
"""

from shared.messaging.kafka.feed import KafkaFeed
from shared.messaging.kafka.groups import Group, Member, describe_groups, group_of
from shared.messaging.kafka.line import KafkaLine
from shared.messaging.kafka.publisher import KafkaPublisher, PublishingRefusedError
from shared.messaging.kafka.topics import (
    KafkaNotReachedError,
    TopicRefusedError,
    ensure_topic,
    wait_for_topics,
)

__all__ = [
    "Group",
    "KafkaFeed",
    "KafkaLine",
    "KafkaNotReachedError",
    "KafkaPublisher",
    "Member",
    "PublishingRefusedError",
    "TopicRefusedError",
    "describe_groups",
    "ensure_topic",
    "group_of",
    "wait_for_topics",
]
