"""Every kind of store; both carriers, and services to be joined by them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.group_commit import EventStore
from tests.contract.carriers import EmbeddedPost, KafkaPost, Post
from tests.contract.desks import Shelf
from tests.contract.event_stores import KINDS, Stand, stand_of
from tests.resources.kafka import Kafka, remove_topics
from tests.resources.postgres import fresh_database


@pytest.fixture(params=["embedded", "kafka"])
async def post(request: pytest.FixtureRequest) -> AsyncIterator[Post]:
    """Each carrier, empty."""
    if request.param == "embedded":
        yield EmbeddedPost()
        return
    broker: Kafka = request.getfixturevalue("kafka")
    await remove_topics(broker.bootstrap)
    kafka = KafkaPost(broker.bootstrap)
    await kafka.make_topics("intake", "revisit")
    yield kafka
    await kafka.close()
    await remove_topics(broker.bootstrap)


@pytest.fixture
async def shelf() -> AsyncIterator[Shelf]:
    """Stores in memory, closed at the end."""
    shelf = Shelf()
    yield shelf
    await shelf.close()


@pytest.fixture(scope="session")
def kept_database(postgres: str) -> Iterator[str]:
    """Address a database that each test empties: to make one costs more than most tests."""
    with fresh_database(postgres) as dsn:
        yield dsn


@pytest.fixture(params=KINDS)
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """Each kind of store, empty."""
    with stand_of(request.param, request, tmp_path) as stand:
        yield stand


@pytest.fixture
async def store(stand: Stand) -> AsyncIterator[EventStore]:
    async with stand.store() as store:
        yield store
