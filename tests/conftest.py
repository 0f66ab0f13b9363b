"""Fixtures for the whole suite."""

import os

import pytest
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

GROUPS = {
    "e2e": {"system", "docker"},
    "browser": {"console_system", "browser"},
    "kafka": {"kafka", "empty_kafka", "broker"},
}
"""By the fixtures that may not exist twice at the same time, or would cost too much."""

# The same examples at every run, whatever the machine's load: a failure is a bug, not luck.
settings.register_profile(
    "huiyin", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("huiyin")

# A ticket that comes by itself would be in the way of whoever counts; who tests it asks for it.
os.environ["HUIYIN_CANARY_SECONDS"] = "0"


@pytest.hookimpl(tryfirst=True)  # before the plugin reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share systems, a broker or an engine stay in one process of `pytest -n`.

    All others are spread out one by one.
    """
    for item in items:
        assert isinstance(item, pytest.Function)
        parts = {*item.fixturenames}
        group = next((name for name, shared in GROUPS.items() if shared & parts), None)
        if group is not None:
            item.add_marker(pytest.mark.xdist_group(group))
