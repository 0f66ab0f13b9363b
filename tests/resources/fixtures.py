"""The fixtures through which a test asks for real parts; each starts at its first use."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack

import pytest

from deploy.kafka.local_kafka import LocalKafka
from tests.resources.docker_engine import Docker, find_docker
from tests.resources.kafka import Kafka, find_kafka, remove_topics, start_local_kafka
from tests.resources.need import MissingError, refuse
from tests.resources.postgres import (
    LocalPostgres,
    find_postgres,
    fresh_database,
    start_local_postgres,
)


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    """One broker for the whole run; topics made on it stay."""
    with find_kafka() as broker:
        yield broker


@pytest.fixture
async def empty_kafka(kafka: Kafka) -> AsyncIterator[Kafka]:
    """The run's broker without any of the product's topics, whose names are fixed."""
    await remove_topics(kafka.bootstrap)
    yield kafka
    await remove_topics(kafka.bootstrap)


@pytest.fixture(scope="session")
def broker() -> Iterator[LocalKafka]:
    """A broker process for those who kill it, or whose services would join another test's groups.

    Whoever kills it starts it again; topics made on it stay.
    """
    with ExitStack() as stack:
        try:
            started = stack.enter_context(start_local_kafka())
        except MissingError as missing:
            refuse("kafka", f"no local Kafka process: {missing}")
        yield started


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One server for the whole run: the address of its maintenance database."""
    with find_postgres() as server:
        yield server


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """Address an empty database of the test's own."""
    with fresh_database(postgres) as dsn:
        yield dsn


@pytest.fixture
def local_postgres() -> Iterator[Callable[[], LocalPostgres]]:
    """Call it to start a PostgreSQL of the test's own, to stop at once and start again."""
    with ExitStack() as stack:

        def start() -> LocalPostgres:
            try:
                return stack.enter_context(start_local_postgres())
            except MissingError as missing:
                refuse("postgres", f"no local PostgreSQL process: {missing}")

        yield start


@pytest.fixture(scope="session")
def docker() -> Docker:
    """Docker with a compose command."""
    try:
        return find_docker()
    except MissingError as missing:
        refuse("docker", f"no Docker: {missing}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium for browser tests."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        refuse("browser", "no browser: install Chromium (Debian: chromium)")
    return found


@pytest.fixture(scope="session")
def promtool() -> str:
    """Path of Prometheus' own check of metrics."""
    found = shutil.which("promtool")
    if found is None:
        refuse("promtool", "no promtool: install Prometheus (Debian: prometheus)")
    return found
