"""`huiyin run` as a person meets it: a process with a port, a key, and a Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.kafka.local_kafka import free_port
from tests.eventually import eventually
from tests.plain_http import PLAIN
from tests.unit.shared.test_packs_own import BREWERY
from tests.until import PATIENCE

HUIYIN = (sys.executable, "-m", "services.cli")
COMPLAINT = {
    "kind": "complaint",
    "content": "宽带断网三天。",
    "customer": {"name": "张晓明", "phone": "13812345678"},
}


@dataclass
class Running:
    """`huiyin run` over a folder of its own."""

    data: Path
    port: int
    process: "subprocess.Popen[str]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> str:
        return (self.data / "dev-key").read_text().strip()

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()
        try:
            return httpx.get(f"{self.url}/health/ready", verify=PLAIN).is_success
        except httpx.TransportError:
            return False

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """Its exit code, and what it wrote."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err

    def ask(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return command(self.data, *arguments, HUIYIN_URL=self.url)

    def shown(self, *arguments: str) -> str:
        done = self.ask(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


def command(data: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*HUIYIN, *arguments],
        env={**os.environ, "HUIYIN_DATA": str(data), **environment},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def start(data: Path) -> Running:
    port = free_port()
    process = subprocess.Popen(
        [*HUIYIN, "run"],
        env={**os.environ, "HUIYIN_DATA": str(data), "HUIYIN_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    running = Running(data, port, process)
    eventually(running.is_ready, "ready", 60)
    return running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("run") / "data")
    yield running
    code, out, err = running.stop()
    assert (code, err) == (0, "")
    assert running.key in out.split()
    assert f"{running.url}/docs" in out
    assert f"{running.url}/reporting/console" in out
    assert "Traceback" not in out
    assert "pip install" not in out


@pytest.fixture(scope="module")
def ticket(running: Running) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {running.key}", "Idempotency-Key": str(uuid4())}
    answer = httpx.post(
        f"{running.url}/intake/v1/tickets",
        json=COMPLAINT,
        headers=headers,
        verify=PLAIN,
        timeout=PATIENCE,
    )
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()

    def heard() -> bool:
        history = f"{running.url}/reporting/v1/tickets/{found['ticket_id']}/history"
        answer = httpx.get(history, headers=headers, verify=PLAIN, timeout=PATIENCE)
        return answer.is_success and "work-order-offered" in answer.text

    eventually(heard, "history")
    return found


def test_it_stops_cleanly_and_starts_again_with_the_same_key(tmp_path: Path) -> None:
    first = start(tmp_path / "data")
    key = first.key
    code, out, err = first.stop(signal.SIGINT)
    assert (code, err) == (0, "")
    assert key in out.split()
    again = start(tmp_path / "data")
    assert again.key == key
    assert again.stop(signal.SIGTERM)[0] == 0


def test_a_data_folder_belongs_to_one_process(running: Running) -> None:
    other = command(running.data, "run", HUIYIN_PORT=str(free_port()))
    assert other.returncode == 2
    assert other.stdout == ""
    assert len(other.stderr.strip().splitlines()) == 1
    assert running.is_ready()


def test_a_store_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    done = command(tmp_path, "run", HUIYIN_STORE="mysql://x", HUIYIN_PORT=str(free_port()))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = command(tmp_path / "file" / "data", "run", HUIYIN_PORT=str(free_port()))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert "HUIYIN_DATA" in done.stderr


def test_a_websocket_is_not_taken_and_no_news(running: Running) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    assert (
        httpx.get(f"{running.url}/health/live", headers=upgrade, timeout=PATIENCE).status_code
        == 200
    )
    # What it logged is looked at when it ends.


def test_what_it_keeps_is_its_owners_alone(running: Running) -> None:
    kept = [running.data, *running.data.rglob("*")]
    assert len(kept) > 5
    assert [path for path in kept if path.stat().st_mode & 0o077] == []


def test_a_directory_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    done = command(
        tmp_path, "run", HUIYIN_DIRECTORY_FILE="/nowhere.yaml", HUIYIN_PORT=str(free_port())
    )
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert "/nowhere.yaml" in done.stderr


def test_a_wrong_pack_is_one_sentence_with_file_and_line(tmp_path: Path) -> None:
    wrong = tmp_path / "brewery.yaml"
    wrong.write_text("extends: nowhere\nname: brewery\nversion: 1\n")
    done = command(tmp_path, "run", HUIYIN_PACKS=str(tmp_path), HUIYIN_PORT=str(free_port()))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"{wrong}, line 1: extends: there is no pack 'nowhere'")


def test_a_pack_whose_limit_no_calendar_reaches_is_one_sentence(tmp_path: Path) -> None:
    """Tickets that it fits would not be judged."""
    (tmp_path / "brewery.yaml").write_text(BREWERY.replace("2wd", "60000wd"))
    done = command(tmp_path, "run", HUIYIN_PACKS=str(tmp_path), HUIYIN_PORT=str(free_port()))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("HUIYIN_PACKS: shorten the limits of pack brewery, ")


def test_a_wrong_notice_is_one_sentence_with_file_and_line(tmp_path: Path) -> None:
    wrong = tmp_path / "holidays.yaml"
    wrong.write_text("notices:\n  - year: 2027\n    announced: today\n")
    done = command(tmp_path, "run", HUIYIN_HOLIDAYS_FILE=str(wrong), HUIYIN_PORT=str(free_port()))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"{wrong}, line 3: notices[0].announced: unknown field")


def test_keys_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    done = command(tmp_path, "run", HUIYIN_PORT=str(free_port()))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)


