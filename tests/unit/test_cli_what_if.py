"""`huiyin what-if`: sends the draft, and shows what it would change."""

import json
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from httpx import Request, Response
from typer.testing import CliRunner

from services.cli import app, terminal

WINDOW = ("--from", "2026-11-01T00:00+08:00", "--until", "2026-12-01T00:00+08:00")
HOSTILE = "\x1b[31mx\u202e"
HARMLESS = "\\x1b[31mx\\u202e"
COUNTS = {
    "tickets": 5,
    "changed": 3,
    "deadlines_moved": 2,
    "clocks_added": 1,
    "clocks_removed": 0,
    "misses_before": 1,
    "misses_after": 3,
    "escalations_before": 4,
    "escalations_after": 2,
}
STANDING = {
    "state": "running",
    "target_at": None,
    "due_at": "2026-11-26T09:30:00Z",
    "missed": False,
    "escalations": ["reminder", "level-1"],
}
CHANGED = {"clock": "answer", "round": 1, "occurrence": "", "before": STANDING}
SHOWN = {**STANDING, "state": "missed", "escalations": ["level-1", "level-2"]}
CHANGE = {
    "ticket_id": HOSTILE,
    "registered_at": "2026-11-23T02:00:00Z",
    "department": HOSTILE,
    "clock_count": 2,
    "clocks": [{**CHANGED, "after": SHOWN}, {**CHANGED, "clock": HOSTILE, "after": None}],
}
DONE = {
    "operation_id": str(uuid4()),
    "state": "done",
    "progress": 1.0,
    "error": None,
    "result": {
        "not_judged": 0,
        "totals": COUNTS,
        "department_count": 2,
        "departments": [
            {"department": HOSTILE, **COUNTS},
            {"department": None, **COUNTS},
        ],
        "changes": [CHANGE],
    },
}


class Desk:
    """Answers every request with the next of its answers, the last one for ever."""

    answers: ClassVar[list[Any]] = []

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []

    def request(self, method: str, url: str, **options: Any) -> Response:  # noqa: ANN401 - httpx's
        self.asked.append((method, url.partition("/sla/")[2], options.get("json")))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Response(status, json=body, request=Request(method, url))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk()
    monkeypatch.setattr("httpx.request", found.request)
    monkeypatch.setattr(terminal, "WIDE", 2000)
    monkeypatch.setenv("HUIYIN_URL", "http://desk")
    monkeypatch.setenv("HUIYIN_KEY", "hy_x")
    monkeypatch.setattr(Desk, "answers", [(202, {**DONE, "state": "running"}), (200, DONE)])
    return found


@pytest.fixture
def draft(tmp_path: Path) -> str:
    path = tmp_path / "draft.yaml"
    path.write_text("name: hotline-400 # 草案\n", encoding="utf-8")
    return str(path)


def what_if(*arguments: str, code: int = 0) -> str:
    """What it wrote: to stdout, or why it stopped."""
    result = CliRunner().invoke(app, ["what-if", *arguments])
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout or result.stderr


def test_it_sends_the_draft_and_shows_counts_departments_and_tickets(
    desk: Desk, draft: str
) -> None:
    said = what_if(draft, *WINDOW)
    asked = {"draft": "name: hotline-400 # 草案\n", "from": WINDOW[1], "until": WINDOW[3]}
    operation = f"v1/operations/{DONE['operation_id']}"
    assert desk.asked == [("POST", "v1/simulations", asked), ("GET", operation, None)]
    assert "5 tickets judged, 3 tickets that change, 2 deadlines moved, 1 clocks added" in said
    assert "misses: 1 -> 3 (+2)" in said
    assert "escalations: 4 -> 2 (-2)" in said
    assert "(none yet)" in said
    assert "+level-2 -reminder" in said
    assert "no such clock" in said
    assert "and 2 more tickets" in said
    assert "could not be judged" not in said


def test_what_others_wrote_steers_no_terminal(desk: Desk, draft: str) -> None:
    said = what_if(draft, *WINDOW)
    assert said.count(HARMLESS) == 6
    assert not set("\x1b\u202e") & set(said)
    assert len(desk.asked) == 2


def test_json_is_the_operation_as_it_was_answered(desk: Desk, draft: str) -> None:
    assert json.loads(what_if(draft, *WINDOW, "--json", "--calendar-of", "hotline-400")) == DONE
    assert desk.asked[0][2]["calendar_of"] == "hotline-400"


def test_tickets_that_could_not_be_judged_are_told(
    desk: Desk, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = {**DONE["result"], "not_judged": 7, "departments": [], "changes": []}  # type: ignore[dict-item]
    monkeypatch.setattr(Desk, "answers", [(200, {**DONE, "result": result})])
    assert "7 tickets could not be judged" in what_if(draft, *WINDOW)
    assert len(desk.asked) == 2


def test_a_failure_ends_with_1(desk: Desk, draft: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {**DONE, "state": "failed", "error": "KeyError", "result": None}
    monkeypatch.setattr(Desk, "answers", [(200, failed)])
    assert what_if(draft, *WINDOW, code=1) == "The simulation failed: KeyError.\n"
    assert len(desk.asked) == 2


def test_what_is_wrong_with_the_draft_is_said_with_its_line(
    desk: Desk, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = {"pointer": "/draft", "detail": "draft, line 3: limit: 'x' is no time"}
    problem = {"code": "malformed", "title": "No.", "errors": [error]}
    monkeypatch.setattr(Desk, "answers", [(422, problem)])
    assert "/draft draft, line 3: limit: 'x' is no time." in what_if(draft, *WINDOW, code=1)
    assert len(desk.asked) == 1


def test_a_file_that_cannot_be_read_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    assert "no such file or directory" in what_if(str(tmp_path / "none"), *WINDOW, code=2)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert "no UTF-8 text" in what_if(str(tmp_path / "binary"), *WINDOW, code=2)
    assert desk.asked == []
