"""The same broker in Docker, where no Java is."""

import os
from typing import Final, NoReturn

from deploy.kafka.finding import VERSION

DOCKER_SETTINGS: Final = (
    "KAFKA_NODE_ID=1",
    "KAFKA_PROCESS_ROLES=broker,controller",
    "KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "KAFKA_CONTROLLER_QUORUM_VOTERS=1@localhost:9093",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1",
    "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS=8",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0",
    "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS=1000",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE=false",
)


def run_in_docker(port: int) -> NoReturn:
    """Become `docker run`: Ctrl-C ends the container."""
    image = os.environ.get("KAFKA_IMAGE", f"apache/kafka:{VERSION}")
    listeners = "KAFKA_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093"
    advertised = f"KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:{port}"
    command = ["docker", "run", "--rm", "--init", "-p", f"127.0.0.1:{port}:9092"]
    environment = [listeners, advertised, *DOCKER_SETTINGS]
    os.execvp(command[0], [*command, *(f"--env={line}" for line in environment), image])
