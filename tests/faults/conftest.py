"""Systems to be killed, over each kind of store."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.kafka.local_kafka import LocalKafka
from tests.e2e.system import HUIYIN, Command, System
from tests.faults.systems import in_one_process, intake_alone


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., System]]:
    """Call it to have all services in one process, over SQLite."""
    with ExitStack() as stack:
        yield lambda command=(HUIYIN,): stack.enter_context(in_one_process(tmp_path, command))


@pytest.fixture
def serve_intake(
    tmp_path: Path, broker: LocalKafka, database: str
) -> Iterator[Callable[..., System]]:
    """Call it to have intake alone, over PostgreSQL."""
    with ExitStack() as stack:

        def start(command: Command = (HUIYIN,)) -> System:
            return stack.enter_context(intake_alone(tmp_path, broker, database, command))

        yield start


@pytest.fixture(params=["run", "serve_intake"])
def stored_in(request: pytest.FixtureRequest) -> Callable[..., System]:
    """Both of them: SQLite and PostgreSQL."""
    found: Callable[..., System] = request.getfixturevalue(request.param)
    return found
