"""A single-node Apache Kafka (KRaft) without Docker, for development and for tests that kill it.

Standard library only: `make kafka` needs no set-up.
"""

import base64
import signal
import socket
import struct
import subprocess
import time
import uuid
from pathlib import Path
from typing import Final

from deploy.kafka.finding import jars, java

HERE: Final = Path(__file__).resolve().parent
START_TIME: Final = 60.0  # seconds; 5 on two idle cores
STOP_TIME: Final = 30.0

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


def free_port() -> int:
    """Return a port that nothing on 127.0.0.1 listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


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
