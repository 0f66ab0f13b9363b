"""A single-node Apache Kafka (KRaft) without Docker, for development and for tests that kill it.

Needs Java 17 and, for the first start, Maven. Standard library only: `make kafka` needs no set-up.
"""

import argparse
import base64
import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Final, NoReturn

VERSION: Final = "4.3.1"
HERE: Final = Path(__file__).resolve().parent
COPY_DEPENDENCIES: Final = (
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
)
START_TIME: Final = 60.0  # seconds; 5 on two idle cores
STOP_TIME: Final = 30.0
LOWEST_JAVA: Final = 17

# The short broker session lets a killed broker come back in 5 s: its successor may not register
# before the session has ended.
SETTINGS: Final = """\
node.id=1
process.roles=broker,controller
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}/log
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
"""


class KafkaUnavailableError(Exception):
    """No broker can run here; the message says in a sentence what is missing."""


def free_port() -> int:
    """Return a port that nothing on 127.0.0.1 listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def java() -> str:
    """Find a Java that runs Kafka 4, or raise KafkaUnavailableError."""
    home = os.environ.get("JAVA_HOME")
    program = f"{home}/bin/java" if home else shutil.which("java")
    if program is None or not Path(program).exists():
        message = "install Java 17 or later (Debian: openjdk-17-jre-headless)"
        raise KafkaUnavailableError(message)
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < LOWEST_JAVA:
        message = f"install Java {LOWEST_JAVA} or later: {program} is {said.splitlines()[0]}"
        raise KafkaUnavailableError(message)
    return program


def jars() -> Path:
    """Return the folder of Kafka's jars, fetched by Maven the first time."""
    cache = os.environ.get("HUIYIN_CACHE")
    root = Path(cache) if cache else Path.home() / ".cache" / "huiyin"
    folder = root / f"kafka-{VERSION}"
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"kafka-{VERSION}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs on one machine fetch once
        if not folder.exists():
            fetch(folder)
    return folder


def fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        message = "install Maven (Debian: maven): it fetches Kafka's jars once"
        raise KafkaUnavailableError(message)
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    command = [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), f"-Dkafka.version={VERSION}"]
    fetched = subprocess.run(
        [*command, COPY_DEPENDENCIES, f"-DoutputDirectory={partial}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode != 0:
        message = f"Maven could not fetch Kafka's jars: {fetched.stdout.strip()[-500:]}"
        raise KafkaUnavailableError(message)
    partial.rename(folder)


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether a broker at this address handles requests: it does only once it is registered.

    Sends ApiVersions, version 0, the one request that every broker answers to anybody.
    """
    request = struct.pack(">hhih", 18, 0, 1, -1)
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            return bool(connection.recv(4))
    except OSError:
        return False


class LocalKafka:
    """One broker process on 127.0.0.1 over one data folder, which outlives the process."""

    def __init__(self, data: Path, port: int | None = None) -> None:
        """Look for Java and the jars; raises KafkaUnavailableError where one is missing."""
        self.data = data.resolve()
        self.port = port or free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.log = self.data / "broker.log"
        self._settings = self.data / "server.properties"
        self._java = [
            java(),
            "-cp",
            f"{jars()}/*",
            f"-Dlog4j2.configurationFile={HERE}/log4j2.yaml",
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The broker's process id, for signals such as SIGSTOP; raises when it is not running."""
        if self._process is None:
            message = "the broker is not running"
            raise RuntimeError(message)
        return self._process.pid

    def start(self) -> None:
        """Start the broker and wait until it handles requests."""
        if self._process is not None:
            message = "the broker is running already"
            raise RuntimeError(message)
        self.data.mkdir(parents=True, exist_ok=True)
        self._settings.write_text(
            SETTINGS.format(data=self.data, port=self.port, controller_port=free_port())
        )
        self._format()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java, "-Xmx512m", "-XX:+UseSerialGC", "kafka.Kafka", str(self._settings)],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches who started the broker, and that stops it
            )
        self._wait_until_ready(self._process)

    def _format(self) -> None:
        if (self.data / "log" / "meta.properties").exists():
            return
        # Its first letter must not be the dash that begins an option.
        cluster = "h" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self._settings)]
        with self.log.open("ab") as log:
            subprocess.run([*self._java, *tool], stdout=log, stderr=log, check=True)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIME
        while not answers(self.port):
            ended = process.poll() is not None
            if ended or time.monotonic() > deadline:
                self.kill()
                what = "ended at once" if ended else f"was not ready within {START_TIME:.0f} s"
                message = f"the broker {what}:\n{self.log.read_text(errors='replace')[-2000:]}"
                raise RuntimeError(message)
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the broker in order: it hands over its partitions and closes its log."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the broker as a crash would: SIGKILL."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_TIME)
        except subprocess.TimeoutExpired:  # a frozen process hears nothing else
            process.kill()
            process.wait()


def run_in_docker(port: int) -> NoReturn:
    image = os.environ.get("KAFKA_IMAGE", f"apache/kafka:{VERSION}")
    listeners = "KAFKA_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093"
    advertised = f"KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:{port}"
    command = ["docker", "run", "--rm", "--init", "-p", f"127.0.0.1:{port}:9092"]
    environment = [listeners, advertised, *DOCKER_SETTINGS]
    os.execvp(command[0], [*command, *(f"--env={line}" for line in environment), image])


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9092)
    parser.add_argument("--data", type=Path, default=Path("data") / "kafka")
    options = parser.parse_args()
    if answers(options.port):
        sys.exit(f"A broker answers on port {options.port} already.")
    try:
        broker = LocalKafka(options.data, options.port)
    except KafkaUnavailableError as missing:
        if shutil.which("docker") is None:
            sys.exit(f"No Kafka can run here: {missing}, or install Docker.")
        run_in_docker(options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        broker.start()
        print(f"Kafka {VERSION} is ready: HUIYIN_KAFKA={broker.bootstrap} (log: {broker.log})")
        signal.pause()
    except KeyboardInterrupt:
        print("stopping")
    finally:
        broker.stop()


if __name__ == "__main__":
    main()
