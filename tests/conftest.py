"""Fixtures for the whole suite."""

from tests.resources.fixtures import (
    chromium,
    database,
    docker,
    empty_kafka,
    kafka,
    local_kafka,
    local_postgres,
    postgres,
    promtool,
)

__all__ = [
    "chromium",
    "database",
    "docker",
    "empty_kafka",
    "kafka",
    "local_kafka",
    "local_postgres",
    "postgres",
    "promtool",
]
