"""The real parts are real: they keep what was written, and a kill is a kill."""

import subprocess
from collections.abc import Callable

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.kafka.local_kafka import LocalKafka
from tests.resources.docker_engine import Docker
from tests.resources.kafka import Kafka, remove_topics
from tests.resources.need import MissingError, first
from tests.resources.postgres import LocalPostgres

TOPIC = "complaints.resources"


async def write(bootstrap: str, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True)
    await producer.start()
    try:
        await producer.send_and_wait(TOPIC, value, partition=0)
    finally:
        await producer.stop()


async def read(bootstrap: str, count: int) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(TOPIC, 0)])
        return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


async def create_topic(bootstrap: str) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        await client.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    finally:
        await client.close()


async def test_a_broker_gives_back_what_was_written(empty_kafka: Kafka) -> None:
    await create_topic(empty_kafka.bootstrap)

    await write(empty_kafka.bootstrap, b"first")

    assert await read(empty_kafka.bootstrap, 1) == [b"first"]


async def test_a_topic_of_an_earlier_test_is_gone(empty_kafka: Kafka) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=empty_kafka.bootstrap)
    await client.start()
    try:
        assert TOPIC not in await client.list_topics()
    finally:
        await client.close()


async def test_a_killed_broker_still_has_its_records_when_it_comes_back(
    broker: LocalKafka,
) -> None:
    await remove_topics(broker.bootstrap)
    await create_topic(broker.bootstrap)
    await write(broker.bootstrap, b"before")

    broker.kill()
    broker.start()
    await write(broker.bootstrap, b"after")

    assert await read(broker.bootstrap, 2) == [b"before", b"after"]


def test_each_test_has_a_database_of_its_own(postgres: str, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE mine (id int)")

    with psycopg.connect(postgres) as connection:
        found = connection.execute("SELECT to_regclass('mine')").fetchone()
    assert found == (None,)


def test_a_server_stopped_at_once_still_has_what_was_committed(
    local_postgres: Callable[[], LocalPostgres],
) -> None:
    server = local_postgres()
    with psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS id")

    server.stop_immediately()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.dsn)
    server.start()

    with psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]


def test_a_compose_command_answers(docker: Docker) -> None:
    subprocess.run([*docker.compose, "version"], check=True, capture_output=True)


def test_the_first_way_that_works_is_taken() -> None:
    assert first("kafka", (missing, lambda: "second", lambda: "third")) == "second"


def test_a_missing_resource_skips_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_TEST_REQUIRE", "postgres")

    with pytest.raises(pytest.skip.Exception, match="no kafka: install it"):
        first("kafka", (missing,))


def test_a_missing_resource_that_is_required_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_TEST_REQUIRE", "postgres,kafka")

    with pytest.raises(pytest.fail.Exception, match="install it"):
        first("kafka", (missing,))


def missing() -> str:
    message = "install it"
    raise MissingError(message)
