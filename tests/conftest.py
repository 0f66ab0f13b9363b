"""Fixtures for the whole suite."""

import os

import pytest
import structlog
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.resources.fixtures import (
    broker,
    chromium,
    database,
    docker,
    empty_kafka,
    kafka,
    local_postgres,
    postgres,
    promtool,
)

__all__ = [
    "broker",
    "chromium",
    "database",
    "docker",
    "empty_kafka",
    "kafka",
    "local_postgres",
    "postgres",
    "promtool",
]

TOGETHER = {
    "tests/e2e/": "systems",
    "tests/browser/": "consoles",
    "tests/contract/": "broker",
    "tests/faults/": "broker",
    "tests/integration/": "broker",
    "tests/resources/": "broker",
    "tests/unit/test_cli_run.py": "a run",
    "tests/unit/test_every_refusal.py": "desks",
}
"""Where tests share what may not exist twice at the same time, or would cost too much."""

# The same examples at every run, whatever the machine's load: a failure is a bug, not luck.
settings.register_profile(
    "huiyin", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("huiyin")

# Tracebacks without locals: structlog's own take seconds each, on the event loop.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(),
    ]
)

# A ticket that comes by itself would be in the way of whoever counts; who tests it asks for it.
os.environ["HUIYIN_CANARY_SECONDS"] = "0"

# Java's second compiler costs half of a broker's start, and tests start many short-lived ones.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")


class Together(LoadScopeScheduling):
    """Tests that share a part stay in one process of `pytest -n`; all others go one by one.

    pytest-xdist 3.8's own `--dist loadgroup` writes into node ids, which pytest 9.2 lets nobody.
    """

    def _split_scope(self, nodeid: str) -> str:
        shared = (part for folder, part in TOGETHER.items() if nodeid.startswith(folder))
        return next(shared, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return Together(config, log)
