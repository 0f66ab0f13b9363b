"""Topics, made and checked at start: a wrong one would lose order or history much later."""

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from shared.messaging.topics import PARTITIONS, SETTINGS, topic_of

REQUEST_TIME = 10.0
REACH_TIME = 60.0
PAUSE_TIME = 0.5

log = structlog.get_logger(__name__)


class TopicRefusedError(Exception):
    """The topic is not as the design needs it; the message says in a sentence what to do."""


class KafkaNotReachedError(Exception):
    """No broker answered in time."""


def check_extension() -> None:
    """Refuses aiokafka without its C extension: in pure Python it is ten times slower."""
    if importlib.util.find_spec("aiokafka.record._crecords.default_records") is None:
        raise ImportError(
            "aiokafka came without its C extension: install its wheel, not its source"
        )


@asynccontextmanager
async def admin_of(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that is closed at the end. Raises KafkaError."""
    client = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap, request_timeout_ms=int(REQUEST_TIME * 1000)
    )
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def ensure_topic(bootstrap: str, service: str, replication: int = 1) -> None:
    """Makes the service's topic if it is not there, and checks it if it is.

    Waits up to a minute for a broker (KafkaNotReachedError). Raises TopicRefusedError.
    """
    check_extension()
    topic = topic_of(service)
    deadline = asyncio.get_running_loop().time() + REACH_TIME
    while True:
        try:
            async with asyncio.timeout(REQUEST_TIME), admin_of(bootstrap) as client:
                await _make(client, topic, replication)
                await _check(client, topic)
                return
        except (KafkaError, TimeoutError, OSError) as error:
            if asyncio.get_running_loop().time() > deadline:
                raise KafkaNotReachedError(f"No Kafka broker answers at {bootstrap}.") from error
            log.warning("waiting for Kafka", reason=type(error).__name__)
            await asyncio.sleep(PAUSE_TIME)


async def wait_for_topics(
    bootstrap: str, services: Iterable[str], absent: set[str] | None = None
) -> None:
    """Returns when the topics of all these services are there, as they have to be.

    Waits as long as it takes: they are made by their owners. `absent` comes to hold those that the
    last look did not find. Raises TopicRefusedError.
    """
    missing = {topic_of(service) for service in services}
    absent = set() if absent is None else absent
    while missing:
        try:
            async with asyncio.timeout(REQUEST_TIME), admin_of(bootstrap) as client:
                for topic in missing & set(await client.list_topics()):
                    await _check(client, topic)
                    missing.discard(topic)
        except (KafkaError, TimeoutError, OSError) as error:
            log.warning("waiting for Kafka", reason=type(error).__name__)
        if missing and missing != absent:
            log.info("waiting for topics", topics=sorted(missing))
        absent.clear()
        absent |= missing
        if missing:
            await asyncio.sleep(PAUSE_TIME)


async def _make(client: AIOKafkaAdminClient, topic: str, replication: int) -> None:
    if topic in await client.list_topics():
        return
    new = NewTopic(topic, PARTITIONS, replication, topic_configs=dict(SETTINGS))
    answer = await client.create_topics([new])
    made = answer.to_object()["topic_errors"][0]
    error = for_code(made["error_code"])
    if error is TopicAlreadyExistsError:  # another instance was faster
        return
    if error.errno:
        raise error(made["error_message"])
    log.info("topic made", topic=topic)


async def _check(client: AIOKafkaAdminClient, topic: str) -> None:
    described = (await client.describe_topics([topic]))[0]
    if error := for_code(described["error_code"]).errno:
        raise for_code(error)(topic)  # just made, and not known to every broker yet
    partitions = len(described["partitions"])
    if partitions != PARTITIONS:
        raise TopicRefusedError(
            f"Topic {topic} has {partitions} partitions where {PARTITIONS} are needed; "
            "a number once chosen cannot be changed, so give it a new topic."
        )
    resource = ConfigResource(ConfigResourceType.TOPIC, topic, dict.fromkeys(SETTINGS))
    answers = await client.describe_configs([resource])
    entries = answers[0].to_object()["resources"][0]["config_entries"]
    actual = {entry["config_names"]: entry["config_value"] for entry in entries}
    for name, wanted in SETTINGS.items():
        if actual.get(name) != wanted:
            raise TopicRefusedError(
                f"Topic {topic} has {name}={actual.get(name)} where {wanted} is needed, "
                "or events would be lost: change it before anything is deleted."
            )
