"""On-call's commands: many letters told, counted and confirmed; messages saved and followed."""

import json
import time
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import pytest
from httpx import Request, Response
from typer.testing import CliRunner

from services.cli import app, terminal
from services.cli.following import Looks

HOSTILE = "\x1b[31mx\u202e"
TIME = "2026-11-21T09:00:00+08:00"
ONE, TWO = (str(uuid4()) for _ in range(2))
ITEM = {
    "letter_id": ONE,
    "publisher": "intake",
    "type": HOSTILE,
    "error": "KeyError",
    "outlook": "fails",
    "stops_with": "UnreadableEventError",
}
PLANNED = {
    "count": 2,
    "sequences": [{"service": "dispatch", "subject": HOSTILE, "items": [ITEM, ITEM]}],
    "more": False,
    "unreachable": ["sla"],
}
LEFT = {"service": "dispatch", "subject": HOSTILE, "problem": "unreachable"}
DONE = {"done": 2, "left": 0, "sequences": []}
OWNED = {"service": "dispatch"}


class Desk:
    """Answers every request with the next of its answers, the last one for ever."""

    answers: ClassVar[list[Any]] = []

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.headers: dict[str, str] = {}

    def answer(self, request: Request) -> Response:
        body = json.loads(request.content) if request.content else None
        self.asked.append((request.method, request.url.raw_path.decode(), body))
        answers = self.answers
        content = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(content, str):
            return Response(200, text=content, headers=self.headers)
        return Response(200, json=content)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    desk = Desk()
    client = httpx.Client(transport=httpx.MockTransport(desk.answer))

    def send(method: str, url: str, **options: Any) -> Response:  # noqa: ANN401 - httpx's
        asked = client.build_request(
            method,
            url,
            headers=options["headers"],
            params=options.get("params"),
            json=options.get("json"),
        )
        return client.send(asked)

    monkeypatch.setattr(httpx, "request", send)
    monkeypatch.setattr(terminal, "WIDE", 2000)
    monkeypatch.setenv("HUIYIN_DATA", str(tmp_path))
    monkeypatch.setenv("HUIYIN_URL", "http://huiyin")
    monkeypatch.setenv("HUIYIN_KEY", "hy_x")
    return desk


def run(*arguments: str, code: int = 0, given: str | None = None) -> str:
    result = CliRunner().invoke(app, arguments, input=given)
    assert result.exit_code == code, (result.output, result.exception)
    assert not set("\x1b\u202e") & set(result.output)
    return result.output


def test_a_dry_run_shows_the_order_and_sends_nothing_else(desk: Desk) -> None:
    desk.answers[:] = [PLANNED]
    said = run("dead-letters", "redrive", "--all", "--service", "dispatch", "--dry-run")
    assert "sla does not answer" in said
    assert said.count("fails UnreadableEventError") == 2
    sent = {"service": "dispatch", "dry_run": True}
    assert desk.asked == [("POST", "/reporting/v1/dead-letters:redrive", sent)]


def test_what_can_t_be_read_at_all_is_called_so(desk: Desk) -> None:
    nameless = {"service": "dispatch", "subject": "T1", "items": [{**ITEM, "type": None}]}
    desk.answers[:] = [{**PLANNED, "sequences": [nameless]}]
    said = run("dead-letters", "redrive", "--all", "--service", "dispatch", "--dry-run")
    assert "intake: unreadable" in said


def test_the_count_is_confirmed_by_who_is_asked(desk: Desk) -> None:
    desk.answers[:] = [OWNED, OWNED, PLANNED, DONE]
    said = run("dead-letters", "discard", ONE, TWO, "--reason", "entered twice", given="y\n")
    assert "Discard these 2?" in said
    assert "Given up: 2 of 2; 0 left." in said
    letters = [{"service": "dispatch", "letter_id": one} for one in (ONE, TWO)]
    assert desk.asked[-1] == (
        "POST",
        "/reporting/v1/dead-letters:discard",
        {"letters": letters, "expected": 2, "reason": "entered twice"},
    )


def test_who_says_no_has_changed_nothing(desk: Desk) -> None:
    desk.answers[:] = [PLANNED]
    arguments = "dead-letters", "redrive", "--all", "--service", "dispatch", "--reason", "x"
    run(*arguments, given="n\n", code=1)
    assert [body["dry_run"] for _, _, body in desk.asked] == [True]


def test_a_program_says_the_count_itself_and_is_told_what_is_left(desk: Desk) -> None:
    desk.answers[:] = [{"done": 1, "left": 1, "sequences": [LEFT]}]
    arguments = "dead-letters", "redrive", "--all", "--service", "dispatch", "--reason", "x"
    said = run(*arguments, "--expect", "2", code=1)
    assert "Redriven: 1 of 2; 1 left." in said
    assert "unreachable" in said
    assert len(desk.asked) == 1


def test_one_letter_needs_no_count(desk: Desk) -> None:
    desk.answers[:] = [{"redriven": 1, "subject": "s", "left": 0}]
    run("dead-letters", "redrive", ONE, "--reason", "release 1.2")
    path = f"/reporting/v1/dead-letters/{ONE}/redrive"
    assert desk.asked == [("POST", path, {"reason": "release 1.2"})]


