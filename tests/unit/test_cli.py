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
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from services.cli import app, terminal
from shared.http.app import VERSION
from shared.keys import KeyFile
from shared.messaging.topics import PARTITIONS
from shared.settings import Settings, load_settings

cli = CliRunner()


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (
        "URL",
        "KEY",
        "HOST",
        "PORT",
        "KAFKA",
        "STORE",
        "KEYS_FILE",
        "PACKS",
        "PEERS",
        "LOG_LEVEL",
    ):
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


def test_no_key_names_the_systems_own_heartbeat(tmp_path: Path) -> None:
    said = refused("keys", "create", " Canary", "--scope", "admin", code=2)
    assert "the system's own" in said
    assert not (tmp_path / "keys.json").exists()


def test_a_key_is_printed_once_as_the_last_word(tmp_path: Path) -> None:
    said = run("keys", "create", "crm", "--scope", "tickets:write", "--department", "billing")
    token = said.split()[-1]
    key = KeyFile(tmp_path / "keys.json").find(token)
    assert key is not None
    assert (key.client, key.scopes, key.departments) == ("crm", ("tickets:write",), ("billing",))
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
        (("crm", "--scope", "admin", "--pack", "none"), "HUIYIN_PACKS"),
        (("crm", "--scope", "admin", "--department", "none"), "billing"),
        (("crm", "--scope", "admin", "--department", "none"), "HUIYIN_DIRECTORY_FILE"),
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


def test_a_key_may_go_by_a_pack_of_the_operators_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "brewery.yaml"
    own.write_text("extends: hotline-400\nname: brewery\nversion: 1\n")
    arguments = "keys", "create", "crm", "--scope", "admin", "--pack", "brewery"
    assert "there are cable-field-service, hotline-400" in refused(*arguments, code=2)
    monkeypatch.setenv("HUIYIN_PACKS", str(tmp_path))
    key = KeyFile(tmp_path / "keys.json").find(run(*arguments).split()[-1])
    assert key is not None
    assert key.pack == "brewery"
    own.write_text("extends: nowhere\n")
    assert str(own) in refused(*arguments, code=2)


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


