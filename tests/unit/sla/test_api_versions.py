"""Routes that publish versions and order recalculations: what they answer, and what they refuse."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from services.sla.bootstrap import Sla
from services.sla.main import create_app
from shared.contracts.sla import CalendarPublished, PackPublished, RecalculationOrdered
from tests.unit.sla import examples as ex
from tests.unit.sla.versioning import FIVE_DAYS, NEW_YEAR
from tests.unit.support.desk import Desk, code_of, open_desk

NOW = ex.at("2026-12-30 10:00")
EFFECTIVE = NOW + timedelta(hours=1)
PACK = "/sla/v1/packs/hotline-400/versions"
CALENDAR = "/sla/v1/calendars/cn/versions"
NEXT: dict[str, Any] = {"pack": FIVE_DAYS, "effective_from": EFFECTIVE.isoformat()}
NOTICE: dict[str, Any] = {"notice": NEW_YEAR, "effective_from": EFFECTIVE.isoformat()}
OPEN: dict[str, Any] = {"scope": "open", "reason": "依通知重算"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk[Sla]]:
    async with open_desk(Desk[Sla], create_app, {}, tmp_path, NOW) as desk:
        yield desk


async def post(desk: Desk[Sla], path: str, body: object, **headers: str) -> Response:
    return await desk.client.post(path, json=body, headers=headers)


async def test_a_version_is_answered_with_what_it_changes(desk: Desk[Sla]) -> None:
    answer = await post(desk, PACK, {**NEXT, "reason": "规章修订"})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["pack"], found["version"], found["reason"]) == ("hotline-400", 2, "规章修订")
    assert found["effective_from"] == "2026-12-30T03:00:00Z"
    assert (found["diff"]["clocks"], found["diff"]["calendars"]) == (["answer"], [])
    changes = {one["at"]: (one["before"], one["after"]) for one in found["diff"]["changes"]}
    assert changes["clocks.answer.rules[any].limit"] == (None, "5wd")
    assert changes["clocks.answer.rules[kind=consultation].limit"] == ("10m", None)
    (event,) = await desk.heard.said(PackPublished)
    assert (event.version, event.digest) == (2, found["digest"])
    assert event.definition["contact"]["follow_ups"] == 3
    packs = [one for one in await desk.items("/sla/v1/packs") if one["name"] == "hotline-400"]
    assert [(one["version"], one["effective_from"]) for one in packs] == [
        (1, None),
        (2, "2026-12-30T03:00:00Z"),
    ]


async def test_the_same_key_publishes_once_and_another_body_is_refused(desk: Desk[Sla]) -> None:
    for path, body, kind in ((PACK, NEXT, PackPublished), (CALENDAR, NOTICE, CalendarPublished)):
        first = await post(desk, path, body, **{"Idempotency-Key": "a"})
        desk.clock.time = EFFECTIVE
        again = await post(desk, path, body, **{"Idempotency-Key": "a"})
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.headers["idempotent-replay"] == "true"
        assert again.content == first.content
        other = await post(desk, path, {**body, "reason": "另一"}, **{"Idempotency-Key": "a"})
        assert code_of(other) == (422, "idempotency-key-reused")
        assert len(await desk.heard.said(kind)) == 1
        desk.clock.time = NOW


async def test_a_dry_run_checks_and_compares_and_publishes_nothing(desk: Desk[Sla]) -> None:
    for path, body in ((PACK, NEXT), (CALENDAR, NOTICE)):
        before = await desk.heard.log()
        tried = await post(desk, path, {**body, "dry_run": True})
        assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
        soon = (NOW + timedelta(minutes=9)).isoformat()
        refused = await post(desk, path, {**body, "dry_run": True, "effective_from": soon})
        assert code_of(refused) == (409, "effective-too-soon")
        assert refused.json()["earliest"] == "2026-12-30T02:10:00+00:00"
        assert await desk.heard.log() == before
        published = await post(desk, path, body)
        assert published.json()["diff"] == tried.json()["diff"]


@pytest.mark.parametrize(
    ("changed", "pointer", "expected"),
    [
        ({"pack": FIVE_DAYS.replace("5wd", "soon")}, "/pack", "draft, line 10: clocks[0].rules[0]"),
        (
            {"pack": FIVE_DAYS.replace("name: hot", "name: cold", 1)},
            "/pack",
            "expected hotline-400",
        ),
        (
            {"pack": FIVE_DAYS.replace("5wd", "60000wd")},
            "/pack",
            "answers for the years 1970 to 2199 only",
        ),
        ({"pack": {"extends": "hotline-400", "name": 5}}, "/pack", "name: Expected `str`"),
        ({"pack": 5}, "/pack", "a text is expected, or an object"),
        ({"pack": "x: &a [1]\ny: *a"}, "/pack", "no anchors"),
        ({"effective_from": "2026"}, "/effective_from", "write it as"),
        ({"reason": ""}, "/reason", "1 character"),
    ],
)
async def test_a_pack_that_cannot_be_read_is_told_where_and_what_is_expected(
    desk: Desk[Sla], changed: dict[str, Any], pointer: str, expected: str
) -> None:
    answer = await post(desk, PACK, {**NEXT, **changed})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert expected in answer.json()["errors"][0]["detail"]
    assert await desk.heard.log() == []


async def test_who_publishes_a_version_that_is_not_the_next_hears_which_one_is(
    desk: Desk[Sla],
) -> None:
    body = {**NEXT, "pack": FIVE_DAYS.replace("version: 2", "version: 7")}
    answer = await post(desk, PACK, body)
    assert (code_of(answer), answer.json()["expected"]) == ((409, "version-not-next"), "2")
    assert "must be 2:" in answer.json()["title"]


async def test_what_extends_its_own_name_extends_the_newest_version(desk: Desk[Sla]) -> None:
    assert (await post(desk, PACK, NEXT)).status_code == 201
    third = "extends: hotline-400\nname: hotline-400\nversion: 3\ncontact: { follow_ups: 4 }"
    body = {"pack": third, "effective_from": (EFFECTIVE + timedelta(days=1)).isoformat()}
    diff = (await post(desk, PACK, body)).json()["diff"]
    assert diff["changes"] == [{"at": "contact.follow_ups", "before": 3, "after": 4}]


async def test_what_has_no_versions_is_not_found(desk: Desk[Sla]) -> None:
    unknown = await post(desk, PACK.replace("hotline-400", "winery"), NEXT)
    assert code_of(unknown) == (404, "pack-not-found")
    for name in ("office", "CN", "jp"):
        answer = await post(desk, f"/sla/v1/calendars/{name}/versions", NOTICE)
        assert code_of(answer) == (404, "calendar-not-found")


async def test_a_notice_is_answered_with_the_days_that_it_changes(desk: Desk[Sla]) -> None:
    answer = await post(desk, CALENDAR, NOTICE)
    assert answer.status_code == 201, answer.text
    diff = answer.json()["diff"]
    assert diff["official"] == [2027]
    monday = {"day": "2027-01-04", "before": "usual", "after": "off"}
    assert monday in diff["days"]
    (first, second) = await desk.items("/sla/v1/calendars")
    assert (first["name"], first["version"], first["effective_from"]) == ("cn", 1, None)
    assert (second["version"], len(second["notices"])) == (2, 1)
    assert second["notices"][0]["announced_by"] == "国务院办公厅"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"year": 1900}, "year: Expected `int` >= 1970"),
        ({"days_off": ["2027-13-01"]}, "days_off[0]"),
        ({"days_off": ["2030-01-01"]}, "2030-01-01 is far from 2027"),
        ({"days_off": ["2027-01-01", "2026-11-30"]}, "expected a day of 2026-12-01 to 2028-01-31"),
        ({"days_off": ["2026-12-31"]}, "days_off: expected a day of 2027"),
        ({"makeup_days": ["2028-02-01"]}, "2028-02-01 is far from 2027"),
        ({"makeup_days": ["2027-01-01"]}, "both a day off and a make-up day"),
        ({"moon": "full"}, "moon: unknown field"),
    ],
)
async def test_a_notice_that_cannot_be_read_is_told_where_and_what_is_expected(
    desk: Desk[Sla], changed: dict[str, Any], expected: str
) -> None:
    answer = await post(desk, CALENDAR, {**NOTICE, "notice": {**NEW_YEAR, **changed}})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == "/notice"
    assert expected in answer.json()["errors"][0]["detail"]


async def test_a_recalculation_is_an_operation_that_its_client_may_follow(
    desk: Desk[Sla],
) -> None:
    owner = desk.key("pack-owner", "sla:admin", departments=("*",))
    begun = await post(desk, "/sla/v1/recalculations", OPEN, **owner, **{"Idempotency-Key": "a"})
    assert begun.status_code == 202, begun.text
    place = begun.headers["location"]
    assert (begun.json()["kind"], begun.json()["asked"]["scope"]) == ("recalculation", "open")
    assert (await desk.client.get(place, headers=owner)).json()["state"] == "running"
    stranger = desk.key("somebody", "sla:admin", departments=("*",))
    assert code_of(await desk.client.get(place, headers=stranger)) == (403, "forbidden")
    operator = desk.key("on-call", "operations")
    assert (await desk.client.get(place, headers=operator)).status_code == 200
    again = await post(desk, "/sla/v1/recalculations", OPEN, **owner, **{"Idempotency-Key": "a"})
    assert (again.status_code, again.headers["idempotent-replay"]) == (202, "true")
    other = {**OPEN, "reason": "另一"}
    reused = await post(desk, "/sla/v1/recalculations", other, **owner, **{"Idempotency-Key": "a"})
    assert code_of(reused) == (422, "idempotency-key-reused")
    second = await post(desk, "/sla/v1/recalculations", OPEN, **owner, **{"Idempotency-Key": "b"})
    assert code_of(second) == (409, "recalculation-running")
    assert len(await desk.heard.said(RecalculationOrdered)) == 1


@pytest.mark.parametrize("departments", [(), ("billing",), ("billing", "install-east")])
@pytest.mark.parametrize("dry_run", [False, True])
async def test_what_concerns_everybodys_tickets_takes_a_key_that_sees_them_all(
    desk: Desk[Sla], departments: tuple[str, ...], *, dry_run: bool
) -> None:
    """A recalculation names them, a version judges them."""
    headers = desk.key("billing-lead", "sla:admin", departments=departments)
    for path, body in ((PACK, NEXT), (CALENDAR, NOTICE), ("/sla/v1/recalculations", OPEN)):
        answer = await post(desk, path, {**body, "dry_run": dry_run}, **headers)
        assert code_of(answer) == (403, "forbidden")
        assert answer.json()["required_departments"] == "*"
        assert "all departments" in answer.json()["title"]
    assert await desk.heard.log() == []


async def test_a_recalculation_is_not_shown_to_a_key_of_one_department(desk: Desk[Sla]) -> None:
    owner = desk.key("pack-owner", "sla:admin", departments=("*",))
    begun = await post(desk, "/sla/v1/recalculations", OPEN, **owner)
    narrow = desk.key("pack-owner", "sla:admin", departments=("billing",))
    place = begun.headers["location"]
    assert code_of(await desk.client.get(place, headers=narrow)) == (403, "forbidden")


async def test_a_notice_in_the_future_is_refused_and_the_truthful_one_published(
    desk: Desk[Sla],
) -> None:
    slip = {**NOTICE, "notice": {**NEW_YEAR, "announced_on": "2062-12-29"}}
    for dry_run in (True, False):
        answer = await post(desk, CALENDAR, {**slip, "dry_run": dry_run})
        assert code_of(answer) == (409, "notice-in-future")
        assert answer.json()["today"] == "2026-12-30"
    assert (await post(desk, CALENDAR, NOTICE)).status_code == 201


FILE = """notices:
  - year: 2027
    announced_by: 国务院办公厅
    announced_on: 2026-12-29
    days_off: [2027-01-01..2027-01-04]
