"""PostgreSQL for tests: a given server, a container, or a cluster of our own."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from deploy.kafka.local_kafka import free_port
from tests.resources.docker_engine import container
from tests.resources.need import MissingError, first

START_TIME = 60.0
STOP_TIME = 60.0
SETTINGS = ("-c", "max_connections=200")  # fsync stays on, as it does where the product runs
RUNS_SERVERS = "postgres"  # PostgreSQL refuses to run as root, so root starts it as this user


@contextmanager
def find_postgres() -> Iterator[str]:
    """Give a server's address, in the order given, container, own cluster; else refuse the test."""
    with ExitStack() as stack:
        yield first(
            "postgres", (_given, lambda: _contained(stack), lambda: stack.enter_context(_started()))
        )


def _given() -> str:
    dsn = os.environ.get("HUIYIN_TEST_POSTGRES")
    if dsn is None:
        message = "set HUIYIN_TEST_POSTGRES to a server on which tests may create databases"
        raise MissingError(message)
    return dsn


def _contained(stack: ExitStack) -> str:
    prepared = container("POSTGRES_IMAGE", "postgres:17")
    password = secrets.token_hex(16)
    prepared.with_env("POSTGRES_PASSWORD", password).with_exposed_ports(5432)
    prepared.with_command(["postgres", *SETTINGS])
    running = stack.enter_context(prepared)
    host, port = running.get_container_host_ip(), running.get_exposed_port(5432)
    dsn = f"postgresql://postgres:{password}@{host}:{port}/postgres"
    wait_until_ready(dsn)
    return dsn


@contextmanager
def _started() -> Iterator[str]:
    with start_local_postgres() as server:
        yield server.dsn


def wait_until_ready(dsn: str, server: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until a connection succeeds; raises when the server has ended or the time is up."""
    deadline = time.monotonic() + START_TIME
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
        except psycopg.OperationalError as not_yet:
            if (server and server.poll() is not None) or time.monotonic() > deadline:
                message = "PostgreSQL did not get ready"
                raise RuntimeError(message) from not_yet
            time.sleep(0.1)
        else:
            return


class LocalPostgres:
    """One server process on 127.0.0.1 over one data folder, which outlives the process."""

    def __init__(self, folder: Path) -> None:
        """Make a cluster; raises MissingError without initdb or a user that may run it."""
        self._as_user = _as_user(folder)
        self._programs = _programs()
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.port = free_port()
        password = secrets.token_hex(16)
        self.dsn = f"postgresql://postgres:{password}@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise(folder, password)

    def _initialise(self, folder: Path, password: str) -> None:
        secret = folder / "password"
        secret.write_text(password)
        secret.chmod(0o644)  # inside a folder that only its user may enter
        options = ["--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256"]
        made = subprocess.run(
            [
                *self._as_user,
                str(self._programs / "initdb"),
                f"--pgdata={self.data}",
                *options,
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
        if made.returncode != 0:
            message = f"initdb failed:\n{made.stdout}{made.stderr}"
            raise RuntimeError(message)

    @property
    def pid(self) -> int:
        """The server's process id, for signals such as SIGSTOP; raises when it is not running."""
        if self._process is None:
            message = "the server is not running"
            raise RuntimeError(message)
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        if self._process is not None:
            message = "the server is running already"
            raise RuntimeError(message)
        where = ("-c", "listen_addresses=127.0.0.1", "-c", f"port={self.port}")
        sockets = ("-c", "unix_socket_directories=")  # a temporary folder's path may be too long
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._as_user,
                    str(self._programs / "postgres"),
                    "-D",
                    str(self.data),
                    *where,
                    *sockets,
                    *SETTINGS,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self.data.parent,
                start_new_session=True,  # Ctrl-C reaches pytest, and that ends the server
            )
        wait_until_ready(self.dsn, self._process)

    def stop(self) -> None:
        """Stop the server in order: connections are cut, what is committed is written."""
        self._end(signal.SIGINT)

    def stop_immediately(self) -> None:
        """End the server as `pg_ctl stop -m immediate` does: the next start recovers."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGCONT)  # a test may have left it frozen
        process.send_signal(how)
        try:
            process.wait(STOP_TIME)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


@contextmanager
def start_local_postgres() -> Iterator[LocalPostgres]:
    """Start a server of our own over a new cluster; raises MissingError where none can run.

    The server may be stopped and started again; it is ended and its folder removed on leaving.
    """
    folder = Path(tempfile.mkdtemp(prefix="huiyin-postgres-"))
    try:
        server = LocalPostgres(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop_immediately()
    finally:
        shutil.rmtree(folder)


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Create an empty database on the server, give its address and drop it at the end."""
    name = f"huiyin_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(drop)


def _programs() -> Path:
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major_version)
    if not debian:
        message = "install PostgreSQL's server (Debian: postgresql)"
        raise MissingError(message)
    return debian[-1].parent


def _major_version(initdb: Path) -> int:
    return int(initdb.parent.parent.name)


def _as_user(folder: Path) -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    try:
        account = pwd.getpwnam(RUNS_SERVERS)
    except KeyError as unknown:
        message = f"install PostgreSQL's server: the user {RUNS_SERVERS} does not exist"
        raise MissingError(message) from unknown
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        message = "run the tests as a user other than root, or install setpriv (util-linux)"
        raise MissingError(message)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return (setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups")
