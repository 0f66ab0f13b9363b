"""The systems that every e2e test runs against; one of each a session, they share nothing."""

import time
from collections.abc import Iterator

import pytest

from tests.e2e.rebuilding import at_rest, logs_of, unlike
from tests.e2e.system import Client, System, compose, composed, embedded, five_processes
from tests.resources.docker_engine import Docker
from tests.resources.kafka import find_kafka
from tests.resources.postgres import fresh_database


@pytest.fixture(scope="session")
def embedded_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = embedded(tmp_path_factory.mktemp("embedded"))
    yield system
    _end_and_rebuild(system)


@pytest.fixture(scope="session")
def five_process_system(
    tmp_path_factory: pytest.TempPathFactory, postgres: str
) -> Iterator[System]:
    # A broker of its own: other tests delete the topics of the one that they share.
    with find_kafka() as kafka, fresh_database(postgres) as database:
        system = five_processes(tmp_path_factory.mktemp("five"), kafka.bootstrap, database)
        yield system
        _end(system)


@pytest.fixture(scope="session")
def compose_system(tmp_path_factory: pytest.TempPathFactory, docker: Docker) -> Iterator[System]:
    assert docker.compose, "found with its compose command"
    system = composed(tmp_path_factory.mktemp("compose"))
    yield system
    compose(system.environment, "down", "--volumes")


@pytest.fixture(params=["embedded_system", "five_process_system", "compose_system"])
def system(request: pytest.FixtureRequest) -> System:
    found: System = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def client(system: System) -> Iterator[Client]:
    client = system.client()
    yield client
    client.close()


def _end(system: System) -> None:
    for program in system.programs.values():
        if program.process is not None and program.process.poll() is None:
            program.stop()


def _end_and_rebuild(system: System) -> None:
    """I8: after all that the tests told it, sla knows and said what its stores come to anew."""
    client = system.client()
    live = at_rest(client)
    client.close()
    stopped_at = time.time()
    system.stop()
    assert unlike(live, logs_of(system), stopped_at) == []