@pytest.mark.parametrize("name", ["PORT", "PACKS", "DIRECTORY_FILE", "HOLIDAYS_FILE", "PEERS"])
def test_a_setting_that_is_set_to_nothing_is_not_set(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unset = load_settings()
    monkeypatch.setenv(f"HUIYIN_{name}", "")
    assert load_settings() == unset


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
        sentence = refused(*arguments, "--port", port, code=2)
    assert port in sentence
    assert "HUIYIN_PORT" in sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [("topics",), ("history", "T1"), ("explain", "T1"), ("dead-letters", "list")],
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

    def do_POST(self) -> None:
        self.do_GET()

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
MESSAGE = {
    "recorded_at": TIME,
    "topic": HOSTILE,
    "partition": 1,
    "position": 7,
    "type": HOSTILE,
    "ticket_id": HOSTILE,
    "actor": HOSTILE,
}
MESSAGES = {"items": [MESSAGE], "looked_through": 1, "before": None}
RULE = {"clause": HOSTILE, "kind": [HOSTILE], "target": "1h", "limit": HOSTILE}
SEGMENT = {"from": "2026-11-21T01:00:00Z", "until": "2026-11-21T04:00:00Z", "seconds": 10_800}
RECKONED = {
    "promised": HOSTILE,
    "until": TIME,
    "seconds": 10_800,
    "segments": [SEGMENT],
    "workdays": [SEGMENT],
}
FACT = {"event_id": HOSTILE, "fact": HOSTILE, "at": TIME, "recorded_at": TIME}
EXPLANATION = {
    "ticket_id": str(uuid4()),
    "clock": HOSTILE,
    "round": 1,
    "state": "cancelled",
    "reason": HOSTILE,
    "as_of": TIME,
    "pack": HOSTILE,
    "pack_version": 1,
    "calendar": HOSTILE,
    "zone": "Asia/Shanghai",
    "provisional": True,
    "drifted": True,
    "rule": RULE,
    "lost": [{"clause": HOSTILE, "limit": "5wd"}],
    "started_at": TIME,
    "stopped_at": TIME,
    "started": FACT,
    "stopped": FACT,
    "target": None,
    "limit": RECKONED,
    "used": {**RECKONED, "promised": None},
    "pauses": [{"reason": HOSTILE, "from": TIME, "until": None, "event_ids": [HOSTILE]}],
    "extensions": [
        {"event_id": HOSTILE, "until": TIME, "refused": HOSTILE},
        {"event_id": "e", "until": TIME, "refused": None},
    ],
    "rungs": [
        {"step": HOSTILE, "due_at": TIME, "seconds": 9_000, "state": HOSTILE, "reason": None},
        {"step": "x", "due_at": TIME, "seconds": 9_000, "state": "x", "reason": HOSTILE},
    ],
}
CANARY = {
    "every_seconds": 300,
    "late": False,
    "hangs_at": None,
    "service": None,
    "words": None,
    "last_back_at": TIME,
    "seconds_since_back": 400.5,
    "stages": [
        {"stage": HOSTILE, "service": HOSTILE, "last_seen_at": TIME, "seconds_since": 1.5},
        {"stage": "raised", "service": "sla", "last_seen_at": None, "seconds_since": None},
    ],
    "trips": [],
}
ALL = list(range(PARTITIONS))
TIMERS: dict[str, Any] = {
    "catching_up": {"caught_up": False, "partitions": ALL, "partitions_behind": 3},
    "raising": {"raised": 7, "p50_seconds": 0.1, "p99_seconds": 2.0},
    "next_due_at": TIME,
    "totals": dict.fromkeys(("overdue", "within_1h", "within_4h", "today", "unacknowledged"), 1),
    "groups": [
        {
            "pack": HOSTILE,
            "department": HOSTILE,
            **dict.fromkeys(("overdue", "within_1h", "within_4h", "today", "unacknowledged"), 1),
        }
    ],
}
DUE = {
    "items": [
        {
            "due_at": TIME,
            "state": "missed",
            "clock": HOSTILE,
            "ticket_id": HOSTILE,
            "pack": HOSTILE,
            "department": HOSTILE,
        }
    ],
    "next_cursor": None,
    "partitions": ALL,
}
ESCALATIONS = {
    "items": [
        {
            "escalation_id": HOSTILE,
            "raised_at": TIME,
            "step": "level-2",
            "clock": HOSTILE,
            "ticket_id": HOSTILE,
            "addressee": [HOSTILE],
            "state": "open",
        }
    ],
    "next_cursor": "x",
}
REPLAYED: dict[str, Any] = {
    "operation_id": str(uuid4()),
    "state": "done",
    "progress": 1.0,
    "error": None,
    "result": {
        "records": 4,
        "tickets": 2,
        "differing": 0,
        "differences": [],
        "replaced": False,
        "partitions": [{"partition": number} for number in ALL],
    },
}
DIFFERENCE = {
    "ticket_id": HOSTILE,
    "partition": 3,
    "only_live": [HOSTILE],
    "only_rebuilt": ["lost-event"],
    "changed": [],
}
LETTERS = {"items": [LETTER], "unreachable": [HOSTILE], "next_cursor": None}


@pytest.mark.parametrize(
    ("arguments", "answer", "times"),
    [
        (("history", "x"), HISTORY, 3),
        (("topics",), TOPICS, 5),
        (("topics", "--partitions"), TOPICS, 5),
        (("canary",), CANARY, 2),
        (("messages",), MESSAGES, 4),
        (("timers",), TIMERS, 2),
        (("due",), DUE, 4),
        (("escalations", "list"), ESCALATIONS, 4),
        (("dead-letters", "list"), LETTERS, 4),
        (("explain", EXPLANATION["ticket_id"]), EXPLANATION, 20),
    ],
)
def test_what_others_wrote_is_shown_as_they_wrote_it(
    arguments: tuple[str, ...], answer: object, times: int, api: type[Answering]
) -> None:
    api.answer = answer
    said = run(*arguments)
    assert said.count(HARMLESS) == times
    assert not set("\x1b\x9b\u202e") & set(said)


def test_a_history_says_when_a_promise_runs_out(api: type[Answering]) -> None:
    """The line is cut where it is long: ids are no news to people."""
    due = "2026-12-03T09:30:00Z"
    data = {
        "clock": "handling-notice",
        "round": 1,
        "occurrence": str(uuid4()),
        "pack": "mobile-key-account",
        "pack_version": 1,
        "calendar_version": "office.v1",
        "target_at": TIME,
        "due_at": due,
    }
    event = {"occurred_at": TIME, "recorded_at": TIME, "source": "sla", "actor": "crm"}
    started = {**event, "type": "clock-started.v1", "data": data}
    api.answer = {**HISTORY, "items": [started]}
    assert f"due_at={due}" in "".join(run("history", "x").split())


def test_timers_say_what_is_not_read_yet_and_lists_that_they_go_on(api: type[Answering]) -> None:
    api.answer = TIMERS
    assert "CATCHING UP: 3 partitions" in run("timers")
    api.answer = ESCALATIONS
    assert "--limit" in run("escalations", "list", "--open")
    api.answer = DUE
    assert "--limit" not in run("due")
    api.answer = {"items": [], "next_cursor": None, "partitions": ALL}
    assert "within 30m" in run("due", "--within", "30m")
    assert "No escalations" in run("escalations", "list", "--ticket", str(uuid4()))


@pytest.mark.parametrize(
    ("here", "told"), [([], "has no partition of 12"), ([0, 3], "has partitions 0, 3 of 12")]
)
def test_figures_of_one_instance_of_several_say_whose_they_are(
    here: list[int], told: str, api: type[Answering]
) -> None:
    api.answer = {**TIMERS, "catching_up": {**TIMERS["catching_up"], "partitions": here}}
    assert told in run("timers")
    api.answer = {**DUE, "partitions": here}
    assert told in run("due")
    result = {**REPLAYED["result"], "partitions": [{"partition": one} for one in here]}
    api.answer = {**REPLAYED, "result": result}
    assert told in run("replay", "sla", "--dry-run")
    for answer, arguments in ((TIMERS, ["timers"]), (DUE, ["due"]), (REPLAYED, ["replay", "sla"])):
        api.answer = answer
        assert "This instance" not in run(*arguments)


def test_topics_are_one_question_and_tell_of_dead_letters_where_there_are_some(
    api: type[Answering],
) -> None:
    """How many there are stands in the answer: nobody is asked for the letters themselves."""
    services = [
        {"service": name, "reachable": True, "dead_letters": {"letters": many, "more": False}}
        for name, many in (("sla", 3), ("intake", 0))
    ]
    api.answer = {**TOPICS, "services": services}
    said = run("topics")
    assert api.asked == ["/reporting/v1/topics"]
    assert "sla: 3 dead letters" in said
    assert "intake" not in said


def test_messages_go_on_where_the_last_ones_ended(api: type[Answering]) -> None:
    api.answer = {**MESSAGES, "before": 7}
    assert "--before 7" in run("messages", "--at", "2026-11-21T08:00+00:00", "--before", "9")
    api.answer = {**MESSAGES, "items": []}
    assert "No message" in run("messages", "--ticket", "x")


def test_an_acknowledgement_names_who_gave_it(api: type[Answering]) -> None:
    api.answer = {"acknowledged_by": HOSTILE}
    escalation_id = str(uuid4())
    said = run("escalations", "acknowledge", escalation_id)
    assert escalation_id in said
    assert HARMLESS in said


def test_a_canary_that_is_late_ends_the_command_with_the_systems_no(api: type[Answering]) -> None:
    """A script that watches needs no more than the exit code."""
    late = {"late": True, "hangs_at": "raised", "words": {"zh": HOSTILE, "en": HOSTILE}}
    api.answer = {**CANARY, **late}
    said = run("canary", code=1)
    assert "LATE" in said
    assert said.count(HARMLESS) == 3
    api.answer = CANARY
    assert "400" in run("canary")
    api.answer = {**CANARY, "every_seconds": None}
    assert "HUIYIN_CANARY_SECONDS" in run("canary")


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("history", "x", "--json"), HISTORY),
        (("topics", "--json"), TOPICS),
        (("canary", "--json"), CANARY),
        (("messages", "--json"), MESSAGES),
        (("timers", "--json"), TIMERS),
        (("due", "--json"), DUE),
        (("escalations", "list", "--json"), ESCALATIONS),
        (("explain", EXPLANATION["ticket_id"], "--json"), EXPLANATION),
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


