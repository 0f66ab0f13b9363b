"""`huiyin figures` and `huiyin rebuild reporting`: what they ask, and what they show."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.support.scripted import ScriptedDesk, huiyin, scripted

HOSTILE = "\x1b[31mx\u202e"
WORDS = {"zh": "接通率", "en": "Connection rate"}
RATE: dict[str, Any] = {
    "name": "connection_rate",
    "clauses": ["H-02", "H-26"],
    "title": WORDS,
    "definition": WORDS,
    "unit": "share",
    "measured_in": None,
    "goal": {"more_than": 0.85, "at_least": None, "at_most": None},
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
    "goal": {"more_than": None, "at_least": None, "at_most": 10},
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


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> ScriptedDesk:
    return scripted(monkeypatch, FIGURES)


def test_figures_are_shown_with_what_they_were_made_of_and_their_goal(desk: ScriptedDesk) -> None:
    """U-15."""
    told = huiyin("figures", "--month", "2026-11", "--group-by", "department")
    asked = {"month": "2026-11", "group_by": "department"}
    assert desk.asked == [("GET", "reporting/v1/figures", asked)]
    assert "2026-11: 2026-11-01 to 2026-11-30" in told
    assert "being rebuilt" in told
    lines = {line.strip().split("  ")[0]: line.strip() for line in told.splitlines()}
    assert lines["Connection rate"].split("  ")[-1].strip() == "> 85.0 %"
    assert "80.0 %" in lines["Connection rate"]
    assert "8 / 10" in lines["Connection rate"]
    assert "7.25 min" in lines["Mean wait"]
    assert "≤ 10.00 min" in lines["Mean wait"]
    assert "Unheard of" not in told
    restated = "Connection rate: reported as 90.0 % (2026-11-30T16:30:00Z), now 80.0 %"
    assert restated in told
    assert "\\x1b[31mx\\u202e" in told


def test_as_json_they_are_the_answer_itself(desk: ScriptedDesk) -> None:
    assert json.loads(huiyin("figures", "--json", "--week", "2026-W48")) == FIGURES
    assert desk.asked == [("GET", "reporting/v1/figures", {"week": "2026-W48"})]


def test_a_rebuild_is_followed_to_its_end(desk: ScriptedDesk) -> None:
    desk.answers = [{**DONE, "state": "running"}, DONE]
    told = huiyin("rebuild", "reporting")
    assert "7 records: the rebuilt figures answer now." in told
    assert "not what the records say" not in told
    bent = {"records": 7, "compared": 9, "differing": 1, "differences": ["a-ticket"]}
    desk.answers = [{**DONE, "result": bent}]
    told = "1 of 9 rows were not what the records say: a-ticket"
    assert told in huiyin("rebuild", "reporting")
    del desk.asked[2:]
    called = [(method, path) for method, path, _ in desk.asked]
    operation = f"reporting/v1/operations/{DONE['operation_id']}"
    assert called == [("POST", "reporting/v1/rebuilds"), ("GET", operation)]


def test_a_rebuild_that_fails_ends_with_1(desk: ScriptedDesk) -> None:
    failed = {**DONE, "state": "failed", "error": "RebuildRunningError", "result": None}
    desk.answers = [failed]
    assert "RebuildRunningError" in huiyin("rebuild", "reporting", code=1)
    assert json.loads(huiyin("rebuild", "reporting", "--json", code=1)) == failed