"""


async def test_a_file_of_holidays_with_one_notice_is_published_as_the_notice(
    desk: Desk[Sla],
) -> None:
    tried = await post(desk, CALENDAR, {**NOTICE, "notice": FILE, "dry_run": True})
    alone = await post(desk, CALENDAR, {**NOTICE, "dry_run": True})
    assert (tried.status_code, tried.json()) == (200, alone.json())
    several = FILE + FILE.partition("\n")[2].replace("2027", "2028")
    for notice, expected in (
        (several, "draft, line 1: notices: expected one, found 2: publish one after the other"),
        ({"notices": []}, "notices: expected one, found 0: publish one after the other"),
        (FILE.replace("2027-01-01..", ""), None),
        (FILE.replace("2027-01-04", "soon"), "draft, line 5: notices[0].days_off[0]"),
        ({"notices": [{**NEW_YEAR, "moon": 1}]}, "notices[0].moon: unknown field"),
    ):
        answer = await post(desk, CALENDAR, {**NOTICE, "notice": notice, "dry_run": True})
        if expected is None:
            assert answer.status_code == 200
        else:
            assert expected in answer.json()["errors"][0]["detail"]


WINDOW = {"from": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("asked", "pointer", "expected"),
    [
        ({"scope": "all"}, "/scope", "'new', 'open', 'period'"),
        ({"scope": "period"}, "/from", "a period has a from and an until"),
        ({"scope": "period", "from": WINDOW["from"]}, "/until", "a period has"),
        ({"scope": "period", **WINDOW, "until": WINDOW["from"]}, "/until", "not after from"),
        (WINDOW, "/from", "only a period"),
        ({"until": WINDOW["until"]}, "/until", "only a period"),
        ({"scope": "new"}, "/scope", "name a pack or a calendar"),
        ({"pack": "winery"}, "/pack", "a pack that runs here: cable-field-service"),
        ({"calendar": "office"}, "/calendar", "the calendar of a country: cn"),
        ({"reason": ""}, "/reason", "1 character"),
    ],
)
async def test_a_recalculation_that_cannot_be_read_is_told_where_and_what_is_expected(
    desk: Desk[Sla], asked: dict[str, Any], pointer: str, expected: str
) -> None:
    answer = await post(desk, "/sla/v1/recalculations", {**OPEN, **asked})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert expected in answer.json()["errors"][0]["detail"]
    assert await desk.heard.log() == []


async def test_a_version_not_in_force_yet_is_named_with_when_it_will_be(desk: Desk[Sla]) -> None:
    await post(desk, CALENDAR, NOTICE)
    answer = await post(desk, "/sla/v1/recalculations", {**OPEN, "calendar": "cn"})
    assert code_of(answer) == (409, "version-not-in-force")
    assert answer.json()["effective_from"] == "2026-12-30T03:00:00+00:00"
    assert "takes effect at 2026-12-30T03:00:00+00:00" in answer.json()["title"]
    desk.clock.time = EFFECTIVE
    begun = await post(desk, "/sla/v1/recalculations", {**OPEN, "calendar": "cn"})
    assert (begun.status_code, begun.json()["asked"]["calendar_version"]) == (202, 2)


async def test_a_trial_before_all_was_read_once_is_asked_again_later(desk: Desk[Sla]) -> None:
    answer = await post(desk, "/sla/v1/recalculations", {**OPEN, "dry_run": True})
    assert code_of(answer) == (503, "unavailable")
