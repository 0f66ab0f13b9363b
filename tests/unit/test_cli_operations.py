"""`huiyin operation`: whoever has an id follows what it stands for, whatever that is."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from httpx import Request, Response

from services.cli.operations import KINDS
from shared.messaging.topics import PARTITIONS
from tests.unit.support.scripted import huiyin

ID = str(uuid4())
SLA, REPORTING = f"sla/v1/operations/{ID}", f"reporting/v1/operations/{ID}"
VERIFICATION = f"reporting/v1/audit/verification?verification_id={ID}"
Json = dict[str, Any]


def operation(kind: str, result: Json | None, **more: object) -> Json:
    return {
        "operation_id": ID,
        "kind": kind,
        "state": "done",
        "progress": 1.0,
        "error": None,
        "asked": {"dry_run": False},
        "result": result,
        **more,
    }


ALL = range(PARTITIONS)
RESULTS: dict[str, tuple[str, Json, str]] = {
    "rebuild": (REPORTING, {"records": 7}, "7 records: the rebuilt figures answer now."),
    "replay": (
        SLA,
        {"records": 9, "tickets": 2, "differing": 0, "partitions": [{"partition": n} for n in ALL]},
        "9 records, 2 tickets: the same state.",
    ),
    "recalculation": (
        SLA,
        dict.fromkeys(
            [
                *("tickets", "changed", "deadlines_moved", "no_longer_provisional"),
                *("clocks_started", "clocks_cancelled", "clocks_missed"),
                *("escalations_raised", "escalations_withdrawn", "not_judged"),
            ],
            0,
        )
        | {"tickets": 5, "deadlines": []},
        "5 tickets looked at",
    ),
    "what-if": (
        SLA,
        {
            "totals": dict.fromkeys(
                [
                    *("changed", "deadlines_moved", "clocks_added", "clocks_removed"),
                    *("misses_before", "misses_after"),
                    *("escalations_before", "escalations_after"),
                ],
                0,
            )
            | {"tickets": 3},
            "not_judged": 0,
            "partitions": [*ALL],
            "departments": [],
            "changes": [],
        },
        "3 tickets judged",
    ),
}


def answering(
    monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, list[tuple[int, Json]]]
) -> list[str]:
    """Each path's answers one after the other, the last for ever; what was asked."""
    asked: list[str] = []

    def request(method: str, url: str, **options: Any) -> Response:  # noqa: ANN401 - httpx's
        path = url.removeprefix("http://desk/")
        if params := options.get("params"):
            path += "?" + "&".join(f"{name}={value}" for name, value in params.items())
        asked.append(path)
        missing = {"code": "not-found", "title": "There is nothing here."}
        found = answers.get(path, [(404, missing)])
        status, body = found.pop(0) if len(found) > 1 else found[0]
        return Response(status, json=body, request=Request(method, url))

    monkeypatch.setattr("httpx.request", request)
    monkeypatch.setattr("services.cli.operation.LOOK_TIME", 0)
    monkeypatch.setenv("HUIYIN_URL", "http://desk")
    monkeypatch.setenv("HUIYIN_KEY", "hy_x")
    return asked


def followed(*arguments: str, code: int = 0) -> str:
    return huiyin("operation", ID, *arguments, code=code)


def test_all_kinds_are_tried() -> None:
    assert KINDS.keys() == RESULTS.keys()


@pytest.mark.parametrize("kind", RESULTS)
def test_it_is_followed_and_told_as_by_the_command_that_begins_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, result, told = RESULTS[kind]
    running = operation(kind, None, state="running", progress=0.5)
    answers = [(200, running), (200, running), (200, operation(kind, result))]
    asked = answering(monkeypatch, {place: answers})
    assert told in followed()
    assert asked.count(place) == 3


@pytest.mark.parametrize("kind", RESULTS)
def test_one_that_failed_ends_with_1_and_as_json_is_the_answer_itself(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = operation(kind, None, state="failed", error="KeyError")
    answering(monkeypatch, {RESULTS[kind][0]: [(200, failed)]})
    assert f"The {KINDS[kind].name} failed: KeyError." in followed(code=1)
    assert json.loads(followed("--json", code=1)) == failed


def test_a_replay_that_differs_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    _, known, _ = RESULTS["replay"]
    found = {**known, "differing": 1, "replaced": True, "differences": []}
    answering(monkeypatch, {SLA: [(200, operation("replay", found))]})
    assert "1 differ. The rebuilt state took its place." in followed(code=1)


def test_a_verification_is_followed_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    running = {"verification_id": ID, "state": "running", "progress": 0.1, "services": []}
    done = {**running, "state": "ok", "progress": 1.0}
    monkeypatch.setattr("services.cli.verify.LOOK_TIME", 0)
    answers = [(202, running), (202, running), (200, done)]
    known = operation("verification", None, state="running")
    asked = answering(monkeypatch, {REPORTING: [(200, known)], VERIFICATION: answers})
    assert json.loads(followed("--json")) == done
    assert asked == [REPORTING, SLA, *[VERIFICATION] * 3]


def test_what_another_scope_hides_hides_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """An auditor's key may follow a verification, and no rebuild."""
    lacks = {"code": "forbidden", "title": "No.", "required_scope": "operations"}
    done = {"verification_id": ID, "state": "ok", "progress": 1.0, "services": []}
    hidden = [(403, lacks)]
    answering(monkeypatch, {SLA: hidden, REPORTING: hidden, VERIFICATION: [(200, done)]})
    assert "service" in followed()


def test_an_id_that_nobody_knows_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, {})
    assert followed(code=1).strip() == f"There is no operation {ID} for this key."
