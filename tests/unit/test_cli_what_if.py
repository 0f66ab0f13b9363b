"""`huiyin what-if`: sends the draft, and shows what it would change."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from services.cli import terminal
from tests.unit.support.scripted import ScriptedDesk, huiyin, scripted

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
        "partitions": list(range(12)),
    },
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> ScriptedDesk:
    return scripted(monkeypatch, (202, {**DONE, "state": "running"}), DONE)


@pytest.fixture
def draft(tmp_path: Path) -> str:
    path = tmp_path / "draft.yaml"
    path.write_text("name: hotline-400 # 草案\n", encoding="utf-8")
    return str(path)


def what_if(*arguments: str, code: int = 0) -> str:
    return huiyin("what-if", *arguments, code=code)


def test_it_sends_the_draft_and_shows_counts_departments_and_tickets(
    desk: ScriptedDesk, draft: str
) -> None:
    said = what_if(draft, *WINDOW)
    asked = {"draft": "name: hotline-400 # 草案\n", "from": WINDOW[1], "until": WINDOW[3]}
    operation = f"sla/v1/operations/{DONE['operation_id']}"
    assert desk.asked == [("POST", "sla/v1/simulations", asked), ("GET", operation, None)]
    assert "5 tickets judged, 3 tickets that change, 2 deadlines moved, 1 clocks added" in said
    assert "misses: 1 -> 3 (+2)" in said
    assert "escalations: 4 -> 2 (-2)" in said
    assert "(none yet)" in said
    assert "+level-2 -reminder" in said
    assert "no such clock" in said
    assert "and 2 more tickets" in said
    assert "could not be judged" not in said


def test_what_others_wrote_steers_no_terminal(desk: ScriptedDesk, draft: str) -> None:
    said = what_if(draft, *WINDOW)
    assert said.count(HARMLESS) == 4
    assert len(desk.asked) == 2


def test_at_80_columns_no_id_is_cut(
    desk: ScriptedDesk, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "WIDE", 80)
    change = {**CHANGE, "ticket_id": str(uuid4()), "department": "customer-service"}
    desk.answers = [(200, {**DONE, "result": {**DONE["result"], "changes": [change]}})]  # type: ignore[dict-item]
    said = what_if(draft, *WINDOW)
    assert f"{change['ticket_id']} customer-service\n" in said
    assert "…" not in said


def test_json_is_the_operation_as_it_was_answered(desk: ScriptedDesk, draft: str) -> None:
    assert json.loads(what_if(draft, *WINDOW, "--json", "--calendar-of", "hotline-400")) == DONE
    assert desk.asked[0][2]["calendar_of"] == "hotline-400"


def test_tickets_that_could_not_be_judged_are_told(desk: ScriptedDesk, draft: str) -> None:
    result = {**DONE["result"], "not_judged": 7, "departments": [], "changes": []}  # type: ignore[dict-item]
    desk.answers = [(200, {**DONE, "result": result})]
    assert "7 tickets could not be judged" in what_if(draft, *WINDOW)
    assert len(desk.asked) == 2


def test_a_failure_ends_with_1(desk: ScriptedDesk, draft: str) -> None:
    failed = {**DONE, "state": "failed", "error": "KeyError", "result": None}
    desk.answers = [(200, failed)]
    assert what_if(draft, *WINDOW, code=1) == "The simulation failed: KeyError.\n"
    assert len(desk.asked) == 2


def test_what_is_wrong_with_the_draft_is_said_with_its_line(desk: ScriptedDesk, draft: str) -> None:
    error = {"pointer": "/draft", "detail": "draft, line 3: limit: 'x' is no time"}
    problem = {"code": "malformed", "title": "No.", "errors": [error]}
    desk.answers = [(422, problem)]
    assert "/draft draft, line 3: limit: 'x' is no time." in what_if(draft, *WINDOW, code=1)
    assert len(desk.asked) == 1


def test_a_file_that_cannot_be_read_is_one_sentence(desk: ScriptedDesk, tmp_path: Path) -> None:
    assert "no such file or directory" in what_if(str(tmp_path / "none"), *WINDOW, code=2)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert "no UTF-8 text" in what_if(str(tmp_path / "binary"), *WINDOW, code=2)
    assert desk.asked == []
