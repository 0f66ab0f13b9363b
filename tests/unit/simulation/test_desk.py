from datetime import timedelta

import httpx
import pytest
import typer

from services.cli.simulation import desk as desks
from services.cli.simulation.server_time import Reading, ServerTime, read_time
from services.cli.simulation.tally import StoryEnded, Tally
from tests.unit.simulation.office import NOW, Office, desk_at, problem


async def test_who_is_told_to_wait_asks_again_with_the_same_key() -> None:
    keys: list[str] = []

    def busy(request: httpx.Request) -> httpx.Response | None:
        keys.append(request.headers["idempotency-key"])
        return problem(503, "unavailable", **{"Retry-After": "0"}) if len(keys) < 3 else None

    async with desk_at(Office(busy)) as desk:
        await desk.post("intake/v1/tickets", {"kind": "query"}, "1/0")
        assert len(keys) == 3
        assert len(set(keys)) == 1
        assert desk.tally.waited == {"unavailable": 2}
        assert not desk.tally.unexpected


@pytest.mark.parametrize(
    ("said", "waits"), [("3", 3.0), ("90000", desks.LONGEST_PAUSE), ("soon", desks.PAUSE)]
)
async def test_it_waits_as_long_as_it_is_told(
    said: str, waits: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    never = Office(lambda _: problem(503, "unavailable", **{"Retry-After": said}))
    async with desk_at(never) as desk:
        with pytest.raises(StoryEnded):
            await desk.get("intake/v1/tickets")
        assert waited == [waits] * desks.TRIES
        assert desk.tally.unexpected == {"unavailable": 1}


async def test_a_lost_race_is_run_again() -> None:
    answers = iter([problem(409, "lost-race"), None])
    async with desk_at(Office(lambda _: next(answers))) as desk:
        await desk.post("intake/v1/tickets", {}, "1/0")
        assert desk.tally.waited == {"lost-race": 1}
        assert not desk.tally.faster


async def test_who_is_not_there_is_tried_soon_and_then_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    def nobody(request: httpx.Request) -> httpx.Response:
        if len(waited) < 6:
            raise httpx.ConnectError("nobody", request=request)
        return httpx.Response(200, json={})

    monkeypatch.setattr("asyncio.sleep", sleep)
    async with desk_at(Office(nobody)) as desk:
        await desk.get("intake/v1/tickets")
        assert waited == [0.1, 0.2, 0.4, 0.8, desks.PAUSE, desks.PAUSE]
        assert desk.tally.waited == {"not-reached": 6}


async def test_whoever_was_faster_is_counted_and_no_problem() -> None:
    async with desk_at(Office(lambda _: problem(409, "already-accepted"))) as desk:
        with pytest.raises(StoryEnded):
            await desk.post("dispatch/v1/work-orders/1/acceptance", {}, "1/0")
        assert desk.tally.faster == {"already-accepted": 1}
        assert not desk.tally.unexpected


@pytest.mark.parametrize(
    ("answer", "code", "sentence"),
    [
        (problem(409, "attempts-missing"), "attempts-missing", "What attempts-missing means."),
        (problem(422, "malformed"), "malformed", "look here"),
        (problem(500, "internal"), "internal", "What internal means."),
        (httpx.Response(404, text="<html>"), "http-404", "not as Huiyin does"),
        (httpx.Response(400, json=["?"]), "http-400", "not as Huiyin does"),
    ],
)
async def test_what_nobody_expected_is_told_in_a_sentence_with_its_code(
    answer: httpx.Response, code: str, sentence: str
) -> None:
    async with desk_at(Office(lambda _: answer)) as desk:
        for key in ("1/0", "2/0"):
            with pytest.raises(StoryEnded):
                await desk.post("intake/v1/tickets", {}, key)
        assert desk.tally.unexpected == {code: 2}
        assert desk.tally.sentences[code].startswith("POST /intake/v1/tickets: ")
        assert sentence in desk.tally.sentences[code]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_may_not_ends_the_command(status: int) -> None:
    async with desk_at(Office(lambda _: problem(status, "no-entry"))) as desk:
        with pytest.raises(typer.Exit) as ended:
            await desk.get("intake/v1/tickets")
        assert ended.value.exit_code == 1


async def test_a_list_is_read_page_by_page() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        second = request.url.params.get("cursor") == "next"
        body = {"items": [{"n": 2 if second else 1}], "next_cursor": None if second else "next"}
        return httpx.Response(200, json=body)

    async with desk_at(Office(page)) as desk:
        assert [item["n"] async for item in desk.pages("intake/v1/tickets")] == [1, 2]


async def test_a_service_on_a_port_of_its_own_is_asked_there() -> None:
    asked: list[str] = []

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={})

    transport = httpx.MockTransport(note)
    async with httpx.AsyncClient(transport=transport, base_url="http://huiyin") as http:
        desk = desks.Desk(http, {"sla": "http://sla:8003"}, Tally())
        await desk.get("sla/v1/escalations")
        await desk.get("intake/v1/tickets")
    assert asked == ["http://sla:8003/sla/v1/escalations", "http://huiyin/intake/v1/tickets"]


async def test_the_time_is_what_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = iter([10.0, 10.0, 10.5, 10.5])
    said = iter([NOW, NOW + timedelta(hours=1.5)])
    monkeypatch.setattr("services.cli.simulation.server_time.FIRST_LOOK", 0)
    monkeypatch.setattr("services.cli.simulation.server_time.monotonic", lambda: next(looked))

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"as_of": next(said).isoformat()})

    async with desk_at(Office(answer)) as desk:
        server = await read_time(desk)
    assert server.speed == 10_800


@pytest.mark.parametrize(("long", "short"), [(3.0, 0.0), (0.0, 3.0), (3.0, 3.0)])
def test_people_are_never_ahead_of_the_system(
    monkeypatch: pytest.MonkeyPatch, long: float, short: float
) -> None:
    """However long the first answer was on its way, and the second; its clock is 100 times fast."""
    first = Reading(10.0 - long, NOW, 10.0 + long)
    second = Reading(20.0 - short, NOW + timedelta(seconds=1000), 20.0 + short)
    server = ServerTime(first, second)
    monkeypatch.setattr("services.cli.simulation.server_time.monotonic", lambda: 30.0)
    assert NOW + timedelta(seconds=1000) < server.now() <= NOW + timedelta(seconds=2000)
