"""`huiyin packs`, `calendars` and `recalculate`: what they send, and what they show."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.cli import terminal
from tests.unit.support.scripted import ScriptedDesk, huiyin, scripted

SINCE = "2026-12-01T00:00+08:00"
HOSTILE = "\x1b[31mx\u202e"
HARMLESS = "\\x1b[31mx\\u202e"
PUBLISHED: dict[str, Any] = {
    "pack": HOSTILE,
    "version": 2,
    "effective_from": "2026-11-30T16:00:00Z",
    "dry_run": False,
    "diff": {
        "clocks": ["answer"],
        "calendars": [],
        "ladders": [],
        "changes": [
            {"at": HOSTILE, "before": ["praise", HOSTILE], "after": None},
            {"at": "contact.follow_ups", "before": 3, "after": 4},
        ],
    },
}
NOTICE: dict[str, Any] = {
    "calendar": "cn",
    "version": 2,
    "effective_from": "2026-11-30T16:00:00Z",
    "dry_run": True,
    "diff": {
        "official": [2027],
        "days": [{"day": "2027-01-04", "before": "usual", "after": HOSTILE}],
    },
}
VERSIONS = {
    "items": [
        {"name": HOSTILE, "version": 1, "effective_from": None, "clocks": [1, 2], "notices": []},
        {
            "name": "cn",
            "version": 2,
            "effective_from": "2026-11-30T16:00:00Z",
            "clocks": [],
            "notices": [{"year": 2027, "announced_on": HOSTILE}],
        },
    ]
}
MOVED = {
    "ticket_id": HOSTILE,
    "clock": HOSTILE,
    "round": 1,
    "previous_due_at": "2027-01-05T09:30:00Z",
    "due_at": "2027-01-06T09:30:00Z",
    "provisional": True,
    "confirmed": False,
}
CONFIRMED = {**MOVED, "previous_due_at": MOVED["due_at"], "provisional": False, "confirmed": True}
RESULT = {
    "tickets": 5,
    "changed": 2,
    "deadlines_moved": 3,
    "no_longer_provisional": 1650,
    "clocks_started": 0,
    "clocks_cancelled": 0,
    "clocks_missed": 1,
    "escalations_raised": 4,
    "escalations_withdrawn": 2,
    "not_judged": 0,
    "deadlines": [MOVED, CONFIRMED],
}
DONE: dict[str, Any] = {
    "operation_id": str(uuid4()),
    "state": "done",
    "progress": 1.0,
    "error": None,
    "asked": {"dry_run": False},
    "result": RESULT,
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> ScriptedDesk:
    return scripted(monkeypatch)


@pytest.fixture
def draft(tmp_path: Path) -> str:
    path = tmp_path / "next.yaml"
    path.write_text("name: hotline-400 # 修订\n", encoding="utf-8")
    return str(path)


def test_a_pack_is_published_and_what_it_changes_is_shown(desk: ScriptedDesk, draft: str) -> None:
    desk.answers = [(201, PUBLISHED)]
    asked = ("packs", "publish", "hotline-400", draft, "--from", SINCE, "--reason", "修订")
    said = huiyin(*asked)
    body = {
        "pack": "name: hotline-400 # 修订\n",
        "effective_from": SINCE,
        "dry_run": False,
        "reason": "修订",
    }
    assert desk.asked == [("POST", "sla/v1/packs/hotline-400/versions", body)]
    assert "version 2, takes effect 2026-" in said
    assert "contact.follow_ups" in said
    assert said.count(HARMLESS) == 3
    assert json.loads(huiyin(*asked, "--json")) == PUBLISHED


def test_a_notice_is_tried_and_the_days_that_it_changes_are_shown(
    desk: ScriptedDesk, draft: str
) -> None:
    desk.answers = [(200, NOTICE)]
    said = huiyin("calendars", "publish", draft, "--from", SINCE, "--dry-run")
    body = {"notice": "name: hotline-400 # 修订\n", "effective_from": SINCE, "dry_run": True}
    assert desk.asked == [("POST", "sla/v1/calendars/cn/versions", body)]
    assert "cn, version 2, would take effect 2026-" in said
    assert "2027-01-04" in said
    assert HARMLESS in said


@pytest.mark.parametrize("kind", ["packs", "calendars"])
def test_versions_are_listed_with_when_they_take_effect(desk: ScriptedDesk, kind: str) -> None:
    desk.answers = [(200, VERSIONS)]
    said = huiyin(kind, "list")
    assert desk.asked == [("GET", f"sla/v1/{kind}", None)]
    assert "since ever" in said
    assert HARMLESS in said
    assert json.loads(huiyin(kind, "list", "--json")) == VERSIONS


def test_times_name_the_zone_that_they_are_told_in(
    desk: ScriptedDesk, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wrote +08:00 would take another zone's time for theirs."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        desk.answers = [(200, VERSIONS)]
        assert "in force (JST)" in huiyin("packs", "list")
        assert "2026-12-01 01:00:00" in huiyin("calendars", "list")
        desk.answers = [(200, NOTICE)]
        said = huiyin("calendars", "publish", draft, "--from", SINCE, "--dry-run")
        assert "would take effect 2026-12-01 01:00:00 (JST)." in said
        desk.answers = [(202, DONE)]
        assert "was due (JST)" in huiyin("recalculate", "--reason", "x")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_pack_whose_file_is_not_there_is_marked(desk: ScriptedDesk) -> None:
    second = {"name": "acme", "version": 2, "effective_from": None, "clocks": []}
    first = {**second, "version": 1}
    desk.answers = [(200, {"items": [second]})]
    assert "version 1 is missing" in huiyin("packs", "list")
    desk.answers = [(200, {"items": [first, second]})]
    assert "missing" not in huiyin("packs", "list")


def test_what_is_refused_is_one_sentence(desk: ScriptedDesk, draft: str) -> None:
    problem = {"code": "effective-too-soon", "title": "It can take effect in ten minutes."}
    desk.answers = [(409, problem)]
    said = huiyin("packs", "publish", "hotline-400", draft, "--from", SINCE, code=1)
    assert said == "It can take effect in ten minutes.\n"
    assert len(desk.asked) == 1


def test_a_recalculation_is_followed_to_its_end(desk: ScriptedDesk) -> None:
    desk.answers = [(202, {**DONE, "state": "running"}), (200, DONE)]
    said = huiyin("recalculate", "--reason", "放假通知", "--calendar", "cn")
    body = {"scope": "open", "reason": "放假通知", "dry_run": False, "calendar": "cn"}
    operation = f"sla/v1/operations/{DONE['operation_id']}"
    assert desk.asked == [("POST", "sla/v1/recalculations", body), ("GET", operation, None)]
    assert "5 tickets looked at, 2 tickets changed, 3 deadlines moved" in said
    assert "3 deadlines moved, 1650 no longer provisional" in said
    assert "1 limits missed, 4 escalations raised, 2 withdrawn" in said
    assert "(provisional)" in said
    assert said.count("(no longer provisional)") == 1
    assert "and 1651 more deadlines" in said
    assert "A trial" not in said
    assert said.count(HARMLESS) == 4


def test_at_80_columns_no_ticket_of_a_recalculation_is_cut(
    desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "WIDE", 80)
    moved = {**MOVED, "ticket_id": str(uuid4()), "clock": "revisit-schedule"}
    desk.answers = [(202, {**DONE, "result": {**RESULT, "deadlines": [moved]}})]
    said = huiyin("recalculate", "--reason", "x")
    assert f"{moved['ticket_id']}  " in said
    assert "…" not in said


def test_a_trial_of_a_period_says_so(desk: ScriptedDesk) -> None:
    result = {**RESULT, "not_judged": 7, "deadlines": [], "deadlines_moved": 0, "clocks_missed": 0}
    result["partitions"] = [4]
    tried = {**DONE, "asked": {"dry_run": True}, "result": result}
    desk.answers = [(200, tried)]
    window = ("--scope", "period", "--from", SINCE, "--until", "2026-12-02T00:00+08:00")
    said = huiyin("recalculate", "--reason", "x", "--pack", "hotline-400", *window, "--dry-run")
    assert desk.asked[0][2]["from"] == SINCE
    assert (desk.asked[0][2]["dry_run"], desk.asked[0][2]["pack"]) == (True, "hotline-400")
    assert "A trial: nothing was moved." in said
    assert "7 tickets could not be judged" in said
    assert "has partitions 4 of 12" in said


def test_a_recalculation_that_fails_ends_with_1(desk: ScriptedDesk) -> None:
    failed = {**DONE, "state": "failed", "error": "KeyError", "result": None}
    desk.answers = [(200, failed)]
    said = huiyin("recalculate", "--reason", "x", code=1)
    assert said == "The recalculation failed: KeyError.\n"
    assert json.loads(huiyin("recalculate", "--reason", "x", "--json", code=1)) == failed
    assert len(desk.asked) == 4


@pytest.mark.parametrize(
    ("options", "fate"),
    [
        ((), "the recalculation stands, and goes on when the server starts again"),
        (("--dry-run",), "a trial ends with its process: try it again"),
    ],
)
def test_a_server_that_dies_meanwhile_leaves_the_operations_id_and_what_becomes_of_it(
    desk: ScriptedDesk, options: tuple[str, ...], fate: str
) -> None:
    running = {**DONE, "state": "running", "asked": {"dry_run": bool(options)}}
    desk.answers = [(202, running), None]
    said = huiyin("recalculate", "--reason", "x", *options, code=3)
    place = f"`huiyin operation {DONE['operation_id']}` follows it."
    assert said.strip() == f"Nobody answers at http://desk any more: {fate}; {place}"
    assert len(desk.asked) == 2
