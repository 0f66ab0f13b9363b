"""The `huiyin` command says in one sentence what to do, and keeps keys out of sight."""

import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from errno import EACCES
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from services.cli import app, terminal
from shared.http.app import VERSION
from shared.keys import KeyFile
from shared.settings import Settings

cli = CliRunner()


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("URL", "KEY", "HOST", "PORT", "KAFKA", "STORE", "KEYS_FILE", "PEERS", "LOG_LEVEL"):
        monkeypatch.delenv(f"HUIYIN_{name}", raising=False)
    monkeypatch.setenv("HUIYIN_DATA", str(tmp_path))
    before = os.umask(0o022)
    yield
    os.umask(before)


def run(*arguments: str, code: int = 0) -> str:
    """What the command wrote to stdout."""
    result = cli.invoke(app, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    assert "Traceback" not in result.output
    return result.stdout


def refused(*arguments: str, code: int) -> str:
    """The one sentence that the command wrote to stderr."""
    result = cli.invoke(app, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    assert result.stdout == ""
    sentence = result.stderr.strip()
    assert sentence.endswith(".")
    assert len(sentence.splitlines()) == 1
    return sentence


def test_help_teaches_and_names_every_variable() -> None:
    said = run("--help")
    for name in (*Settings.model_fields, "url", "key"):
        assert f"HUIYIN_{name.upper()}" in said
    assert "huiyin run" in said
    assert "Exit codes" in said


def test_a_key_is_printed_once_as_the_last_word(tmp_path: Path) -> None:
    said = run("keys", "create", "crm", "--scope", "tickets:write", "--department", "network")
    token = said.split()[-1]
    key = KeyFile(tmp_path / "keys.json").find(token)
    assert key is not None
    assert (key.client, key.scopes, key.departments) == ("crm", ("tickets:write",), ("network",))
    assert key.pack == "hotline-400"
    for listed in (run("keys", "list"), run("keys", "list", "--json")):
        assert "crm" in listed
        assert token not in listed
        assert key.sha256 not in listed


def test_a_revoked_key_is_gone(tmp_path: Path) -> None:
    run("keys", "create", "crm", "--scope", "admin")
    [key] = json.loads(run("keys", "list", "--json"))
    run("keys", "revoke", key["key_id"])
    assert KeyFile(tmp_path / "keys.json").all() == []
    assert "no key" in refused("keys", "revoke", key["key_id"], code=1)


def test_an_empty_list_of_keys_says_how_to_make_one() -> None:
    assert "huiyin keys create" in run("keys", "list")
    assert json.loads(run("keys", "list", "--json")) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("crm", "--scope", "tickets:sing"), "tickets:write"),
        (("crm", "--scope", "admin", "--pack", "none"), "hotline-400"),
        ((" ", "--scope", "admin"), "name"),
        (("crm\x1b[2J", "--scope", "admin"), "control characters: crm\\x1b[2J."),
        (("\u202ecrm", "--scope", "admin"), "control characters"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_with_what_there_is(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    assert told in refused("keys", "create", *arguments, code=2)
    assert not (tmp_path / "keys.json").exists()


def test_a_key_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    assert "keys.json" in refused("keys", "list", code=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "many"), ("PEERS", "x"), ("LOG_LEVEL", "loud"), ("CLOCK_SPEED", "0")],
)
@pytest.mark.parametrize("arguments", [("run",), ("serve", "intake"), ("keys", "list")])
def test_a_wrong_setting_is_one_sentence(
    name: str, value: str, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HUIYIN_{name}", value)
    assert f"HUIYIN_{name}" in refused(*arguments, code=2)


def test_serving_alone_needs_kafka() -> None:
    sentence = refused("serve", "intake", code=2)
    assert "HUIYIN_KAFKA" in sentence
    assert "huiyin run" in sentence


@pytest.mark.parametrize("arguments", [("run",), ("serve", "sla")])
def test_a_busy_port_is_one_sentence(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUIYIN_KAFKA", "127.0.0.1:1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in refused(*arguments, "--port", port, code=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [("topics",), ("history", "T20261121-7K3Q9D2M"), ("dead-letters", "list")],
)
def test_without_a_key_the_command_says_where_to_get_one(arguments: tuple[str, ...]) -> None:
    assert "HUIYIN_KEY" in refused(*arguments, code=2)


def test_nobody_there_is_told_from_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_KEY", "hy_x")
    monkeypatch.setenv("HUIYIN_URL", "http://127.0.0.1:9")
    assert "huiyin run" in refused("topics", code=3)
    monkeypatch.setenv("HUIYIN_URL", "nonsense")
    assert "HUIYIN_URL" in refused("topics", code=2)


HOSTILE = (
    "[bold red]P[/bold red] [/x] [conceal]c[/conceal] [link=http://x]l[/link] \x1b[2J\x9b\u202e"
)
HARMLESS = (
    "[bold red]P[/bold red] [/x] [conceal]c[/conceal] [link=http://x]l[/link] \\x1b[2J\\x9b\\u202e"
)


class Answering(BaseHTTPRequestHandler):
    """An API that gives the same answer to everything."""

    status: ClassVar[int] = 200
    answer: ClassVar[object] = None
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        body = json.dumps(self.answer, ensure_ascii=False).encode()
        self.asked.append(self.path)
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's
        """Says nothing."""


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Answering]]:
    class Api(Answering):
        asked: ClassVar[list[str]] = []

    with HTTPServer(("127.0.0.1", 0), Api) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("HUIYIN_PORT", str(server.server_port))
        monkeypatch.setenv("HUIYIN_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("HUIYIN_KEY", "hy_x")
        monkeypatch.setattr(terminal, "WIDE", 2000)
        yield Api
        server.shutdown()


TIME = "2026-11-21T09:00:00+08:00"
HISTORY = {
    "ticket_id": str(uuid4()),
    "number": HOSTILE,
    "as_of": TIME,
    "items": [
        {
            "occurred_at": TIME,
            "recorded_at": TIME,
            "source": "intake",
            "type": "ticket-registered.v1",
            "actor": HOSTILE,
            "data": {"product": HOSTILE},
        }
    ],
}
LETTER = {
    "letter_id": str(uuid4()),
    "service": "sla",
    "publisher": "intake",
    "type": HOSTILE,
    "subject": HOSTILE,
    "error": HOSTILE,
    "attempts": 1,
    "parked_at": TIME,
}
READER = {
    "service": HOSTILE,
    "state": "stopped",
    "alarm": HOSTILE,
    "alarms": [HOSTILE],
    "lag": 1,
    "oldest_unread_seconds": 1.5,
    "last_handled_at": TIME,
}
TOPICS = {
    "services": [{"service": HOSTILE, "reachable": False, "reason": HOSTILE}],
    "topics": [
        {
            "topic": HOSTILE,
            "publisher": HOSTILE,
            "end": 1,
            "published": 1,
            "consumers": [READER],
            "partitions": [{"partition": 0, "end": 1, "consumers": [READER]}],
        }
    ],
}
LETTERS = {"items": [LETTER], "unreachable": [HOSTILE], "next_cursor": None}


@pytest.mark.parametrize(
    ("arguments", "answer", "times"),
    [
        (("history", "x"), HISTORY, 3),
        (("topics",), TOPICS, 5),
        (("topics", "--partitions"), TOPICS, 5),
        (("dead-letters", "list"), LETTERS, 4),
    ],
)
def test_what_others_wrote_is_shown_as_they_wrote_it(
    arguments: tuple[str, ...], answer: object, times: int, api: type[Answering]
) -> None:
    api.answer = answer
    said = run(*arguments)
    assert said.count(HARMLESS) == times
    assert not set("\x1b\x9b\u202e") & set(said)


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("history", "x", "--json"), HISTORY),
        (("topics", "--json"), TOPICS),
        (("dead-letters", "show", LETTER["letter_id"]), LETTER),
    ],
)
def test_json_is_the_same_and_harmless(
    arguments: tuple[str, ...], answer: object, api: type[Answering]
) -> None:
    api.answer = answer
    said = run(*arguments)
    assert json.loads(said) == answer
    assert not set("\x1b\x9b\u202e") & set(said)


