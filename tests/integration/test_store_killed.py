import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from shared.eventsourcing_store import open_backend
from tests.eventually import eventually
from tests.faults.store_writer import TOTALS, Total

SEED = 20260214
TRIES = 30


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'store.db'}"
    database: str = request.getfixturevalue("database")
    return database


def killed_writer(url: str, variant: str, after: float) -> int:
    """Let a process append for some seconds, kill it, and return what it had acknowledged."""
    command = [sys.executable, "-m", "tests.faults.store_writer", url, variant]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "0\n"
    time.sleep(after)
    writer.send_signal(signal.SIGKILL)
    said, _ = writer.communicate()
    assert writer.returncode == -signal.SIGKILL
    return max((int(line) for line in said.splitlines()), default=0)


def complaint(url: str, acknowledged: int) -> str | None:
    """What the store lost or has only by half."""
    backend = open_backend(url, "intake", [TOTALS])
    try:
        stored = [int(logged.event.state) for logged in backend.read_log(0, 1_000_000)]
        mark = backend.read_marks("").get("mark/intake", 0)
        total = backend.read_row(TOTALS, "all") or Total()
    finally:
        backend.close()
    if url.startswith("sqlite:"):
        connection = sqlite3.connect(url.removeprefix("sqlite:"))
        (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        connection.close()
        if integrity != "ok":
            return str(integrity)
    if stored != list(range(1, len(stored) + 1)):
        return "an event is missing or there twice"
    if len(stored) < acknowledged:
        return f"{acknowledged} were acknowledged, {len(stored)} are stored"
    if {mark, total.total} - {len(stored)}:
        return f"{len(stored)} events, the mark at {mark}, the row at {total.total}"
    return None


def rounds(url: str, variant: str, count: int) -> list[str]:
    moments = random.Random(SEED)  # noqa: S311 - the same moments in every run
    complaints = []
    for _ in range(count):
        acknowledged = killed_writer(url, variant, moments.uniform(0.01, 0.3))
        if not url.startswith("sqlite:"):
            eventually(lambda: is_alone(url), "the server has ended the last transaction")
        if (found := complaint(url, acknowledged)) is not None:
            complaints.append(found)
            break
    return complaints


def is_alone(database: str) -> bool:
    """Whether nobody else is connected."""
    others = (
        "SELECT 1 FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(database) as connection:
        return connection.execute(others).fetchone() is None


def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged(url: str) -> None:
    assert rounds(url, "sound", 4) == []


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_a_writer_killed_a_hundred_times_loses_nothing_acknowledged(url: str) -> None:
    assert rounds(url, "sound", 100) == []


@pytest.mark.parametrize("bug", ["mark-first", "early"])
def test_a_writer_with_a_known_bug_is_found_out(tmp_path: Path, bug: str) -> None:
    assert rounds(f"sqlite:{tmp_path / 'store.db'}", bug, TRIES) != []


def test_a_copy_of_a_frozen_writer_s_files_is_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.store_writer"]
    url = f"sqlite:{tmp_path / 'store.db'}"
    writer = subprocess.Popen([*command, url, "sound"], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    moments = random.Random(SEED)  # noqa: S311 - the same moments in every run
    try:
        for image in range(5):
            acknowledged = int(writer.stdout.readline())
            time.sleep(moments.uniform(0.01, 0.1))
            writer.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, writer.pid, os.WSTOPPED)
            folder = tmp_path / str(image)
            folder.mkdir()
            for file in tmp_path.glob("store.db*"):
                shutil.copy(file, folder)
            writer.send_signal(signal.SIGCONT)
            assert complaint(f"sqlite:{folder / 'store.db'}", acknowledged) is None
    finally:
        writer.kill()
        writer.communicate()
