"""Apache Kafka for tests: a given broker, a container, or the official jars."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from deploy.kafka.finding import VERSION, KafkaUnavailableError
from deploy.kafka.in_docker import DOCKER_SETTINGS
from deploy.kafka.local_kafka import START_TIME, LocalKafka, answers, free_port
from shared.messaging.kafka import topics
from tests.resources.docker_engine import container
from tests.resources.need import MissingError, first

OWN_TOPICS = "complaints."
REMOVAL_TIME = 30.0
topics.PAUSE_TIME = 0.1
"""A topic that was just made is asked for again sooner than in the product."""


@dataclass(frozen=True, kw_only=True)
class Kafka:
    """A broker that answers at `bootstrap`; `process` where it is ours to kill."""

    bootstrap: str
    process: LocalKafka | None = None


@contextmanager
def find_kafka() -> Iterator[Kafka]:
    """Give one broker in the order given, container, jars; the test is refused without one."""
    with ExitStack() as stack:
        yield first(
            "kafka", (_given, lambda: _contained(stack), lambda: stack.enter_context(_started()))
        )


def _given() -> Kafka:
    bootstrap = os.environ.get("HUIYIN_TEST_KAFKA")
    if bootstrap is None:
        message = "set HUIYIN_TEST_KAFKA to a broker kept for tests"
        raise MissingError(message)
    return Kafka(bootstrap=bootstrap)


def _contained(stack: ExitStack) -> Kafka:
    prepared = container("KAFKA_IMAGE", f"apache/kafka:{VERSION}")
    port = free_port()  # the same inside and out, because the broker advertises it
    host = prepared.get_docker_client().host()
    for line in DOCKER_SETTINGS:
        prepared.with_env(*line.split("=", 1))
    prepared.with_env("KAFKA_LISTENERS", f"PLAINTEXT://:{port},CONTROLLER://:9093")
    prepared.with_env("KAFKA_ADVERTISED_LISTENERS", f"PLAINTEXT://{host}:{port}")
    prepared.with_bind_ports(f"{port}/tcp", port)
    running = stack.enter_context(prepared)
    deadline = time.monotonic() + START_TIME
    while not answers(port, host):
        if time.monotonic() > deadline:
            out, err = running.get_logs()
            message = f"Kafka's container did not get ready:\n{(out + err).decode()[-2000:]}"
            raise RuntimeError(message)
        time.sleep(0.1)
    return Kafka(bootstrap=f"{host}:{port}")


@contextmanager
def _started() -> Iterator[Kafka]:
    with start_local_kafka() as broker:
        yield Kafka(bootstrap=broker.bootstrap, process=broker)


@contextmanager
def start_local_kafka() -> Iterator[LocalKafka]:
    """Start a broker process of our own over a new folder; raises MissingError where none can run.

    The broker may be stopped, killed, frozen and started again; it is ended and its folder removed
    on leaving.
    """
    data = Path(tempfile.mkdtemp(prefix="huiyin-kafka-"))
    try:
        broker = _local_kafka(data)
        try:
            broker.start()
            yield broker
        finally:
            broker.kill()
    finally:
        shutil.rmtree(data)


def _local_kafka(data: Path) -> LocalKafka:
    try:
        return LocalKafka(data)
    except KafkaUnavailableError as missing:
        raise MissingError(str(missing)) from missing


async def remove_topics(bootstrap: str, prefix: str = OWN_TOPICS) -> None:
    """Delete every topic whose name begins so, and wait until the broker lists none of them."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        deadline = time.monotonic() + REMOVAL_TIME
        while left := [name for name in await client.list_topics() if name.startswith(prefix)]:
            if time.monotonic() > deadline:
                message = f"topics are still there after {REMOVAL_TIME:.0f} s: {left}"
                raise RuntimeError(message)
            await client.delete_topics(left)
    finally:
        await client.close()