def test_a_refusal_is_harmless_too(api: type[Answering]) -> None:
    api.status, api.answer = 409, {"code": "x", "title": HOSTILE}
    assert HARMLESS in cli.invoke(app, ["topics"]).stderr


def test_a_key_is_listed_as_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "WIDE", 2000)
    keys = KeyFile(tmp_path / "keys.json")
    keys.create(HOSTILE, ("admin",), datetime.now(UTC), (HOSTILE,), HOSTILE)
    assert run("keys", "list").count(HARMLESS) == 3
    [key] = json.loads(run("keys", "list", "--json"))
    assert key["client"] == HOSTILE


@pytest.mark.parametrize("key", ["坏", "hy_x y", "hy_\x1b", "hy_x\nhy_y", " ", "hy_\udcff"])
def test_a_key_that_cannot_be_sent_is_one_sentence(
    key: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUIYIN_KEY", key)
    assert "HUIYIN_KEY" in refused("topics", code=2)
    monkeypatch.delenv("HUIYIN_KEY")
    (tmp_path / "dev-key").write_bytes(key.encode(errors="surrogateescape"))
    assert "dev-key" in refused("topics", code=2)


@pytest.mark.parametrize(
    "arguments", [("create", "crm", "--scope", "admin"), ("revoke", str(uuid4()))]
)
def test_a_folder_that_keys_cannot_be_written_in_is_one_sentence(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", forbidden)
    sentence = refused("keys", *arguments, code=2)
    assert str(tmp_path) in sentence
    assert "permission denied" in sentence


@pytest.mark.parametrize("arguments", [("run",), ("serve", "sla"), ("keys", "list")])
def test_what_is_written_is_its_owners_alone(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_PORT", "none")
    refused(*arguments, code=2)
    assert os.umask(0) == 0o077


def test_the_api_is_asked_where_it_was_told_to_listen(
    api: type[Answering], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUIYIN_URL")
    api.answer = TOPICS
    run("topics")
    assert api.asked == ["/reporting/v1/topics"]


@pytest.mark.parametrize("host", ["256.0.0.1", "::nohost", "x" * 64])
def test_a_host_that_is_none_is_named(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_HOST", host)
    sentence = refused("run", code=2)
    assert sentence.startswith(f"HUIYIN_HOST is no address of this machine: {host}")
    assert "port" not in sentence.lower()


def test_the_version_is_told() -> None:
    assert run("--version") == f"huiyin {VERSION}\n"


def test_a_ticket_that_is_not_there_is_named(api: type[Answering]) -> None:
    api.status, api.answer = 404, {"code": "not-found", "title": "There is no such thing here."}
    sentence = refused("history", "no/thing?x=\x1b", code=1)
    assert sentence == "There is no ticket no/thing?x=\\x1b: give its id or its number."
    assert api.asked == ["/reporting/v1/tickets/no%2Fthing%3Fx%3D%1B/history?by=record"]


@pytest.mark.parametrize(
    ("by", "told"), [("record", "Nothing was recorded of"), ("event", "Nothing had happened to")]
)
def test_a_history_before_the_ticket_is_a_sentence(
    by: str, told: str, api: type[Answering]
) -> None:
    api.answer = {**HISTORY, "items": []}
    said = run("history", "x", "--at", "2020-01-01T00:00+08:00", "--by", by).strip()
    assert said.startswith(f"{told} {HARMLESS} by 2026-11-21 ")
    assert len(said.splitlines()) == 1