def test_a_history_is_found_by_id_and_by_number(running: Running, ticket: dict[str, Any]) -> None:
    shown = running.shown("history", ticket["number"])
    assert ticket["number"] in shown
    assert shown.index("ticket-registered") < shown.index("work-order-offered")
    found = json.loads(running.shown("history", ticket["ticket_id"], "--json"))
    assert found["items"][0]["type"] == "ticket-registered.v1"
    long_ago = running.shown(
        "history", ticket["number"], "--at", "2020-01-01T00:00+08:00", "--json"
    )
    assert json.loads(long_ago)["items"] == []


def test_a_ticket_that_is_not_there_is_one_sentence(running: Running) -> None:
    done = running.ask("history", "nothing")
    told = "There is no ticket nothing: give its id or its number."
    assert (done.returncode, done.stderr.strip()) == (1, told)


def test_a_time_that_is_none_says_which_parameter(running: Running, ticket: dict[str, Any]) -> None:
    done = running.ask("history", ticket["number"], "--at", "yesterday")
    assert done.returncode == 1
    assert "/query/at" in done.stderr


@pytest.mark.usefixtures("ticket")
def test_topics_are_all_read_to_their_end(running: Running) -> None:
    def settled() -> bool:
        topics = json.loads(running.shown("topics", "--json"))["topics"]
        states = {consumer["state"] for topic in topics for consumer in topic["consumers"]}
        return states == {"current"} and topics[0]["end"] > 0

    def is_shown() -> bool:  # what a service signs for in between is read a moment later
        line = r"complaints\.intake +\d+ +\d+ +dispatch +current +\w+ +0"
        return re.search(line, running.shown("topics")) is not None

    eventually(settled, "every topic read")
    eventually(is_shown, "the same, as a table")
    assert "revisit/11" in running.shown("topics", "--partitions")


def test_no_dead_letters_are_said_to_be_none(running: Running) -> None:
    assert running.shown("dead-letters", "list").strip() == "No dead letters."
    found = json.loads(running.shown("dead-letters", "list", "--json"))
    assert found == {"items": [], "unreachable": []}
    missing = running.ask("dead-letters", "show", str(uuid4()))
    assert (missing.returncode, len(missing.stderr.strip().splitlines())) == (1, 1)


def test_a_key_that_may_not_is_told_which_scope_it_lacks(running: Running) -> None:
    made = command(running.data, "keys", "create", "crm", "--scope", "tickets:read")
    asked = command(
        running.data, "topics", HUIYIN_URL=running.url, HUIYIN_KEY=made.stdout.split()[-1]
    )
    assert asked.returncode == 1
    assert "operations" in asked.stderr
