"""What revisit does not take: another form, time or version, or what is not there for the key."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from tests.unit.revisit.desk import REVISITS, SOLVED, CallDesk
from tests.unit.revisit.examples import CLOCK_STARTED, R
from tests.unit.revisit.service import NOW
from tests.unit.support.desk import code_of


async def test_who_read_an_older_version_is_told_so(desk: CallDesk) -> None:
    await desk.attempt()
    stale = await desk.conclude(headers={"If-Match": '"1"'})
    assert code_of(stale) == (412, "stale-version")
    assert stale.json()["current_version"] == 2
    assert (await desk.conclude(headers={"If-Match": '"2"'})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"score": 5},
        {"solved": True, "unreachable": True},
        {"solved": None, "unreachable": None},
        {"unreachable": False},
        {"unreachable": True, "score": 3},
        {"unreachable": True, "new_complaint": "另一件事"},
        {"solved": True, "score": 0},
        {"solved": True, "score": 6},
        {"solved": True, "score": 4.5},
        {"solved": True, "score": "5"},
        {"solved": True, "score": True},
        {"solved": "yes"},
        {"solved": 1},
        {"solved": True, "remarks": ""},
        {"solved": True, "mood": "fine"},
        {"solved": True, "at": "2026-11-23T10:00:00"},
        {"solved": True, "at": "2026-11-28T10:00:00Z"},
        [],
    ],
)
async def test_a_result_of_another_form_is_refused(desk: CallDesk, body: object) -> None:
    assert code_of(await desk.conclude(body)) == (422, "malformed")


async def test_an_impossible_result_says_what_to_give(desk: CallDesk) -> None:
    answer = await desk.conclude({})
    assert answer.json()["errors"] == [
        {"pointer": "", "detail": "give exactly one of solved and unreachable"}
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "pigeon"},
        {"outcome": "nobody_home"},
        {"note": 5},
        {"at": "tomorrow"},
        {"at": (NOW + timedelta(seconds=1)).isoformat()},
        {"at": "0001-01-01T00:00:00+14:00"},
    ],
)
async def test_an_attempt_of_another_form_is_refused(
    desk: CallDesk, change: dict[str, Any]
) -> None:
    assert code_of(await desk.attempt(**change)) == (422, "malformed")


async def test_nobody_called_back_before_the_customer_was_told(desk: CallDesk) -> None:
    early = "1990-01-01T00:00:00Z"
    assert code_of(await desk.attempt(at=early)) == (409, "before-ticket")
    assert code_of(await desk.conclude({**SOLVED, "at": early})) == (409, "before-ticket")


async def test_an_unknown_revisit_is_not_found(desk: CallDesk) -> None:
    for answer in (
        await desk.client.get(f"{REVISITS}/{uuid4()}"),
        await desk.attempt(uuid4()),
    ):
        assert code_of(answer) == (404, "revisit-not-found")


async def test_nor_is_one_of_which_only_sla_spoke(desk: CallDesk) -> None:
    await desk.heard.hear(msgspec.structs.replace(CLOCK_STARTED, round=2))
    assert [item["round"] for item in await desk.items(REVISITS)] == [1]


async def test_another_clients_or_departments_revisit_is_not_there(desk: CallDesk) -> None:
    for foreign in (
        desk.key("shop", "tickets:read", "revisits:write"),
        desk.key("clerk", "tickets:read", "revisits:write", departments=("field-service",)),
    ):
        shown = await desk.client.get(f"{REVISITS}/{R}", headers=foreign)
        assert code_of(shown) == (404, "revisit-not-found")
        assert code_of(await desk.conclude(headers=foreign)) == (404, "revisit-not-found")
        assert await desk.items(REVISITS, foreign) == []
    for own in (
        desk.key("crm", "tickets:read", "revisits:write"),
        desk.key(
            "clerk", "tickets:read", "revisits:write", departments=("billing", "field-service")
        ),
    ):
        assert (await desk.client.get(f"{REVISITS}/{R}", headers=own)).status_code == 200
        assert len(await desk.items(REVISITS, own)) == 1


async def test_each_call_needs_its_scope(desk: CallDesk) -> None:
    reader = desk.key("crm", "tickets:read")
    writer = desk.key("crm", "revisits:write")
    assert code_of(await desk.conclude(headers=reader)) == (403, "forbidden")
    listed = await desk.client.get(REVISITS, headers=writer)
    assert code_of(listed) == (403, "forbidden")
    nobody = await desk.client.get(REVISITS, headers={"Authorization": "Bearer x"})
    assert code_of(nobody) == (401, "unauthenticated")
