"""`huiyin figures` and `huiyin rebuild reporting`: what they ask, and what they show."""

import json
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from httpx import Request, Response
from typer.testing import CliRunner

from services.cli import app, terminal

HOSTILE = "\x1b[31mx\u202e"
WORDS = {"zh": "接通率", "en": "Connection rate"}
RATE: dict[str, Any] = {
    "name": "connection_rate",
    "clauses": ["H-02", "H-26"],
    "title": WORDS,
    "definition": WORDS,
    "unit": "share",
    "measured_in": None,
    "goal": {"at_least": 0.85, "at_most": None},
    "meets_goal": False,
    "value": 0.8,
    "above": 8.0,
    "below": 10,
    "groups": [{"group": HOSTILE, "value": 0.8, "above": 8.0, "below": 10}],
}
WAIT = {
    **RATE,
    "name": "wait",
    "title": {"zh": "等候", "en": "Mean wait"},
    "unit": "mean",
    "measured_in": "min",
    "goal": {"at_least": None, "at_most": 10},
    "value": 7.25,
    "groups": [],
}
NOTHING = {
    **RATE,
    "name": "nothing",
    "title": {"zh": "无", "en": "Unheard of"},
    "above": 0.0,
    "below": 0,
}
FIGURES = {
    "group_by": "department",
    "period": {"unit": "month", "name": "2026-11", "first": "2026-11-01", "last": "2026-11-30"},
    "is_rebuilding": True,
    "figures": [RATE, WAIT, NOTHING],
    "restated": [
        {
            "figure": "connection_rate",
            "was": 0.9,
            "now": 0.8,
            "reported_at": "2026-11-30T16:30:00Z",
        }
    ],
}
DONE = {
    "operation_id": str(uuid4()),
    "state": "done",
    "progress": 1.0,
    "error": None,
    "result": {"records": 7, "view": "b"},
}


class Desk:
    """Answers every request with the next of its answers, the last one for ever."""

    answers: ClassVar[list[Any]] = []

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []

    def request(self, method: str, url: str, **options: Any) -> Response:  # noqa: ANN401 - httpx's
        self.asked.append((method, url.partition("/reporting/")[2], options.get("params")))
        body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Response(200, json=body, request=Request(method, url))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk()
    monkeypatch.setattr("httpx.request", found.request)
    monkeypatch.setattr(terminal, "WIDE", 2000)
    monkeypatch.setenv("HUIYIN_URL", "http://desk")
    monkeypatch.setenv("HUIYIN_KEY", "hy_x")
    monkeypatch.setattr(Desk, "answers", [FIGURES])
    return found


def said(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout


def test_figures_are_shown_with_what_they_were_made_of_and_their_goal(desk: Desk) -> None:
    """U-15."""
    told = said("figures", "--month", "2026-11", "--group-by", "department")
    asked = {"month": "2026-11", "group_by": "department"}
    assert desk.asked == [("GET", "v1/figures", asked)]
    assert "2026-11: 2026-11-01 to 2026-11-30" in told
    assert "being rebuilt" in told
    lines = {line.strip().split("  ")[0]: line.strip() for line in told.splitlines()}
    assert lines["Connection rate"].split("  ")[-1].strip() == "≥ 85.0 %"
    assert "80.0 %" in lines["Connection rate"]
    assert "8 / 10" in lines["Connection rate"]
    assert "7.25 min" in lines["Mean wait"]
    assert "≤ 10.00 min" in lines["Mean wait"]
    assert "Unheard of" not in told
    restated = "Connection rate: reported as 90.0 % (2026-11-30T16:30:00Z), now 80.0 %"
    assert restated in told
    assert "\\x1b[31mx\\u202e" in told
    assert not set("\x1b\u202e") & set(told)


def test_as_json_they_are_the_answer_itself(desk: Desk) -> None:
    assert json.loads(said("figures", "--json", "--week", "2026-W48")) == FIGURES
    assert desk.asked == [("GET", "v1/figures", {"week": "2026-W48"})]


def test_a_rebuild_is_followed_to_its_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Desk, "answers", [{**DONE, "state": "running"}, DONE])
    told = said("rebuild", "reporting")
    assert "7 records: the rebuilt figures answer now." in told
    assert "not what the records say" not in told
    bent = {"records": 7, "compared": 9, "differing": 1, "differences": ["a-ticket"]}
    monkeypatch.setattr(Desk, "answers", [{**DONE, "result": bent}])
    told = "1 of 9 rows were not what the records say: a-ticket"
    assert told in said("rebuild", "reporting")
    del desk.asked[2:]
    called = [(method, path) for method, path, _ in desk.asked]
    operation = f"v1/operations/{DONE['operation_id']}"
    assert called == [("POST", "v1/rebuilds"), ("GET", operation)]


@pytest.mark.usefixtures("desk")
def test_a_rebuild_that_fails_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {**DONE, "state": "failed", "error": "RebuildRunningError", "result": None}
    monkeypatch.setattr(Desk, "answers", [failed])
    assert "RebuildRunningError" in said("rebuild", "reporting", code=1)
    assert json.loads(said("rebuild", "reporting", "--json", code=1)) == failed
