"""`huiyin state`, `diff`, `readings` and `search`: what they ask, and what they show."""

import json
from typing import Any

import pytest

from tests.unit.support.scripted import ScriptedDesk, huiyin, scripted

HOSTILE = "\x1b[31mx\u202e"
HARMLESS = "\\x1b[31mx\\u202e"
TIME = "2026-11-21T09:00:00+08:00"
EVENT = "11111111-1111-4111-8111-111111111111"
STATE: dict[str, Any] = {
    "ticket_id": EVENT,
    "number": HOSTILE,
    "as_of": TIME,
    "events": 3,
    "ticket": {
        "status": "closed",
        "kind": "complaint",
        "severity": "general",
        "category": HOSTILE,
        "tier": "gold",
        "customer_name": HOSTILE,
        "rounds": 1,
        "closed_as": None,
    },
    "policy": {"pack": HOSTILE, "pack_version": 2},
    "work_orders": [
        {
            "role": "main",
            "round": 1,
            "department": HOSTILE,
            "handler": HOSTILE,
            "state": "offered",
            "offered_at": TIME,
        }
    ],
    "clocks": [
        {
            "clock": HOSTILE,
            "round": 1,
            "state": "running",
            "due_at": TIME,
            "stopped_at": None,
            "rungs": [{"step": "level-1", "state": "raised"}],
        }
    ],
    "revisits": [{"round": 1, "state": "due", "attempts": 0, "solved": None, "score": 5}],
}
NOTHING = {**STATE, "ticket": None, "work_orders": [], "clocks": [], "revisits": []}
DIFF: dict[str, Any] = {
    "events": [{"event_id": EVENT, "type": "deadline-moved.v1"}],
    "changes": [
        {"path": f"/clocks/{HOSTILE}/due_at", "before": None, "after": TIME, "event_id": EVENT},
        {"path": "/ticket/repeats", "before": 0, "after": 1, "event_id": None},
        {"path": "/ticket/category", "before": "a", "after": HOSTILE, "event_id": HOSTILE},
    ],
}
READINGS: dict[str, Any] = {
    "items": [
        {
            "ticket_id": EVENT,
            "reader": HOSTILE,
            "what": "state",
            "first_at": TIME,
            "last_at": TIME,
            "times": 7,
            "asked": None,
        },
        {
            "ticket_id": None,
            "reader": "li",
            "what": "search",
            "first_at": TIME,
            "last_at": TIME,
            "times": 1,
            "asked": HOSTILE,
        },
    ],
    "next_cursor": "more",
}
FOUND: dict[str, Any] = {
    "items": [
        {
            "ticket_id": EVENT,
            "number": None,
            "department": HOSTILE,
            "event_id": EVENT,
            "source": "sla",
            "type": "clock-started.v1",
            "actor": HOSTILE,
            "worker": HOSTILE,
            "rule": "answer",
            "clause": "H-12",
            "occurred_at": TIME,
            "recorded_at": TIME,
        }
    ],
    "looked_through": 1,
    "next_cursor": "more",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> ScriptedDesk:
    return scripted(monkeypatch, STATE)


def test_a_state_is_shown_with_its_orders_clocks_and_call_backs(desk: ScriptedDesk) -> None:
    told = huiyin("state", "T1", "--at", TIME, "--by", "event")
    assert desk.asked == [("GET", "reporting/v1/tickets/T1/state", {"at": TIME, "by": "event"})]
    assert told.count(HARMLESS) == 7
    for words in ("3 events happened by then", "level-1 raised", "closed  kind=complaint"):
        assert words in told


def test_before_its_registration_nothing_is_known(desk: ScriptedDesk) -> None:
    desk.answers = [NOTHING]
    assert "Nothing was known" in huiyin("state", "T1")


def test_a_difference_names_field_values_and_event(desk: ScriptedDesk) -> None:
    desk.answers = [DIFF]
    told = huiyin("diff", "T/1", "--from", TIME)
    assert desk.asked == [
        ("GET", "reporting/v1/tickets/T%2F1/diff", {"from": TIME, "by": "record"})
    ]
    assert told.count(HARMLESS) == 3
    assert "deadline-moved" in told
    desk.answers = [{**DIFF, "changes": []}]
    assert "Nothing is different; 1 events" in huiyin("diff", "T1")


def test_who_looked_is_listed_and_that_there_are_more(desk: ScriptedDesk) -> None:
    desk.answers = [READINGS]
    told = huiyin("readings", "--ticket", EVENT, "--reader", "li", "--limit", "1")
    assert desk.asked == [
        ("GET", "reporting/v1/readings", {"ticket_id": EVENT, "reader": "li", "limit": 1})
    ]
    assert told.count(HARMLESS) == 2
    assert "--limit" in told
    desk.answers = [{"items": [], "next_cursor": None}]
    assert "Nobody has looked." in huiyin("readings")


def test_a_search_shows_who_did_what_under_which_rule(desk: ScriptedDesk) -> None:
    desk.answers = [FOUND]
    told = huiyin("search", "--actor", "li", "--type", "clock-started", "--from", TIME)
    query = {"actor": "li", "type": "clock-started", "from": TIME, "limit": 50}
    assert desk.asked == [("GET", "reporting/v1/audit/search", query)]
    assert told.count(HARMLESS) == 3
    for words in ("answer H-12", EVENT, "More: --cursor more"):
        assert words in told
    desk.answers = [{"items": [], "looked_through": 0, "next_cursor": None}]
    assert "Nothing is like this." in huiyin("search", "--rule", "H-12")


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("state", "T1"), STATE),
        (("diff", "T1"), DIFF),
        (("readings",), READINGS),
        (("search",), FOUND),
    ],
)
def test_programs_get_the_apis_own_answer(
    desk: ScriptedDesk, arguments: tuple[str, ...], answer: object
) -> None:
    desk.answers = [answer]
    assert json.loads(huiyin(*arguments, "--json")) == answer


@pytest.mark.parametrize("command", ["state", "diff"])
def test_a_ticket_that_is_not_there_is_named(desk: ScriptedDesk, command: str) -> None:
    desk.answers = [(404, {"code": "not-found", "title": "x"})]
    assert "There is no ticket T1: give its id or its number." in huiyin(command, "T1", code=1)
