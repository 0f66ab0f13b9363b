"""What Kafka itself says of consumer groups: their state, and who has which partitions."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import msgspec
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError, for_code

from shared.messaging.kafka.topics import KafkaNotReachedError, admin_of

DESCRIBE_TIME = 2.0
"""Seconds: a page that on-call opens because Kafka hangs must not hang with it."""


def group_of(service: str) -> str:
    """The consumer group of a service."""
    return f"huiyin-{service}"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One instance in its group; `partitions` by topic."""

    member_id: str
    client_id: str
    host: str
    partitions: dict[str, tuple[int, ...]]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """`state` in Kafka's words: Stable, PreparingRebalance, CompletingRebalance, Empty, Dead."""

    group: str
    state: str
    assignor: str
    members: tuple[Member, ...]


async def describe_groups(bootstrap: str, names: Sequence[str]) -> list[Group]:
    """In the order of the names. Raises KafkaNotReachedError."""
    try:
        async with asyncio.timeout(DESCRIBE_TIME), admin_of(bootstrap) as admin:
            # One at a time: aiokafka 0.14 reads the answer's version 3 as version 2, which has a
            # number less behind each group, so it loses its place at the second one.
            answers = [await admin.describe_consumer_groups([name]) for name in names]
        return [_group(answer[0].groups[0]) for answer in cast("list[Any]", answers)]
    except (KafkaError, OSError, TimeoutError) as error:
        raise KafkaNotReachedError(bootstrap) from error


def _group(said: Sequence[Any]) -> Group:
    """Of one entry of the answer (DescribeGroups, v0 and later). Raises KafkaError."""
    code, name, state, _, assignor, members = said[:6]
    if code:
        raise for_code(code)(name)
    return Group(
        group=name,
        state=state,
        assignor=assignor,
        members=tuple(_member(one) for one in members),
    )


def _member(said: Sequence[Any]) -> Member:
    member_id, client_id, host, _, assignment = said
    shared = ConsumerProtocolMemberAssignment.decode(assignment).assignment if assignment else ()
    return Member(
        member_id=member_id,
        client_id=client_id,
        host=host.lstrip("/"),
        partitions={topic: tuple(sorted(numbers)) for topic, numbers in shared},
    )
