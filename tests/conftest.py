"""Fixtures for the whole suite."""

from hypothesis import HealthCheck, settings

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

# The same examples at every run, whatever the machine's load: a failure is a bug, not luck.
settings.register_profile(
    "huiyin", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("huiyin")
