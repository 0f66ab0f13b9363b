"""Consumer groups where Kafka carries; in one process there are none, and that is said."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.reporting import groups
from services.reporting.groups import groups_now
from shared.messaging.kafka import Group, Member
from tests.unit.reporting.console.browsers import CONSOLE, Browser
from tests.unit.reporting.console.test_ticket_page import text_of
from tests.unit.support.any_desk import AnyDesk, open_any

MEMBER = Member(
    member_id="huiyin-sla-12345678",
    client_id="huiyin-sla",
    host="10.0.0.7",
    partitions={"complaints.intake": (0, 1)},
)
GROUPS = [
    Group(group="huiyin-sla", state="PreparingRebalance", assignor="range", members=(MEMBER,)),
    Group(group="huiyin-revisit", state="Empty", assignor="", members=()),
]


async def shown(desk: AnyDesk) -> str:
    browser = Browser(desk)
    await browser.log_in("operations")
    answer = await browser.open(f"{CONSOLE}/topics")
    await browser.client.aclose()
    return text_of(answer.text)


def over_kafka(desk: AnyDesk, bootstrap: str) -> Any:  # noqa: ANN401 - the service
    service = desk.app.state.service
    settings = service.core.settings.model_copy(update={"kafka": bootstrap})
    desk.app.state.service = replace(service, core=replace(service.core, settings=settings))
    return desk.app.state.service


async def test_in_one_process_there_are_none(tmp_path: Path) -> None:
    async with open_any("reporting", tmp_path) as desk:
        found = (await desk.client.get("/reporting/v1/groups")).json()
        assert (found["kafka"], found["items"]) == (False, [])
        assert "Kafka has no groups of them" in await shown(desk)


async def test_a_kafka_that_is_away_is_said_and_not_taken_for_no_groups(tmp_path: Path) -> None:
    async with open_any("reporting", tmp_path) as desk:
        found = await groups_now(over_kafka(desk, "127.0.0.1:1"))
        assert (found.kafka, found.reachable, found.items) == (True, False, [])
        assert "Kafka does not answer" in await shown(desk)


async def test_members_are_shown_with_their_partitions_and_the_groups_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def described(bootstrap: str, names: list[str]) -> list[Group]:
        assert (bootstrap, len(names)) == ("kafka:9092", 5)
        return GROUPS

    monkeypatch.setattr(groups, "describe_groups", described)
    async with open_any("reporting", tmp_path) as desk:
        over_kafka(desk, "kafka:9092")
        found = (await desk.client.get("/reporting/v1/groups")).json()
        assert found["items"] == msgspec.json.decode(msgspec.json.encode(GROUPS))
        told = await shown(desk)
        for one in ("PreparingRebalance", "10.0.0.7", "complaints.intake: 0, 1", "Empty"):
            assert one in told, one