@pytest.mark.parametrize(
    "arguments",
    [
        ("redrive", "--dry-run"),
        ("redrive", "--all", "--dry-run"),
        ("redrive", ONE, "--all", "--service", "sla", "--dry-run"),
        ("redrive", "--all", "--service", "sla"),
        ("discard", ONE),
    ],
)
def test_what_says_too_little_asks_nobody(arguments: tuple[str, ...], desk: Desk) -> None:
    run("dead-letters", *arguments, code=2)
    assert desk.asked == []


def test_closed_letters_say_by_whom_and_why(desk: Desk) -> None:
    letter = {**ITEM, "service": "sla", "subject": "s", "attempts": 3, "parked_at": TIME}
    closed = {**letter, "closed_at": TIME, "closed_by": "xu-lei", "reason": HOSTILE}
    desk.answers[:] = [{"items": [closed], "unreachable": [], "next_cursor": None}]
    said = run("dead-letters", "list", "--state", "redriven", "--subject", "s")
    assert "xu-lei" in said
    assert "state=redriven" in desk.asked[0][1]
    assert "subject=s" in desk.asked[0][1]


MESSAGE = {
    "event_id": "e1",
    "recorded_at": TIME,
    "topic": "intake",
    "partition": 3,
    "position": 7,
    "type": HOSTILE,
    "ticket_id": None,
    "actor": HOSTILE,
}


def test_every_filter_of_the_page_is_an_option(desk: Desk) -> None:
    desk.answers[:] = [{"items": [MESSAGE], "before": None, "next_cursor": "abc"}]
    options = {"topic": "all", "type": "x", "header": "ce_actor=crm", "text": "y", "since": TIME}
    said = run("messages", *[part for name, one in options.items() for part in (f"--{name}", one)])
    assert "--cursor abc" in said
    asked = httpx.URL(desk.asked[0][1]).params
    assert {name: asked[name] for name in options} == options


def test_messages_are_saved_as_the_file_is_called(desk: Desk, tmp_path: Path) -> None:
    desk.answers[:] = ["\ufefftopic\n"]
    desk.headers = {"Link": '</reporting/v1/messages?before=4>; rel="next"'}
    place = tmp_path / "found.csv"
    assert "There are older ones" in run("messages", "--output", str(place))
    assert place.read_bytes() == b"\xef\xbb\xbftopic\n"
    assert "format=csv" in desk.asked[0][1]
    assert ".csv or .jsonl" in run("messages", "-o", str(tmp_path / "found.txt"), code=2)


def test_who_follows_sees_each_message_once_oldest_first() -> None:
    looks = Looks({"topic": "intake", "limit": 2, "before": 9, "at": TIME})
    assert looks.query == {"topic": "intake", "limit": 2}
    first, second, third = ({**MESSAGE, "event_id": name} for name in "abc")
    assert looks.new_of({"items": [second, first], "before": 1}) == ([first, second], False)
    assert looks.query["since"] == "2026-11-21T08:59:30+08:00"
    assert looks.new_of({"items": [third, second], "before": 1}) == ([third], False)
    more = [{**MESSAGE, "event_id": name} for name in "ed"]
    assert looks.new_of({"items": more, "before": 1}) == (more[::-1], True)


def test_following_goes_on_until_it_is_broken_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", rest)
    desk.answers[:] = [{"items": [MESSAGE], "before": None}]
    said = run("messages", "--follow", code=130)
    assert said.count("intake  3  7") == 1
    assert (rests, len(desk.asked)) == ([2.0, 2.0], 2)


def test_a_topics_hour_is_a_table(desk: Desk) -> None:
    readers = {"sla": {"lag": 3, "rate_out": 1.5}, "revisit": {"lag": None, "rate_out": None}}
    desk.answers[:] = [{"points": [{"at": TIME, "rate_in": 2.0, "readers": readers}]}]
    said = run("topic-hour", "intake")
    for one in ("sla lag", "revisit out/s", "1.5", "unknown"):
        assert one in said, one
    assert desk.asked[0][1] == "/reporting/v1/topics/intake/history"
    desk.answers[:] = [{"points": []}]
    assert "Nobody has looked" in run("topic-hour", "intake")


def test_groups_are_a_table_of_members(desk: Desk) -> None:
    member = {"member_id": "m1", "host": HOSTILE, "partitions": {"complaints.intake": [0, 1]}}
    items = [
        {"group": "huiyin-sla", "state": "Stable", "members": [member]},
        {"group": "huiyin-revisit", "state": "Empty", "members": []},
    ]
    desk.answers[:] = [{"kafka": True, "reachable": True, "items": items}]
    said = run("groups")
    for one in ("m1", "complaints.intake: 0, 1", "huiyin-revisit  Empty"):
        assert one in said, one
    desk.answers[:] = [{"kafka": False, "reachable": False, "items": []}]
    assert "one process" in run("groups")
    desk.answers[:] = [{"kafka": True, "reachable": False, "items": []}]
    assert "does not answer" in run("groups", code=1)
