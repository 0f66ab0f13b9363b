"""The product as its users have it: real processes, spoken to over HTTP alone."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from deploy.kafka.local_kafka import free_port
from shared.keys import DEFAULT_PACK, KeyFile, Scope, load_secret
from shared.settings import Settings
from tests.eventually import eventually
from tests.plain_http import PLAIN

SERVICES = ("intake", "dispatch", "sla", "revisit", "reporting")
START_SECONDS = 120.0
STOP_SECONDS = 20.0
DEPLOY = Path(__file__).parents[2] / "deploy"
FERRIES = Path(__file__).parent / "ferries"
"""A company of its own: packs, directory, notices."""
HUIYIN = Path(sys.executable).with_name("huiyin")
Command = Sequence[str | Path]
EMBEDDED, FIVE_PROCESSES, COMPOSE = "embedded", "five processes", "compose"
"""What each system is called."""


@dataclass
class Program:
    """One process of the product, which a test may kill and start again."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    url: str
    log: Path
    command: Command = (HUIYIN,)
    """What is started; a fault test puts its own launcher here."""
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, *self.arguments],
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def wait_ready(self) -> None:
        eventually(self.is_ready, f"{self.name} ready (log: {self.log})", START_SECONDS)

    def is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            tail = self.log.read_text(errors="replace")[-3000:]
            raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{tail}")
        with suppress(httpx.TransportError):
            answer = httpx.get(f"{self.url}/health/ready", timeout=2, verify=PLAIN)
            return answer.status_code == 200
        return False

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nobody says good-bye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGINT, as Ctrl-C does; returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@dataclass
class System:
    """A running Huiyin: where each service answers, and a key that may do all."""

    name: str
    urls: Mapping[str, str]
    key: str
    programs: dict[str, Program] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    """What `deploy/compose` needs to find the installation."""

    def client(self, key: str | None = None) -> "Client":
        return Client(self, key or self.key)

    def start(self) -> None:
        """Starts every process and waits until all are ready; none is left where one is not."""
        try:
            for program in self.programs.values():
                program.start()
            for program in self.programs.values():
                program.wait_ready()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ends every process as Ctrl-C does."""
        for program in self.programs.values():
            assert program.stop() == 0, program.log.read_text(errors="replace")[-3000:]

    def kill(self) -> None:
        for program in self.programs.values():
            if program.process is not None:
                program.kill()

    def restart(self) -> None:
        """Ends every process as Ctrl-C does and starts it again."""
        self.stop()
        self.start()


class Client:
    """Another company's system, or a clerk: calls that name a service by their path."""

    def __init__(self, system: System, key: str) -> None:
        self._system = system
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(headers=headers, timeout=30, verify=PLAIN)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        service = path.lstrip("/").partition("/")[0]
        return self._http.request(method, self._system.urls[service] + path, **options)

    def get(self, path: str, **query: str | int) -> Any:  # noqa: ANN401 - JSON
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def post(self, path: str, body: object, expect: int = 200, **headers: str) -> Any:  # noqa: ANN401 - JSON
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.call("POST", path, json=body, headers=sent)
        assert answer.status_code == expect, (path, answer.status_code, answer.text)
        return answer.json()

    def close(self) -> None:
        self._http.close()


def embedded(folder: Path, command: Command = (HUIYIN,), **settings: str) -> System:
    """All five services in one process over SQLite, as `make run` starts them."""
    data = folder / "data"
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"HUIYIN_DATA": str(data), "HUIYIN_PORT": str(port), **settings}
    program = Program("huiyin run", ("run",), environment, url, folder / "run.log", command)
    system = System(EMBEDDED, dict.fromkeys(SERVICES, url), "", {"run": program})
    system.start()
    system.key = (data / "dev-key").read_text().strip()
    return system


def five_processes(folder: Path, bootstrap: str, dsn: str, **commands: Command) -> System:
    """A process per service over a real Kafka and PostgreSQL; `commands` by service."""
    system = prepared(folder, bootstrap, dsn, **commands)
    system.start()
    return system


def prepared(folder: Path, bootstrap: str, dsn: str, **commands: Command) -> System:
    """The same before any process runs."""
    urls = {service: f"http://127.0.0.1:{free_port()}" for service in SERVICES}
    peers = "{" + ",".join(f'"{name}":"{url}"' for name, url in urls.items()) + "}"
    common = {
        "HUIYIN_DATA": str(folder / "data"),
        "HUIYIN_KAFKA": bootstrap,
        "HUIYIN_STORE": dsn,
        "HUIYIN_PEERS": peers,
    }
    key = create_key(common, "e2e", "admin")
    programs = {}
    for service, url in urls.items():
        environment = {**common, "HUIYIN_PORT": url.rpartition(":")[2]}
        log = folder / f"{service}.log"
        command = commands.get(service, (HUIYIN,))
        programs[service] = Program(service, ("serve", service), environment, url, log, command)
    return System(FIVE_PROCESSES, urls, key, programs)


def composed(folder: Path) -> System:
    """`make up` beside whatever else runs: a name, ports and passwords of its own."""
    ports = {service: str(free_port()) for service in SERVICES}
    environment = {
        **os.environ,
        "HUIYIN_DEPLOY_NAME": f"huiyin-test-{secrets.token_hex(4)}",
        "HUIYIN_DEPLOY_STATE": str(folder),
        "KAFKA_PORT": str(free_port()),
        "HUIYIN_PACKS": str(FERRIES / "packs"),
        "HUIYIN_DIRECTORY_FILE": str(DEPLOY.parent / "shared/directories/example.yaml"),
        **{f"{service.upper()}_PORT": port for service, port in ports.items()},
    }
    try:
        subprocess.run([DEPLOY / "up"], env=environment, check=True, capture_output=True)
    except subprocess.CalledProcessError as failed:
        compose(environment, "down", "--volumes")
        raise AssertionError((failed.stdout + failed.stderr).decode()[-3000:]) from failed
    urls = {service: f"http://127.0.0.1:{port}" for service, port in ports.items()}
    key = (folder / ".dev-key").read_text().strip()
    return System(COMPOSE, urls, key, environment=environment)


def compose(environment: Mapping[str, str], *arguments: str) -> None:
    """`deploy/compose` for one installation."""
    subprocess.run([DEPLOY / "compose", *arguments], env=environment, check=True)


def create_key(
    environment: Mapping[str, str], client: str, *scopes: Scope, pack: str = DEFAULT_PACK
) -> str:
    """A key as `huiyin keys create` makes it, without the second that the command takes."""
    settings = Settings(data=Path(environment["HUIYIN_DATA"]))
    load_secret(settings.secret_path)
    return KeyFile(settings.keys_path).create(client, scopes, datetime.now(UTC), (), pack)
