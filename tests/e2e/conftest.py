"""The systems that every e2e test runs against; one of each a session, they share nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.rebuilding import at_rest, logs_of, stopped, unlike
from tests.e2e.system import (
    COMPOSE,
    EMBEDDED,
    FIVE_PROCESSES,
    Client,
    System,
    compose,
    composed,
    embedded,
    five_processes,
)
from tests.resources.kafka import find_kafka
from tests.resources.postgres import fresh_database


@contextmanager
def _embedded(folder: Path, _: pytest.FixtureRequest) -> Iterator[System]:
    system = embedded(folder)
    yield system
    _end_and_rebuild(system)


@contextmanager
def _five_processes(folder: Path, request: pytest.FixtureRequest) -> Iterator[System]:
    # A broker of its own: other tests delete the topics of the one that they share.
    with find_kafka() as kafka, fresh_database(request.getfixturevalue("postgres")) as database:
        system = five_processes(folder, kafka.bootstrap, database)
        yield system
        _end(system)


@contextmanager
def _composed(folder: Path, request: pytest.FixtureRequest) -> Iterator[System]:
    assert request.getfixturevalue("docker").compose, "found with its compose command"
    system = composed(folder)
    yield system
    compose(system.environment, "down", "--volumes")


RUNNING = {EMBEDDED: _embedded, FIVE_PROCESSES: _five_processes, COMPOSE: _composed}


@pytest.fixture(scope="session", params=RUNNING)
def system(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """One after the other: all tests of the first, then it ends and the next one starts."""
    with RUNNING[request.param](tmp_path_factory.mktemp("system"), request) as running:
        yield running


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
    end = stopped(system)
    assert unlike(live, logs_of(system), end) == []
