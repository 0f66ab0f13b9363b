"""Figures over HTTP: of what the caller may see, with the tickets behind each number."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from services.reporting.figures.registry import figures
from services.reporting.figures.words import catalogue
from services.reporting.main import create_app
from shared.contracts.dispatch import Finding
from shared.contracts.terms import Channel, DepartmentLevel, Kind, Severity, Tier
from tests.unit.reporting.histories import TicketStory, World, world
from tests.unit.reporting.naive import november
from tests.unit.reporting.telling import wire
from tests.unit.reporting.test_figures import NOW
from tests.unit.support.any_desk import TRANSPORTS
from tests.unit.support.desk import Desk, code_of, open_desk
from tests.until import until

if TYPE_CHECKING:
    from shared.messaging.envelope import Record

FIGURES = "/reporting/v1/figures"
TOLD = world(11, 18)
MONTH = {"month": "2026-11"}


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Desk[Any]]:
    create = partial(create_app, transports=TRANSPORTS)
    async with open_desk(Desk[Any], create, {}, tmp_path, NOW) as desk:
        yield desk


@pytest.fixture
async def desk(empty: Desk[Any]) -> Desk[Any]:
    """It has heard of a month, all partitions at once."""
    lanes: dict[tuple[str, int], list[Record]] = {}
    for source, record in wire(TOLD).interleaved(1):
        lanes.setdefault((source, record.partition), []).append(record)
    take = empty.app.state.line.consumer.take
    await asyncio.gather(*(take(*lane, records) for lane, records in lanes.items()))
    return empty


async def figure(desk: Desk[Any], name: str, headers: Any = None, **query: str) -> dict[str, Any]:  # noqa: ANN401 - httpx's
    answer = await desk.client.get(FIGURES, params={**MONTH, **query}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(one for one in answer.json()["figures"] if one["name"] == name)
    return found


def here(told: World) -> list[TicketStory]:
    return [one for one in told.tickets if november(one.received_at) and one.end != "merged"]


async def test_a_figure_says_by_what_it_is_defined_and_judged(desk: Desk[Any]) -> None:
    """U-15, H-02: its clauses, its written definition in both languages, its goal."""
    found = await figure(desk, "connection_rate")
    assert found["clauses"] == ["H-02", "H-26"]
    assert found["definition"]["zh"] == "未被客户放弃的来电 ÷ 全部来电。"
    assert found["definition"]["en"] == "Calls that were not abandoned / all calls."
    assert found["goal"] == {"more_than": 0.85, "at_least": None, "at_most": None}
    assert found["value"] == found["above"] / found["below"]
    assert found["meets_goal"] is (found["value"] > 0.85)


@pytest.mark.parametrize(
    ("name", "value", "is_met"),
    [
        ("connection_rate", 0.85, False),  # H-02: more than that
        ("connection_rate", 0.86, True),
        ("town_repair_in_time", 0.99, False),  # U-05: each of them
        ("country_repair_in_time", 1.0, True),
        ("installation_in_time", 0.99, False),
        ("town_repair_hours", 24.0, True),
    ],
)
def test_a_goal_is_met_as_its_clause_says(name: str, value: float, is_met: bool) -> None:  # noqa: FBT001 - a case
    """H-02, U-04, U-05, U-06."""
    goal = figures()[name].goal
    assert goal is not None
    assert goal.is_met_by(value) is is_met


async def test_departments_see_their_own_and_clients_theirs(desk: Desk[Any]) -> None:
    """H-25: a figure is of the tickets that the caller may see."""
    everything = here(TOLD)
    for headers, mine in (
        (
            desk.key("lee", "reports:read", departments=("billing",)),
            lambda one: one.department == "billing",
        ),
        (desk.key("shop", "reports:read"), lambda one: one.case.client == "shop"),
        (desk.key("boss", "reports:read", departments=("*",)), lambda _: True),
    ):
        found = await figure(desk, "tickets", headers)
        assert found["value"] == sum(map(mine, everything)) > 0


async def test_weeks_and_days_are_periods_too(desk: Desk[Any]) -> None:
    """T-10: by month, week and day."""
    for unit in ("week", "day"):
        name = (await figure(desk, "tickets", group_by=unit))["groups"][1]["group"]
        await _is_period(desk, unit, name)


async def _is_period(desk: Desk[Any], unit: str, name: str) -> None:
    answer = await desk.client.get(FIGURES, params={unit: name})
    tickets = answer.json()["figures"][0]
    by_unit = await figure(desk, "tickets", group_by=unit)
    assert [tickets["value"]] == [one["value"] for one in by_unit["groups"] if one["group"] == name]


async def test_every_number_opens_what_stands_behind_it(desk: Desk[Any]) -> None:
    """H-22: page by page, all of it, above the line and below."""
    for name in ("tickets", "satisfaction", "answer_in_time"):
        await _opens(desk, name)


async def _opens(desk: Desk[Any], name: str) -> None:
    found = await figure(desk, name)
    listed = await desk.pages(f"{found['subjects']}&limit=2")
    assert len({one["subject"] for one in listed}) == len(listed) > 2
    assert sum(one["below"] for one in listed) == found["below"]
    assert sum(one["above"] for one in listed) == pytest.approx(found["above"])
    assert all(one["history"].endswith(f"{one['subject']}/history") for one in listed)


async def test_a_share_opens_those_that_fell_short_alone(desk: Desk[Any]) -> None:
    found = await figure(desk, "resolution_rate", group_by="department")
    group = next(one for one in found["groups"] if one["group"] == "billing")
    url = f"{found['subjects']}&group_by=department&value=billing"
    met, unmet = await desk.pages(f"{url}&part=met"), await desk.pages(f"{url}&part=unmet")
    assert (len(met), len(met) + len(unmet)) == (group["above"], group["below"])
    assert {one["department"] for one in (*met, *unmet)} == {"billing"}


@pytest.mark.parametrize(
    ("query", "there_is"),
    [
        ("group_by=department&value=billling", "billing"),
        ("group_by=pack&value=express", "travel-platform"),
        ("group_by=status&value=lost", "closed"),
        ("group_by=day&value=2026-11-31", "no calendar has it"),
        ("value=billing", "group_by"),
    ],
)
async def test_a_value_that_its_head_never_has_is_refused(
    empty: Desk[Any], query: str, there_is: str
) -> None:
    """An empty list would be read as: nothing counts there."""
    answer = await empty.client.get(f"{FIGURES}/tickets/subjects?{query}")
    assert code_of(answer) == (422, "malformed")
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/query/value"
    assert there_is in error["detail"]


async def test_a_value_that_nothing_has_yet_is_an_empty_list(empty: Desk[Any]) -> None:
    for query in (
        "group_by=department&value=billing",
        "group_by=pack&value=travel-platform",
        "group_by=status&value=closed",
        "group_by=day&value=2026-11-30",
        "group_by=product&value=anything",
        "group_by=status&value=",
    ):
        answer = await empty.client.get(f"{FIGURES}/tickets/subjects?{query}")
        assert answer.json() == {"items": [], "next_cursor": None}, query


def test_a_head_with_words_of_its_own_has_a_word_for_each_of_its_values() -> None:
    terms = {
        "severity": Severity,
        "level": DepartmentLevel,
        "channel": Channel,
        "tier": Tier,
        "kind": Kind,
        "finding": Finding,
    }
    words = {head: {*values} for head, values in catalogue().values.items()}
    assert words.pop("status") == {"open", "closed", "withdrawn", "merged"}
    assert words == {head: {*get_args(term)} for head, term in terms.items()}


WRONG = (
    "month=2026-13",
    "month=2026",
    "week=2026-W60",
    "day=2026-02-30",
    "day=0000-01-01",
    "day=9999-12-31",
    "day=0001-01-01",
    "week=\uff12\uff10\uff12\uff16-W48",
    "month=2026-11&day=2026-11-01",
    "month=%00",
    "group_by=shoe-size",
)


async def test_a_period_that_no_calendar_has_is_refused(empty: Desk[Any]) -> None:
    for query in WRONG:
        answer = await empty.client.get(f"{FIGURES}?{query}")
        assert code_of(answer) == (422, "malformed"), query


async def test_a_figure_that_nobody_defined_is_not_there(empty: Desk[Any]) -> None:
    assert code_of(await empty.client.get(f"{FIGURES}/luck/subjects"))[0] == 404


async def test_a_rebuild_runs_to_its_end_and_changes_no_number(desk: Desk[Any]) -> None:
    """H-22: rebuilt beside the old view, swapped when caught up."""
    before = (await desk.client.get(FIGURES, params=MONTH)).json()
    once = {"Idempotency-Key": "a"}
    begun = await desk.client.post("/reporting/v1/rebuilds", headers=once)
    assert begun.status_code == 202
    again = await desk.client.post("/reporting/v1/rebuilds", headers=once)
    assert again.json()["operation_id"] == begun.json()["operation_id"]

    async def is_done() -> bool:
        operation = (await desk.client.get(begun.headers["location"])).json()
        assert operation["state"] != "failed", operation
        return bool(operation["state"] == "done")

    await until(is_done, "rebuilt")
    after = (await desk.client.get(FIGURES, params=MONTH)).json()
    assert after["figures"] == before["figures"]
    assert after["rebuilt_at"] is not None
