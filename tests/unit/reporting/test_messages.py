"""The message browser: by ticket, time, type and position, newest first, and never unrecorded."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from services.reporting import lanes, messages
from shared.codec import Metadata, encode, name_of, pack
from shared.event_store import LoggedEvent, StoredEvent
from shared.http.answers import encode_cursor
from tests.unit.shared.messaging.records import to_record
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.ears import EPOCH
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
    monkeypatch.setattr(lanes, "PAGE", 2)
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
    [{"topic": "x"}, {"partition": 12}, {"before": 0}, {"limit": 501}, {"at": "soon"}, {"x": 1}],
)
async def test_what_makes_no_sense_is_refused(desk: AnyDesk, query: dict[str, Any]) -> None:
    assert (await desk.client.get(PATH, params=query)).status_code == 422


async def test_what_a_form_leaves_open_narrows_nothing(desk: AnyDesk) -> None:
    empty = {"ticket": "", "type": "", "partition": "", "at": "", "before": ""}
    assert len((await found(desk, topic="dispatch", **empty))["items"]) == SAID


async def test_a_message_is_found_by_its_key(desk: AnyDesk) -> None:
    assert len((await found(desk, topic="dispatch", key=str(T)))["items"]) == SAID
    said = await found(desk, topic="dispatch", key=str(UUID(int=9)))
    assert (said["items"], said["before"]) == ([], None)


async def test_a_message_is_found_by_a_header(desk: AnyDesk) -> None:
    for header in ("ce_actor=crm", "ce_actor", "CE_Position = 3"):
        assert (await found(desk, topic="dispatch", header=header))["items"], header
    for header in ("ce_actor=shop", "ce_causationid", "none"):
        assert not (await found(desk, topic="dispatch", header=header))["items"], header
    assert positions(await found(desk, topic="dispatch", header="ce_position=3")) == [3]


async def test_headers_are_those_of_the_wire(desk: AnyDesk) -> None:
    [row] = [one["headers"] for one in (await found(desk, topic="intake"))["items"]]
    metadata = Metadata(
        event_id=uuid5(EPOCH, "intake/1"), recorded_at=AT, actor="crm", correlation_id=UUID(int=1)
    )
    state = pack(metadata, encode(REGISTERED))
    logged = LoggedEvent(1, StoredEvent(T, 1, name_of(REGISTERED), state))
    sent = to_record("intake", EPOCH, logged, 0)
    assert row == {name: value.decode() for name, value in sent.headers}


async def test_a_message_is_found_by_what_it_says(desk: AnyDesk) -> None:
    assert positions(await found(desk, topic="dispatch", text="BRANCH-3")) == [4]
    assert positions(await found(desk, topic="dispatch", text="branch-9")) == []


async def test_what_was_recorded_by_then_is_left_out(desk: AnyDesk) -> None:
    since = (AT + 2 * MINUTE).isoformat()
    assert positions(await found(desk, topic="dispatch", since=since)) == [5, 4]
    said = await found(desk, ticket=NUMBER, since=since)
    assert positions(said) == [5, 4]


async def test_all_topics_are_read_as_one_page_by_page(desk: AnyDesk) -> None:
    query: dict[str, Any] = {"topic": "all", "limit": 4}
    first = await found(desk, **query)
    assert positions(first) == [5, 4, 3, 2]
    second = await found(desk, **query, cursor=first["next_cursor"])
    told = [(one["topic"], one["position"]) for one in second["items"]]
    assert told == [("intake", 1), ("dispatch", 1)]
    assert second["next_cursor"] is None
    for wrong in ({"before": 3}, {"cursor": "x"}, {"cursor": NAIVE}):
        answer = await desk.client.get(PATH, params={**query, **wrong})
        assert answer.status_code == 422, wrong


NAIVE = encode_cursor(("2026-11-21T08:00:00", "intake", 1))


async def test_a_file_of_them_is_taken_away(desk: AnyDesk) -> None:
    asked: dict[str, Any] = {"topic": "dispatch", "limit": 2}
    answer = await desk.client.get(PATH, params={**asked, "format": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbftopic,")
    [first, second] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (first["position"], second["position"]) == ("5", "4")
    assert json.loads(first["data"])["department"] == "branch-4"
    assert json.loads(first["headers"])["ce_actor"] == "crm"
    assert 'filename="messages.csv"' in answer.headers["content-disposition"]
    assert "before=4" in answer.headers["link"]
    lines = (await desk.client.get(PATH, params={**asked, "format": "jsonl"})).text.splitlines()
    shown = await found(desk, **asked)
    assert [json.loads(line) for line in lines] == shown["items"]
    looks = await desk.items("/reporting/v1/readings?reader=desk")
    assert {one["what"] for one in looks} == {"export", "messages"}
