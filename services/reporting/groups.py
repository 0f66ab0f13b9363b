"""Asks Kafka, where it carries, who reads which partitions."""

from datetime import datetime

import msgspec

from services.reporting.bootstrap import Reporting
from shared.messaging.kafka import Group, KafkaNotReachedError, describe_groups, group_of
from shared.settings import SERVICES


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    """All services' groups; none where everything runs in one process, or Kafka says nothing."""

    as_of: datetime
    kafka: bool
    """Whether it carries at all."""
    reachable: bool
    items: list[Group]


async def groups_now(reporting: Reporting) -> Groups:
    """As Kafka's coordinators know them at this moment."""
    bootstrap, now = reporting.core.settings.kafka, reporting.core.now()
    if bootstrap is None:
        return Groups(as_of=now, kafka=False, reachable=False, items=[])
    try:
        found = await describe_groups(bootstrap, [group_of(service) for service in SERVICES])
    except KafkaNotReachedError:
        return Groups(as_of=now, kafka=True, reachable=False, items=[])
    return Groups(as_of=now, kafka=True, reachable=True, items=found)
