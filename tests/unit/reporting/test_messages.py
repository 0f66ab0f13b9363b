"""The message browser: by ticket, time, type and position, newest first, and never unrecorded."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.reporting import messages
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.examples import AT, NUMBER, OFFERED, REGISTERED, TRANSFERRED, T

PATH = "/reporting/v1/messages"
SAID = 5
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """Intake has said one thing, dispatch five, a minute apart."""
    async with open_any("reporting", tmp_path) as desk:
        await desk.say("intake", REGISTERED)
        await desk.say("dispatch", OFFERED)
        for number in range(1, SAID):
            desk.clock.time += MINUTE
            department = f"branch-{number}"
            await desk.say("dispatch", msgspec.structs.replace(TRANSFERRED, department=department))
        yield desk


async def found(desk: AnyDesk, **query: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    answer = await desk.client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def positions(said: dict[str, Any]) -> list[int]:
    return [one["position"] for one in said["items"]]


async def test_a_topic_is_read_from_its_newest_message_back(desk: AnyDesk) -> None:
    first = await found(desk, topic="dispatch", limit=2)
    assert (positions(first), first["before"]) == ([5, 4], 4)
    second = await found(desk, topic="dispatch", limit=2, before=4)
    assert positions(second) == [3, 2]
    last = await found(desk, topic="dispatch", limit=2, before=2)
    assert (positions(last), last["before"]) == ([1], None)
    assert first["items"][0]["data"]["department"] == "branch-4"


async def test_it_begins_at_a_time(desk: AnyDesk) -> None:
    for minutes in range(SAID):
        moment = AT + minutes * MINUTE
        said = await found(desk, topic="dispatch", at=moment.isoformat())
        assert positions(said) == list(range(minutes + 1, 0, -1))
    before = (AT - MINUTE).isoformat()
    assert positions(await found(desk, topic="dispatch", at=before)) == []


async def test_a_ticket_is_followed_through_all_topics(desk: AnyDesk) -> None:
    for named in (NUMBER, str(T)):
        said = await found(desk, ticket=named)
        assert [one["topic"] for one in said["items"]].count("intake") == 1
        assert len(said["items"]) == 1 + SAID
    assert (await desk.client.get(PATH, params={"ticket": "T20261121-00000000"})).status_code == 404


async def test_a_type_is_found_with_and_without_its_version(desk: AnyDesk) -> None:
    for name in ("work-order-offered", "work-order-offered.v1"):
        assert positions(await found(desk, topic="dispatch", type=name)) == [1]
    said = await found(desk, topic="dispatch", type="none")
    assert (said["items"], said["looked_through"]) == ([], SAID)


async def test_what_is_rare_is_looked_for_so_far_and_no_further(
    desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "LOOKED_THROUGH", 3)
    said = await found(desk, topic="dispatch", type="work-order-offered")
    assert (said["items"], said["looked_through"], said["before"]) == ([], 3, 3)
    onward = await found(desk, topic="dispatch", type="work-order-offered", before=3)
    assert positions(onward) == [1]


async def test_a_page_of_the_store_is_no_end(
    desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "PAGE", 2)
    assert positions(await found(desk, topic="dispatch")) == [5, 4, 3, 2, 1]


async def test_another_department_sees_none_of_it(desk: AnyDesk) -> None:
    key = desk.key("li-na", "operations", departments=("key-accounts",))
    answer = await desk.client.get(PATH, params={"topic": "dispatch"}, headers=key)
    assert answer.json()["items"] == []
    theirs = desk.key("li-na", "operations", departments=("branch-4",))
    answer = await desk.client.get(PATH, params={"topic": "dispatch"}, headers=theirs)
    assert len(answer.json()["items"]) == SAID


async def test_every_look_is_kept(desk: AnyDesk) -> None:
    await found(desk, topic="dispatch")
    await found(desk, ticket=NUMBER)
    looks = await desk.items("/reporting/v1/readings?reader=desk")
    assert [(one["ticket_id"], one["what"]) for one in looks] in (
        [(None, "messages"), (str(T), "messages")],
        [(str(T), "messages"), (None, "messages")],
    )


@pytest.mark.parametrize(
    "query",
    [{"topic": "x"}, {"partition": 12}, {"before": 0}, {"limit": 201}, {"at": "soon"}, {"x": 1}],
)
async def test_what_makes_no_sense_is_refused(desk: AnyDesk, query: dict[str, Any]) -> None:
    assert (await desk.client.get(PATH, params=query)).status_code == 422


async def test_what_a_form_leaves_open_narrows_nothing(desk: AnyDesk) -> None:
    empty = {"ticket": "", "type": "", "partition": "", "at": "", "before": ""}
    assert len((await found(desk, topic="dispatch", **empty))["items"]) == SAID