def test_a_service_with_an_address_of_its_own_is_asked_there(
    api: type[Answering], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under `make up`, where no address is that of all five."""
    api.answer = {"items": [], "next_cursor": None, "partitions": ALL}
    monkeypatch.setenv("HUIYIN_PEERS", json.dumps({"sla": os.environ["HUIYIN_URL"] + "/"}))
    monkeypatch.setenv("HUIYIN_URL", "http://127.0.0.1:1")
    run("due")
    assert api.asked == ["/sla/v1/due?within=2h&limit=50"]
    assert "http://127.0.0.1:1" in refused("topics", code=3)
    monkeypatch.setenv("HUIYIN_PEERS", "sla")
    assert "HUIYIN_PEERS is wrong" in refused("due", code=2)


@pytest.mark.parametrize("host", ["256.0.0.1", "::nohost", "x" * 64])
def test_a_host_that_is_none_is_named(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_HOST", host)
    sentence = refused("run", code=2)
    assert sentence.startswith(f"HUIYIN_HOST is no address of this machine: {host}")
    assert "port" not in sentence.lower()


def test_the_version_is_told() -> None:
    assert run("--version") == f"huiyin {VERSION}\n"


def test_a_deadline_is_explained_to_people(api: type[Answering]) -> None:
    ticket_id = EXPLANATION["ticket_id"]
    rule = {"clause": "H-12", "kind": ["complaint", "query"], "round": [1], "limit": "3wd"}
    api.answer = {**EXPLANATION, "rule": rule, "items": [{"ticket_id": ticket_id}]}
    said = run("explain", "T20261121-7K3Q9D2M", "--clock", "ans/wer", "--round", "1")
    assert api.asked == [
        "/intake/v1/tickets?number=T20261121-7K3Q9D2M&limit=1",
        f"/sla/v1/tickets/{ticket_id}/clocks/ans%2Fwer/explanation?round=1",
    ]
    assert "rule: H-12 (kind complaint or query; round 1): limit 3wd" in said
    assert "(all): limit 5wd" in said
    api.answer |= {"started": None, "stopped": None, "stopped_at": None}
    calculated = run("explain", str(ticket_id))
    assert "started: 2026-11-21 09:00:00 by calculation: no event says so" in calculated
    assert "stopped" not in calculated
    assert "2026-11-21 09:00:00 (times in Asia/Shanghai)" in said
    [day] = [line.split() for line in said.splitlines() if "-12:00:00" in line]
    assert day == ["2026-11-21", "09:00:00-12:00:00", "3:00:00", "3:00:00", "limit"]
    assert "2:30:00" in said


def _worked(day: int) -> dict[str, object]:
    """Three hours of a morning in Shanghai."""
    begins, until = (f"2026-12-{day:02}T{hour:02}:00:00Z" for hour in (1, 4))
    return {"from": begins, "until": until, "seconds": 10_800}


def test_many_days_alike_are_one_row_and_where_the_limit_was_is_marked(
    api: type[Answering],
) -> None:
    until: dict[str, object] = {"promised": None, "workdays": [], "seconds": 0}
    limit = until | {"until": "2026-12-03T04:00:00Z", "segments": [_worked(1)]}
    days = [_worked(day) for day in range(1, 21)]
    used = until | {"until": "2026-12-20T04:00:00Z", "segments": days}
    api.answer = {**EXPLANATION, "limit": limit, "used": used}
    said = run("explain", str(EXPLANATION["ticket_id"])).splitlines()
    table = [line.split(maxsplit=2) for line in said if "12:00:00" in line or "alike" in line]
    assert [(day, rest.split()[-1]) for day, _, rest in table if day[0] in "2…"] == [
        ("2026-12-01", "3:00:00"),
        ("2026-12-02", "6:00:00"),
        ("2026-12-03", "limit"),
        ("2026-12-04", "limit"),
        ("…", "limit"),
        ("2026-12-20", "limit"),
    ]
    assert sum("beyond the limit" in line for line in said) == 3
    assert any("and 15 more days alike" in line and "57:00:00" in line for line in said)


def test_what_counts_on_the_day_of_the_limit_adds_up_to_the_limit(api: type[Answering]) -> None:
    until: dict[str, object] = {"promised": None, "workdays": [], "seconds": 0}
    limit = until | {"until": "2026-12-01T03:00:00Z", "segments": []}
    used = until | {"until": "2026-12-01T04:00:00Z", "segments": [_worked(1)]}
    api.answer = {**EXPLANATION, "limit": limit, "used": used}
    said = run("explain", str(EXPLANATION["ticket_id"])).splitlines()
    days = [line.strip() for line in said if line.startswith(" 2026-12-01  ")]
    assert [line.split(maxsplit=4) for line in days] == [
        ["2026-12-01", "09:00:00-11:00:00", "2:00:00", "2:00:00", "limit"],
        ["2026-12-01", "11:00:00-12:00:00", "1:00:00", "3:00:00", "beyond the limit"],
    ]


def test_escalations_are_those_of_a_ticket_by_its_number_too(api: type[Answering]) -> None:
    ticket_id = str(uuid4())
    item: dict[str, object] = {"ticket_id": ticket_id, "escalation_id": "e", "raised_at": TIME}
    item |= {"step": "warning", "clock": "answer", "addressee": [], "state": "open"}
    api.answer = {"items": [item], "next_cursor": None}
    run("escalations", "list", "--ticket", "T20261121-7K3Q9D2M")
    assert api.asked == [
        "/intake/v1/tickets?number=T20261121-7K3Q9D2M&limit=1",
        f"/sla/v1/escalations?ticket_id={ticket_id}&limit=50",
    ]


def test_a_replay_that_comes_to_the_same_says_so(api: type[Answering]) -> None:
    api.answer = REPLAYED
    assert run("replay", "sla", "--dry-run") == "4 records, 2 tickets: the same state.\n"
    operation = f"/sla/v1/operations/{REPLAYED['operation_id']}"
    assert api.asked == ["/sla/v1/replays", operation]
    assert json.loads(run("replay", "sla", "--json")) == REPLAYED


def test_a_replay_that_differs_names_what_and_ends_with_1(api: type[Answering]) -> None:
    result = {**REPLAYED["result"], "differing": 1, "differences": [DIFFERENCE]}
    api.answer = {**REPLAYED, "result": {**result, "replaced": True}}
    said = run("replay", "sla", code=1)
    assert "1 differ. The rebuilt state took its place." in said
    assert said.count(HARMLESS) == 2
    assert "lost-event" in said
    api.answer = {**REPLAYED, "state": "failed", "error": "KafkaNotReachedError", "result": None}
    assert "failed: KafkaNotReachedError. The live state stays." in run("replay", "sla", code=1)


def test_what_there_is_to_explain_is_said_when_it_is_not_found(api: type[Answering]) -> None:
    api.answer = {"items": []}
    assert "no ticket T1: give its id" in refused("explain", "T1", code=1)
    api.status, api.answer = 404, {"code": "clock-not-found", "title": "x"}
    sentence = refused("explain", str(EXPLANATION["ticket_id"]), "--clock", "tea", code=1)
    assert "no such clock: try another --clock" in sentence


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
