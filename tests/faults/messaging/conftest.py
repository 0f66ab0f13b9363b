"""A rig on the run's broker."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.messaging.kafka import ensure_topic
from tests.faults.messaging.rig import Rig, rig_in
from tests.resources.kafka import Kafka


@pytest.fixture
async def rig(empty_kafka: Kafka, tmp_path: Path) -> AsyncIterator[Rig]:
    await ensure_topic(empty_kafka.bootstrap, "intake")
    with rig_in(tmp_path, empty_kafka.bootstrap) as rig:
        yield rig
